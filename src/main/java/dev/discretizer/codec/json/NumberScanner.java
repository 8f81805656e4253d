package dev.discretizer.codec.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads a JSON number out of bytes, eight digits at a time.
 *
 * <pre>
 * number = (-) digits * 10^exponent     with digits below 2^63
 * </pre>
 *
 * Eight bytes are one little-endian long. Adding 0x76 to each byte, after '0' is taken
 * off by exclusive or, sets the highest bit of those that are no digits; digits after the
 * first such byte are shifted out, and three multiplications join neighbours to numbers
 * of two, four and eight digits. No branch depends on how many digits there are, which no
 * processor could foretell.
 *
 * <p>
 * Numbers of another form, such as those with over 24 digits on a side of the point or
 * whitespace behind them, and malformed ones are not read at all. Not thread-safe.
 *
 * @see <a href="https://doi.org/10.1002/spe.2984">D. Lemire: Number Parsing at a Gigabyte
 * per Second (2021), section 6</a>
 */
final class NumberScanner {

	/**
	 * Bytes that must follow the index of a number's first, for eight may be read at
	 * once: a sign, 24 digits on each side of the point, an exponent and a delimiter.
	 */
	static final int READABLE = 64;

	/** Returned in place of an index. */
	static final int NONE = -1;

	private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

	private static final int GROUP = 8;

	/** Groups of digits on one side of the point. */
	private static final int GROUPS = 3;

	/** The longest exponent read, which is far beyond any float. */
	private static final int EXPONENT_DIGITS = 4;

	private static final long ZEROS = 0x3030_3030_3030_3030L;

	private static final long ABOVE_NINE = 0x7676_7676_7676_7676L;

	private static final long SIGNS = 0x8080_8080_8080_8080L;

	private static final long EVEN_PAIRS = 0x0000_00ff_0000_00ffL;

	private static final long[] TENS = { 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000 };

	/** Up to here as many digits can be put behind. */
	private static final long[] LARGEST = largest();

	private byte[] bytes = new byte[0];

	private int start;

	private int end;

	private boolean negative;

	private boolean fraction;

	private long digits;

	private int exponent;

	private static long[] largest() {
		long[] largest = new long[TENS.length];
		for (int i = 0; i < largest.length; i++) {
			largest[i] = (Long.MAX_VALUE - (TENS[i] - 1)) / TENS[i];
		}
		return largest;
	}

	/**
	 * Reads the number that begins there.
	 * @param bytes shared; at least {@link #READABLE} of them from there on
	 * @return the index after its last byte, where a comma or a closing bracket stands;
	 * -1 for {@link #NONE}
	 */
	int scan(byte[] bytes, int from) {
		this.bytes = bytes;
		this.start = from;
		// Without a branch, as signs of weights are random
		int minus = (((bytes[from] & 0xff) ^ '-') - 1) >>> (Integer.SIZE - 1);
		this.negative = minus != 0;
		int first = from + minus;
		int at = first + 1;
		int digit = bytes[first] - '0';
		if (digit < 0 || digit > 9) {
			return NONE;
		}
		this.digits = digit;
		if (bytes[at] != '.') {
			this.digits = 0;
			at = digits(first);
			if (at == NONE || (bytes[first] == '0' && at > first + 1)) {
				return NONE;
			}
		}
		this.exponent = 0;
		this.fraction = bytes[at] == '.';
		if (this.fraction) {
			int point = at + 1;
			at = digits(point);
			if (at <= point) {
				return NONE;
			}
			this.exponent = point - at;
		}
		if ((bytes[at] | 0x20) == 'e') {
			at = exponent(at + 1);
			if (at == NONE) {
				return NONE;
			}
		}
		else if (!this.fraction && at - from > Decimals.DIGITS) {
			return NONE;
		}
		this.end = at;
		return (bytes[at] == ',' || bytes[at] == ']') ? at : NONE;
	}

	/**
	 * Puts the digits that begin there behind those read so far.
	 * @return the index after the last, {@link #NONE} if there are too many
	 */
	private int digits(int from) {
		long sum = this.digits;
		int at = from;
		for (int group = 0; group < GROUPS; group++) {
			long word = (long) LONGS.get(this.bytes, at) ^ ZEROS;
			long others = ((word + ABOVE_NINE) | word) & SIGNS;
			if (others != 0) {
				int count = Long.numberOfTrailingZeros(others) >>> 3;
				this.digits = sum * TENS[count] + value(word, count);
				return (sum <= LARGEST[count]) ? at + count : NONE;
			}
			if (sum > LARGEST[GROUP]) {
				return NONE;
			}
			sum = sum * TENS[GROUP] + value(word, GROUP);
			// A constant, so the processor goes on before it has counted
			at += GROUP;
		}
		return NONE;
	}

	/** The value of a number's first digits, given as a byte each. */
	private static long value(long word, int count) {
		// In two steps, as a long cannot be shifted by 64 in one
		int half = (GROUP - count) * (Byte.SIZE / 2);
		long ones = (word << half) << half;
		long pairs = ones * 10 + (ones >>> 8);
		return ((pairs & EVEN_PAIRS) * (100 + (1_000_000L << 32))
				+ ((pairs >>> 16) & EVEN_PAIRS) * (1 + (10_000L << 32))) >>> 32;
	}

	/** Reads what follows the letter e, and returns the index after it. */
	private int exponent(int from) {
		boolean below = this.bytes[from] == '-';
		int first = (below || this.bytes[from] == '+') ? from + 1 : from;
		int at = first;
		int value = 0;
		while (this.bytes[at] >= '0' && this.bytes[at] <= '9') {
			value = value * 10 + (this.bytes[at++] - '0');
			if (at - first > EXPONENT_DIGITS) {
				return NONE;
			}
		}
		this.fraction = true;
		this.exponent += below ? -value : value;
		return (at > first) ? at : NONE;
	}

	/** Whether the number has a fraction or an exponent. */
	boolean isFraction() {
		return this.fraction;
	}

	boolean isNegative() {
		return this.negative;
	}

	/** The value of an integer. */
	long toLong() {
		return this.negative ? -this.digits : this.digits;
	}

	/** The nearest float, ties to even; infinite if the number is beyond binary32. */
	float toFloat() {
		float value = Decimals.nearest(this.negative, this.digits, this.exponent);
		return Float.isNaN(value) ? Float.parseFloat(text()) : value;
	}

	private String text() {
		return new String(this.bytes, this.start, this.end - this.start, StandardCharsets.US_ASCII);
	}

}
