package dev.discretizer.codec;

import java.util.Arrays;

import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;
import dev.discretizer.tensor.Shape;

/**
 * Turns the dimensions that a client wrote into a {@link Shape}: first their size in
 * bytes, to compare with the bytes that exist, then the limits.
 */
public final class DeclaredShape {

	private DeclaredShape() {
	}

	/**
	 * Size in bytes of a tensor of these dimensions.
	 * @param dims the dimensions, each at least 0
	 * @param name the tensor's name, for messages
	 * @throws MalformedInputException if that is above 2^63 - 1
	 */
	public static long bytes(long[] dims, DType dtype, String name) {
		try {
			return Math.multiplyExact(Shape.elements(dims), dtype.bytes());
		}
		catch (ArithmeticException ex) {
			throw Names.error(Cause.SHAPE_MISMATCH, name, "shape %s of %s stands for more than 2^63 - 1 bytes"
				.formatted(Arrays.toString(dims), dtype.label()));
		}
	}

	/**
	 * The shape of these dimensions, its elements allowed.
	 * @param dims the dimensions, each at least 0, that passed {@link #bytes}
	 * @param name the tensor's name, for messages
	 * @throws LimitExceededException if the request has too many elements, or a dimension
	 * is longer than any array
	 */
	public static Shape allow(long[] dims, String name, Allowance allowance) {
		allowance.elements(Shape.elements(dims), Names.tensor(name));
		return of(dims, name);
	}

	/**
	 * The shape of these dimensions, whose elements have been allowed already.
	 * @param dims the dimensions, each at least 0, of at most 2^63 - 1 elements
	 * @param name the tensor's name, for messages
	 * @throws LimitExceededException if there are more elements than an array has, or a
	 * dimension is longer than any array
	 */
	public static Shape of(long[] dims, String name) {
		String what = Names.tensor(name);
		long elements = Shape.elements(dims);
		if (elements > Allowance.LONGEST_ARRAY) {
			throw new LimitExceededException(RequestLimit.ELEMENTS, Allowance.LONGEST_ARRAY, elements, what);
		}
		// A dimension may be larger than the product when another one is zero.
		for (long dim : dims) {
			if (dim > Integer.MAX_VALUE) {
				throw new LimitExceededException(RequestLimit.ELEMENTS, Integer.MAX_VALUE, dim, what);
			}
		}
		return Shape.of(dims);
	}

}
