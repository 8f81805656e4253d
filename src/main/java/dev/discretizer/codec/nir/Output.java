package dev.discretizer.codec.nir;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing little-endian byte buffer. Each call returns this. */
final class Output {

	private byte[] bytes = new byte[64];

	private int size;

	int size() {
		return this.size;
	}

	byte[] toByteArray() {
		return Arrays.copyOf(this.bytes, this.size);
	}

	Output u8(int value) {
		return number(value, 1);
	}

	Output u16(int value) {
		return number(value, 2);
	}

	Output u32(long value) {
		return number(value, 4);
	}

	Output u64(long value) {
		return number(value, 8);
	}

	Output ascii(String text) {
		return bytes(text.getBytes(StandardCharsets.US_ASCII));
	}

	Output bytes(byte... more) {
		room(more.length);
		System.arraycopy(more, 0, this.bytes, this.size, more.length);
		this.size += more.length;
		return this;
	}

	Output zeros(int count) {
		room(count);
		this.size += count;
		return this;
	}

	/** Adds zeros up to a multiple of eight bytes. */
	Output align() {
		return zeros(-this.size & 7);
	}

	/** Adds {@code more} to the number of eight bytes at a position. */
	void patch(int at, long more) {
		ByteBuffer buffer = ByteBuffer.wrap(this.bytes).order(ByteOrder.LITTLE_ENDIAN);
		buffer.putLong(at, buffer.getLong(at) + more);
	}

	/** Writes {@code count} floats, from index {@code from} on, to the start of dest. */
	static void floats(float[] source, int from, byte[] dest, int count) {
		ByteBuffer.wrap(dest).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(source, from, count);
	}

	private Output number(long value, int count) {
		room(count);
		for (int i = 0; i < count; i++) {
			this.bytes[this.size++] = (byte) (value >>> (8 * i));
		}
		return this;
	}

	private void room(int count) {
		int needed = Math.addExact(this.size, count);
		if (needed > this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, Math.max(needed, Math.clamp(2L * this.bytes.length, 64, 1 << 30)));
		}
	}

}
