package dev.discretizer.discretize;

import dev.discretizer.discretize.ImpossibleInputException.Cause;

/**
 * sinabs' {@code discretize_scalar}: a product and a rounding, both in binary64.
 *
 * <pre>
 * q = rint(value * scaling)
 * </pre>
 *
 * Source: sinabs 3.1.3, {@code sinabs/backend/dynapcnn/discretize.py}.
 */
public final class ScalarDiscretization {

	/** 2^63, the first double above every long. */
	private static final double LONG_END = 0x1p63;

	private ScalarDiscretization() {
	}

	/**
	 * Discretizes one number.
	 * @throws ImpossibleInputException if the value is not finite, the scaling not finite
	 * and above zero, or the result outside a long
	 */
	public static long discretize(double value, double scaling) {
		if (!Double.isFinite(value)) {
			throw new ImpossibleInputException(Cause.NOT_FINITE, "value",
					"value is %s, a finite number is expected".formatted(value));
		}
		if (!(scaling > 0) || !Double.isFinite(scaling)) {
			throw new ImpossibleInputException(Double.isFinite(scaling) ? Cause.FACTOR_NOT_POSITIVE : Cause.NOT_FINITE,
					"scaling", "scaling is %s, a finite value above zero is expected".formatted(scaling));
		}
		double rounded = Math.rint(value * scaling);
		if (!(rounded >= -LONG_END && rounded < LONG_END)) {
			throw new ImpossibleInputException(Cause.SCALAR_OUT_OF_RANGE, "value",
					"value %s times scaling %s is %s, at least -2^63 and below 2^63 is expected".formatted(value,
							scaling, rounded));
		}
		return (long) rounded;
	}

}
