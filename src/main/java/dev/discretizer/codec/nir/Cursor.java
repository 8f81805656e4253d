package dev.discretizer.codec.nir;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import dev.discretizer.codec.MalformedInputException;

/**
 * Reads a part of a file from start to end, little-endian. Reading beyond the end reports
 * the file as malformed. Not thread-safe.
 */
final class Cursor {

	private final Hdf5File file;

	private final ByteBuffer bytes;

	private final String what;

	private final int start;

	private final int end;

	private int position;

	/**
	 * Starts at the first byte.
	 * @param bytes little-endian; those of the file or of its unfiltered chunks
	 * @param what the structure, for messages
	 */
	Cursor(Hdf5File file, ByteBuffer bytes, String what, int start, int end) {
		this.file = file;
		this.bytes = bytes;
		this.what = what;
		this.start = start;
		this.end = end;
		this.position = start;
	}

	/** Address in the file of the next byte. */
	int position() {
		return this.position;
	}

	int remaining() {
		return this.end - this.position;
	}

	/** Bytes from the start to the end. */
	int length() {
		return this.end - this.start;
	}

	int u8() {
		return this.bytes.get(next(1)) & 0xff;
	}

	int u16() {
		return this.bytes.getShort(next(2)) & 0xffff;
	}

	long u32() {
		return this.bytes.getInt(next(4)) & 0xffff_ffffL;
	}

	/**
	 * An unsigned number of eight bytes, negative where it is above 2^63 - 1. An address
	 * of {@link Hdf5File#UNDEFINED} means that the structure does not exist.
	 */
	long u64() {
		return this.bytes.getLong(next(8));
	}

	/**
	 * An unsigned number.
	 * @param size bytes it has, 1 to 8
	 */
	long unsigned(int size) {
		long value = 0;
		int at = next(size);
		for (int i = 0; i < size; i++) {
			value |= (this.bytes.get(at + i) & 0xffL) << (8 * i);
		}
		return value;
	}

	void advance(int count) {
		next(count);
	}

	/** Takes the next bytes as a separate part. */
	Cursor part(long length, String what) {
		if (length < 0 || length > remaining()) {
			throw broken("%s of %s bytes found, at most %d expected".formatted(what, Long.toUnsignedString(length),
					remaining()));
		}
		int from = next((int) length);
		return new Cursor(this.file, this.bytes, what, from, from + (int) length);
	}

	/** The same part, read from this many bytes after its start. */
	Cursor from(long offset) {
		if (offset < 0 || offset > this.end - this.start) {
			throw broken(
					"byte %s of its %d is referred to".formatted(Long.toUnsignedString(offset), this.end - this.start));
		}
		Cursor from = copy();
		from.position = this.start + (int) offset;
		return from;
	}

	/** The same part, read from its start. */
	Cursor copy() {
		return new Cursor(this.file, this.bytes, this.what, this.start, this.end);
	}

	/** A copy of the bytes from here to the end. */
	byte[] bytes() {
		return Arrays.copyOfRange(this.bytes.array(), this.position, this.end);
	}

	/** Reads a text in UTF-8 of {@code length} bytes. */
	String text(long length, String name) {
		Cursor text = part(length, name);
		return this.file.text(this.bytes.array(), text.start, text.length(), name);
	}

	/**
	 * Reads a text in UTF-8 up to a zero, or to the end.
	 * @param ended whether the zero must be there
	 */
	String textToZero(boolean ended, String name) {
		int length = 0;
		while (length < remaining() && this.bytes.get(this.position + length) != 0) {
			length++;
		}
		if (ended && length == remaining()) {
			throw broken(name + " has no end");
		}
		return text(length, name);
	}

	/** Reads a text in UTF-8 up to the spaces at the end. */
	String textToSpaces(String name) {
		int length = remaining();
		while (length > 0 && this.bytes.get(this.position + length - 1) == ' ') {
			length--;
		}
		return text(length, name);
	}

	/** Reads four letters and checks them. */
	Cursor signature(String expected) {
		String found = new String(this.bytes.array(), next(4), 4, StandardCharsets.ISO_8859_1);
		if (!found.equals(expected)) {
			throw broken("its signature %s is missing".formatted(expected));
		}
		return this;
	}

	/** Reads a byte and checks its value. */
	Cursor expect(int expected, String name) {
		int found = u8();
		if (found != expected) {
			throw this.file.unsupported("%s: %s %d found, %d is read".formatted(where(), name, found, expected));
		}
		return this;
	}

	/**
	 * Reads and checks the checksum of the bytes from an address to here.
	 * @param from the address of the first byte
	 */
	void checksum(int from) {
		int to = this.position;
		int found = (int) u32();
		if (Lookup3.of(this.bytes.array(), from, to - from) != found) {
			throw broken("its checksum is wrong");
		}
	}

	/**
	 * Reads and checks the checksum of a part that contains the checksum itself, which
	 * counts as zero.
	 * @param from the address of the part's first byte
	 * @param length bytes of the part
	 */
	void checksumWithin(int from, int length) {
		int at = this.position;
		int found = (int) u32();
		// The array is used by no one else.
		this.bytes.putInt(at, 0);
		int expected = Lookup3.of(this.bytes.array(), from, length);
		this.bytes.putInt(at, found);
		if (found != expected) {
			throw broken("its checksum is wrong");
		}
	}

	/** An error of this structure. */
	MalformedInputException broken(String detail) {
		return this.file.broken(where() + ": " + detail);
	}

	private String where() {
		return this.what + " at byte " + this.start;
	}

	private int next(int count) {
		if (count > remaining()) {
			throw broken("it ends after %d bytes, more are expected".formatted(this.end - this.start));
		}
		int at = this.position;
		this.position += count;
		return at;
	}

}
