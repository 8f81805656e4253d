package dev.discretizer.codec.recording;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.codec.npy.NpyElement;
import dev.discretizer.codec.npy.NpyHeader;
import dev.discretizer.tensor.Allowance;

/**
 * A whole npy file in memory: its header, and the bytes of its elements.
 *
 * @param bytes the elements, from index 0 to the limit; shared
 */
record Elements(NpyHeader header, ByteBuffer bytes) {

	/** Bytes read at once if the total is unknown. */
	private static final int SLICE = 64 * 1024;

	/**
	 * Reads to the end of the stream.
	 * @param length bytes of the stream, or -1 if unknown
	 * @param name of the array, for messages
	 */
	static Elements read(InputStream in, long length, String name, Allowance allowance) throws IOException {
		NpyHeader header = NpyHeader.readRecords(in, length, name, allowance);
		long expected = header.shape().elements() * (long) header.element().bytes();
		if (expected > Allowance.LONGEST_ARRAY) {
			throw Names.error(Cause.SHAPE_MISMATCH, name, "shape %s takes %d bytes, at most %d are expected"
				.formatted(header.shape(), expected, Allowance.LONGEST_ARRAY));
		}
		ByteBuffer bytes = (length >= 0) ? exactly(in, (int) expected, allowance)
				: growing(in, (int) expected, allowance);
		if (bytes.limit() < expected) {
			throw Names.error(Cause.TRUNCATED, name, "shape %s of %s takes %d bytes, %d bytes follow the header"
				.formatted(header.shape(), header.element(), expected, bytes.limit()));
		}
		if (in.read() >= 0) {
			throw Names.error(Cause.TRAILING_BYTES, name, "shape %s of %s takes %d bytes, more follow the header"
				.formatted(header.shape(), header.element(), expected));
		}
		return new Elements(header, bytes);
	}

	private static ByteBuffer exactly(InputStream in, int count, Allowance allowance) throws IOException {
		allowance.reserve(count);
		byte[] bytes = new byte[count];
		return ByteBuffer.wrap(bytes, 0, in.readNBytes(bytes, 0, count));
	}

	/** Reads the bytes, taking memory only as they arrive. */
	private static ByteBuffer growing(InputStream in, int count, Allowance allowance) throws IOException {
		byte[] bytes = new byte[0];
		int size = 0;
		while (size < count) {
			if (size == bytes.length) {
				int length = (int) Math.min(count, Math.max(SLICE, 2L * size));
				allowance.reserve(length);
				bytes = Arrays.copyOf(bytes, length);
			}
			int got = in.readNBytes(bytes, size, bytes.length - size);
			if (got == 0) {
				break;
			}
			size += got;
		}
		return ByteBuffer.wrap(bytes, 0, size);
	}

	/** Whether each element is one number without a name. */
	boolean isPlain() {
		return !header().element().structured();
	}

	/** Reads plain numbers. */
	WholeNumbers numbers() {
		NpyElement element = this.header.element();
		return new WholeNumbers(this.bytes, element, element.fields().get(0));
	}

}
