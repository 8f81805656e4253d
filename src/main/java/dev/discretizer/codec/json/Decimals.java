package dev.discretizer.codec.json;

import java.math.BigInteger;

import tools.jackson.core.JsonParser;

/**
 * JSON numbers as primitives, above all the nearest binary32 of a decimal: rounded once,
 * ties to even.
 *
 * <pre>
 * text = (-) w * 10^e     with w of at most 18 digits, |e| at most 64
 * d = w * 10^e or w / 10^-e     in binary64
 * </pre>
 *
 * The conversion of w, the tabled power and the operation each err by at most half an ulp
 * of binary64, relatively 2^-53, together by less than 4 ulps of d. So the exact value
 * and d lie on the same side of every midpoint between two floats, and have the same
 * nearest float, unless d is within 4 ulps of such a midpoint. In the normal range of
 * binary32 a midpoint is a double whose low 29 bits are a one and 28 zeros. What is that
 * close, not normal, or longer, is left to {@link Float#parseFloat}, which is exact and
 * slow: of arbitrary such decimals one in sixty million, and none that is a binary32
 * written with the digits of a binary64, as Python's {@code tolist()} does.
 *
 * <p>
 * This is the fast path of Clinger (How to read floating point numbers accurately, 1990)
 * with the spare bits of binary64 in place of exactness. It takes half to two thirds of
 * the time of Jackson's {@code getFloatValue}, which searches the digits for what the
 * tokenizer has checked already.
 */
final class Decimals {

	/** Digits that surely fit in a long. */
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
		float value = toFloat(parser.getStringCharacters(), parser.getStringOffset(), parser.getStringLength());
		return Float.isNaN(value) ? Float.parseFloat(parser.getString()) : value;
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
	 * The value of an integer in JSON's grammar of at most {@link #DIGITS} characters.
	 */
	static long toLong(char[] text, int offset, int length) {
		boolean negative = text[offset] == '-';
		long digits = 0;
		for (int i = negative ? offset + 1 : offset; i < offset + length; i++) {
			digits = digits * 10 + (text[i] - '0');
		}
		return negative ? -digits : digits;
	}

	/**
	 * The nearest float of a number in JSON's grammar, or NaN where this way does not
	 * lead to a sure answer.
	 */
	static float toFloat(char[] text, int offset, int length) {
		int end = offset + length;
		boolean negative = text[offset] == '-';
		int i = negative ? offset + 1 : offset;
		long digits = 0;
		int first = i;
		while (i < end && isDigit(text[i])) {
			digits = digits * 10 + (text[i++] - '0');
		}
		// A leading zero stands alone in JSON; digits may have overflowed to zero
		int count = (text[first] == '0') ? 0 : i - first;
		int exponent = 0;
		if (i < end && text[i] == '.') {
			int point = ++i;
			while (digits == 0 && i < end && text[i] == '0') {
				i++;
			}
			first = i;
			while (i < end && isDigit(text[i])) {
				digits = digits * 10 + (text[i++] - '0');
			}
			count += i - first;
			exponent = point - i;
		}
		if (count > DIGITS) {
			return Float.NaN;
		}
		if (i < end) {
			exponent += exponent(text, i + 1, end);
		}
		return nearest(negative, digits, exponent);
	}

	/** What follows the letter e. Out of the table's range if it has many digits. */
	private static int exponent(char[] text, int from, int end) {
		boolean signed = !isDigit(text[from]);
		int first = signed ? from + 1 : from;
		if (end - first > 4) {
			return 10_000;
		}
		int exponent = 0;
		for (int i = first; i < end; i++) {
			exponent = exponent * 10 + (text[i] - '0');
		}
		return (text[from] == '-') ? -exponent : exponent;
	}

	private static float nearest(boolean negative, long digits, int exponent) {
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
		return (float) (negative ? -magnitude : magnitude);
	}

	private static boolean isDigit(char c) {
		return c >= '0' && c <= '9';
	}

}
