package dev.discretizer.codec.npy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.Limit;
import dev.discretizer.tensor.LimitExceededException;

/**
 * Reads a whole archive into memory, as its directory is at its end.
 */
final class ArchiveBytes {

	/** Bytes taken first when the length is not known. */
	private static final int SMALLEST = 64 * 1024;

	private static final String WHAT = "npz archive";

	private ArchiveBytes() {
	}

	/**
	 * Reads to the end of the stream.
	 * @param length exact number of bytes in the stream, or -1 if it is not known
	 * @return all bytes, from the start of the buffer's array to its limit; little-endian
	 */
	static ByteBuffer read(InputStream in, long length, Allowance allowance) throws IOException {
		ByteBuffer body = (length >= 0) ? readExactly(in, length, allowance) : readGrowing(in, allowance);
		return body.order(ByteOrder.LITTLE_ENDIAN);
	}

	private static ByteBuffer readExactly(InputStream in, long length, Allowance allowance) throws IOException {
		checkSize(length, allowance);
		allowance.reserve(length);
		byte[] bytes = new byte[(int) length];
		int found = in.readNBytes(bytes, 0, bytes.length);
		if (found < length) {
			throw new MalformedInputException(Cause.TRUNCATED, null,
					"%s: %d bytes expected, %d found".formatted(WHAT, length, found));
		}
		if (in.read() >= 0) {
			throw new MalformedInputException(Cause.TRAILING_BYTES, null,
					"%s: %d bytes expected, more found".formatted(WHAT, length));
		}
		return ByteBuffer.wrap(bytes);
	}

	private static ByteBuffer readGrowing(InputStream in, Allowance allowance) throws IOException {
		byte[] bytes = new byte[0];
		int size = 0;
		for (int next = in.read(); next >= 0; next = in.read()) {
			checkSize(size + 1L, allowance);
			bytes = grown(bytes, allowance);
			bytes[size++] = (byte) next;
			size += in.readNBytes(bytes, size, bytes.length - size);
		}
		checkSize(size, allowance);
		return ByteBuffer.wrap(bytes, 0, size);
	}

	/**
	 * Twice as long an array. All of it is asked for, not only what is added: the shorter
	 * one stays in memory until it is copied.
	 */
	private static byte[] grown(byte[] bytes, Allowance allowance) {
		int length = Math.clamp(2L * bytes.length, SMALLEST, Allowance.LONGEST_ARRAY);
		allowance.reserve(length);
		return Arrays.copyOf(bytes, length);
	}

	private static void checkSize(long size, Allowance allowance) {
		allowance.check(Limit.BODY, size, WHAT);
		if (size > Allowance.LONGEST_ARRAY) {
			throw new LimitExceededException(Limit.BODY, Allowance.LONGEST_ARRAY, size, WHAT);
		}
	}

}
