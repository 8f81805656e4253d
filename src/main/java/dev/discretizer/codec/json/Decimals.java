package dev.discretizer.codec.json;

import java.math.BigInteger;

import tools.jackson.core.JsonParser;

/**
 * JSON numbers as primitives, above all the nearest binary32 of a decimal: rounded once,
 * ties to even.
 *
 * <pre>
 * number = (-) w * 10^e     with w below 2^63, |e| at most 64
 * d = w * 10^e or w / 10^-e     in binary64
 * </pre>
 *
 * The conversion of w, the tabled power and the operation each err by at most half an ulp
 * of binary64, relatively 2^-53, together by less than 4 ulps of d. So the exact value
 * and d lie on the same side of every midpoint between two floats, and have the same
 * nearest float, unless d is within 4 ulps of such a midpoint. In the normal range of
 * binary32 a midpoint is a double whose low 29 bits are a one and 28 zeros. What is that
 * close, not normal, or larger, is left to {@link Float#parseFloat}, which is exact and
 * slow: of arbitrary such decimals one in sixty million, and none that is a binary32
 * written with the digits of a binary64, as Python's {@code tolist()} does.
 *
 * <p>
 * This is the fast path of Clinger (How to read floating point numbers accurately, 1990)
 * with the spare bits of binary64 in place of exactness.
 */
final class Decimals {

	/** Characters of an integer that surely fits in a long. */
	static final int DIGITS = 18;

	/** Largest exponent of ten in the table. */
	private static final int LARGEST = 64;

	private static final double[] POWERS = powers();

	/** The bits of binary64 that binary32 has no place for. */
	private static final long SPARE = (1L << (52 - 23)) - 1;

	private static final long MIDPOINT = 1L << (52 - 23 - 1);

	private static final long ERROR = 4;

	private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);

	private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

	private Decimals() {
	}

	private static double[] powers() {
		double[] powers = new double[LARGEST + 1];
		for (int i = 0; i <= LARGEST; i++) {
			powers[i] = Double.parseDouble("1e" + i);
		}
		return powers;
	}

	/** The number the parser stands on. Infinite if it is beyond binary32. */
	static float toFloat(JsonParser parser) {
		return Float.parseFloat(parser.getString());
	}

	/** The number the parser stands on. Infinite if it is beyond binary64. */
	static double toDouble(JsonParser parser) {
		return Double.parseDouble(parser.getString());
	}

	/** The integer the parser stands on, or the long nearest to it. */
	static long toLong(JsonParser parser) {
		return new BigInteger(parser.getString()).max(LONG_MIN).min(LONG_MAX).longValue();
	}

	/**
	 * The float nearest to {@code digits * 10^exponent}, or NaN where this way does not
	 * lead to a sure answer.
	 * @param digits from 0
	 */
	static float nearest(boolean negative, long digits, int exponent) {
		if (digits == 0) {
			return negative ? -0f : 0f;
		}
		if (exponent < -LARGEST || exponent > LARGEST) {
			return Float.NaN;
		}
		// Java has it rounded to nearest
		double magnitude = digits;
		magnitude = (exponent < 0) ? magnitude / POWERS[-exponent] : magnitude * POWERS[exponent];
		long spare = Double.doubleToRawLongBits(magnitude) & SPARE;
		boolean near = Math.abs(spare - MIDPOINT) <= ERROR;
		if (near || magnitude < Float.MIN_NORMAL || magnitude > Float.MAX_VALUE) {
			return Float.NaN;
		}
		return Float.intBitsToFloat(Float.floatToRawIntBits((float) magnitude) | (negative ? Integer.MIN_VALUE : 0));
	}

}
