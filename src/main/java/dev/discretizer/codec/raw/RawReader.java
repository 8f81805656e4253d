package dev.discretizer.codec.raw;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.regex.Pattern;

import dev.discretizer.codec.BodyKind;
import dev.discretizer.codec.DeclaredShape;
import dev.discretizer.codec.ElementReader;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.FloatTensorBuilder;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;
import dev.discretizer.tensor.Shape;

/**
 * Reads a tensor whose type and shape are given separately from its bytes.
 */
public final class RawReader {

	/**
	 * What always fits a long. Long.parseLong alone would take signs and other scripts.
	 */
	private static final Pattern DIMENSION = Pattern.compile("[0-9]{1,18}");

	private RawReader() {
	}

	/**
	 * Reads the whole stream as one tensor.
	 * @param in read to its end, not closed
	 * @param length bytes in the stream, -1 if unknown
	 * @param dtype type of the elements in the stream, little-endian
	 * @param dims the shape, each dimension at least 0, none for a scalar; elements come
	 * in C order
	 * @param name the tensor's name, for messages
	 * @throws MalformedInputException if shape, type and bytes disagree
	 * @throws LimitExceededException if the tensor is over a limit
	 */
	public static FloatTensor read(InputStream in, long length, DType dtype, long[] dims, String name,
			Allowance allowance) throws IOException {
		allowance.check(RequestLimit.RANK, dims.length, Names.tensor(name));
		long bytes = DeclaredShape.bytes(dims, dtype, name);
		if (length >= 0 && length != bytes) {
			String looks = BodyKind.looks(BodyKind.RAW, arrived(in));
			throw disagree(Cause.SHAPE_MISMATCH, dtype, dims, name, bytes,
					length + " found" + ((looks == null) ? "" : "; " + looks));
		}
		Shape shape = DeclaredShape.allow(dims, name, allowance);
		FloatTensorBuilder builder = new FloatTensorBuilder(name, dtype, allowance);
		if (length >= 0) {
			builder.exactly(shape.elements());
		}
		new ElementReader(dtype, ByteOrder.LITTLE_ENDIAN, shape.elements()).read(in, shape.elements(), builder);
		if (length < 0 && in.read() >= 0) {
			throw disagree(Cause.TRAILING_BYTES, dtype, dims, name, bytes, "more found");
		}
		return builder.build(shape);
	}

	/** The first bytes that are there, so that a refusal does not wait for more. */
	private static byte[] arrived(InputStream in) throws IOException {
		byte[] head = new byte[BodyKind.HEAD];
		return Arrays.copyOf(head, Math.max(0, in.read(head)));
	}

	private static MalformedInputException disagree(Cause cause, DType dtype, long[] dims, String name, long bytes,
			String found) {
		return Names.error(cause, name,
				"%d bytes expected (shape %s of %s), %s".formatted(bytes, Arrays.toString(dims), dtype.label(), found));
	}

	/**
	 * Parses the text of a shape: dimensions in decimal digits, separated by single
	 * commas, such as "16,2,5,5"; the empty text is the shape of a scalar.
	 * @return the dimensions, each from 0 to 10^18 - 1
	 * @throws MalformedInputException if the text is anything else
	 */
	public static long[] parseShape(String text) {
		if (text.isEmpty()) {
			return new long[0];
		}
		String[] parts = text.split(",", -1);
		long[] dims = new long[parts.length];
		for (int i = 0; i < dims.length; i++) {
			if (!DIMENSION.matcher(parts[i]).matches()) {
				throw new MalformedInputException(Cause.WRONG_TYPE, null,
						"shape: '%s' found as dimension %d, expected 1 to 18 digits; a shape is like 16,2,5,5, or empty for a scalar"
							.formatted(Names.clip(parts[i]), i));
			}
			dims[i] = Long.parseLong(parts[i]);
		}
		return dims;
	}

}
