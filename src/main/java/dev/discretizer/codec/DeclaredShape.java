package dev.discretizer.codec;

import java.util.Arrays;

import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.Limit;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.Shape;

/**
 * The way from the dimensions a client wrote to a {@link Shape}: how many bytes they
 * stand for, to compare with those that are there, and then the limits.
 */
public final class DeclaredShape {

	/** The longest array every JVM makes. */
	private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

	private DeclaredShape() {
	}

	/**
	 * How many bytes a tensor of these dimensions has.
	 * @param dims the dimensions, each at least 0
	 * @param name the tensor's name, for messages
	 * @throws MalformedInputException if that is above 2^63 - 1
	 */
	public static long bytes(long[] dims, DType dtype, String name) {
		try {
			return Math.multiplyExact(Shape.elements(dims), dtype.bytes());
		}
		catch (ArithmeticException ex) {
			throw new MalformedInputException(Cause.SHAPE_MISMATCH, "/" + name,
					"tensor %s: shape %s of %s stands for more than 2^63 - 1 bytes".formatted(name,
							Arrays.toString(dims), dtype.label()));
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
		String what = "tensor " + name;
		long elements = Shape.elements(dims);
		allowance.elements(elements, what);
		if (elements > MAX_ELEMENTS) {
			throw new LimitExceededException(Limit.ELEMENTS, MAX_ELEMENTS, elements, what);
		}
		// A dimension may be larger than the product when another one is zero.
		for (long dim : dims) {
			if (dim > Integer.MAX_VALUE) {
				throw new LimitExceededException(Limit.ELEMENTS, Integer.MAX_VALUE, dim, what);
			}
		}
		return Shape.of(dims);
	}

}
