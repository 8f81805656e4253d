package dev.discretizer.codec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;

/**
 * Reads a whole body into memory, for formats whose parts refer to each other in any
 * order.
 */
public final class WholeBody {

	/** Bytes taken first when the length is not known. */
	private static final int SMALLEST = 64 * 1024;

	private WholeBody() {
	}

	/**
	 * Reads to the end of the stream.
	 * @param length exact number of bytes in the stream, or -1 if it is not known
	 * @param what what the body is, for messages
	 * @return all bytes, from the start of the buffer's array to its limit; little-endian
	 */
	public static ByteBuffer read(InputStream in, long length, String what, Allowance allowance) throws IOException {
		ByteBuffer body = (length >= 0) ? readExactly(in, length, what, allowance) : readGrowing(in, what, allowance);
		return body.order(ByteOrder.LITTLE_ENDIAN);
	}

	private static ByteBuffer readExactly(InputStream in, long length, String what, Allowance allowance)
			throws IOException {
		checkSize(length, what, allowance);
		byte[] bytes = allowance.bytes((int) length);
		int found = in.readNBytes(bytes, 0, bytes.length);
		if (found < length) {
			throw new MalformedInputException(Cause.TRUNCATED, null,
					"%s: %d bytes expected, %d found".formatted(what, length, found));
		}
		if (in.read() >= 0) {
			throw new MalformedInputException(Cause.TRAILING_BYTES, null,
					"%s: %d bytes expected, more found".formatted(what, length));
		}
		return ByteBuffer.wrap(bytes);
	}

	private static ByteBuffer readGrowing(InputStream in, String what, Allowance allowance) throws IOException {
		byte[] bytes = new byte[0];
		int size = 0;
		for (int next = in.read(); next >= 0; next = in.read()) {
			checkSize(size + 1L, what, allowance);
			bytes = grown(bytes, allowance);
			bytes[size++] = (byte) next;
			size += in.readNBytes(bytes, size, bytes.length - size);
		}
		checkSize(size, what, allowance);
		return ByteBuffer.wrap(bytes, 0, size);
	}

	/**
	 * An array twice as long. Reserves all of it, not only the difference: the shorter
	 * one stays in memory until it is copied.
	 */
	private static byte[] grown(byte[] bytes, Allowance allowance) {
		int length = Math.clamp(2L * bytes.length, SMALLEST, Allowance.LONGEST_ARRAY);
		allowance.reserve(length);
		return Arrays.copyOf(bytes, length);
	}

	private static void checkSize(long size, String what, Allowance allowance) {
		allowance.check(RequestLimit.BODY, size, what);
		if (size > Allowance.LONGEST_ARRAY) {
			throw new LimitExceededException(RequestLimit.BODY, Allowance.LONGEST_ARRAY, size, what);
		}
	}

}
