package dev.discretizer.discretize;

import dev.discretizer.discretize.ImpossibleInputException.Cause;
import dev.discretizer.tensor.DType;

/**
 * The range of a two's complement integer of a number of bits.
 *
 * <pre>
 * lo = -2^(bits - 1),  hi = 2^(bits - 1) - 1
 * </pre>
 *
 * @param bits from {@value #MIN_BITS} to {@value #MAX_BITS}, or 32 for {@link #INT32}
 */
public record Precision(int bits) {

	/** Fewest bits of a precision. */
	public static final int MIN_BITS = 2;

	/**
	 * Most bits of a precision: every integer of the range is exact in binary32, whose
	 * significand has 24 bits.
	 */
	public static final int MAX_BITS = 24;

	/** sinabs' precision of weights and biases. */
	public static final int WEIGHT_BITS = 8;

	/** sinabs' precision of thresholds and states. */
	public static final int STATE_BITS = 16;

	/** The range of a tensor that is discretized without a precision, as in sinabs. */
	public static final Precision INT32 = new Precision(32);

	/**
	 * Checks and makes a precision.
	 * @param field name of the member it was given by, for the message
	 * @throws ImpossibleInputException if it is out of range
	 */
	public static Precision of(long bits, String field) {
		if (bits < MIN_BITS || bits > MAX_BITS) {
			throw new ImpossibleInputException(Cause.BITS_OUT_OF_RANGE, field,
					"%s is %d, expected %d to %d".formatted(field, bits, MIN_BITS, MAX_BITS));
		}
		return new Precision((int) bits);
	}

	/** The smallest integer. */
	public int lo() {
		return -1 << (this.bits - 1);
	}

	/** The largest integer. */
	public int hi() {
		return ~lo();
	}

	/** {@code |lo / hi|} in binary32, as sinabs compares the extremes by it. */
	float ratio() {
		return (float) Math.abs((double) lo() / hi());
	}

	/**
	 * A tensor with a magnitude above this has a scale; at or below it, {@code |lo| / m}
	 * may overflow binary32.
	 */
	float smallestScalable() {
		return (float) (-(double) lo() / Float.MAX_VALUE);
	}

	/** How many integers the range has: 2^bits. */
	public long levels() {
		return 1L << this.bits;
	}

	/** The narrowest of int8, int16 and int32 that holds the range. */
	public DType dtype() {
		return (this.bits <= Byte.SIZE) ? DType.INT8 : (this.bits <= Short.SIZE) ? DType.INT16 : DType.INT32;
	}

}
