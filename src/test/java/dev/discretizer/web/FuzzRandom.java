package dev.discretizer.web;

import java.util.SplittableRandom;

/**
 * Choices of one fuzzed request, all from one seed. With some probability, which differs
 * from request to request, a value that belongs into a body is replaced by another one on
 * its way there: so lengths, offsets, names and tokens go wrong one at a time in a body
 * that is right otherwise.
 */
final class FuzzRandom {

	private static final long[] NUMBERS = { 0, 1, 2, 7, 8, 9, 127, 128, 255, 256, 1024, 32767, 32768, 65535, 65536,
			1 << 20, 1 << 24, Integer.MAX_VALUE - 8, Integer.MAX_VALUE, 1L << 31, 0xffff_ffffL, 1L << 32, 1L << 53,
			Long.MAX_VALUE - 1, Long.MAX_VALUE, Long.MIN_VALUE, -1, -2, -128 };

	/** Pieces that matter to one of the grammars. */
	private static final String[] WORDS = { "", "0", "1", "-1", "-0", "00", "01", "+1", "1.5", ".5", "1.", "1e5", "1e",
			"1e9999", "-1e-9999", "9".repeat(25), "0." + "3".repeat(60), "9".repeat(1001), "1e-46", "3.4028236e38",
			"NaN", "Infinity", "null", "true", "false", "[", "]", "{", "}", "(", ")", ",", ",,", ":", "\"", "'", "\\",
			"\\u0000", "\\ud800", "\"\\ud83d\\ude00\"", "\"x\"", "\"1\"", "[]", "{}", "[[]]", "()", "None", "False",
			"0L", " ", "\t\n", "\0", "\u00e9", "\u20ac", "/*", "//", "#", "[".repeat(70), "{\"a\":".repeat(70),
			"weight", "tensor", "spike_threshold", "__metadata__", "scale", "discretizer", "\"tensor\":1,",
			"\"conv\":{},", "\"data\":[],", "\"shape\":[2],", "\"base64\":\"AACAPw==\",", "\"dtype\":\"float64\",",
			"9223372036854775807", "18446744073709551616", "2147483648", "../../x", "\ufeff" };

	private final SplittableRandom random;

	/** One value in so many is replaced; none if 0. */
	private final int oneIn;

	FuzzRandom(long seed) {
		this.random = new SplittableRandom(seed);
		this.oneIn = switch (this.random.nextInt(8)) {
			case 0, 1, 2 -> 0;
			case 3 -> 4;
			case 4, 5 -> 16;
			default -> 48;
		};
	}

	int below(int bound) {
		return this.random.nextInt(bound);
	}

	/** Whether something happens that does once in so many times. */
	boolean once(int in) {
		return this.random.nextInt(in) == 0;
	}

	double real() {
		return this.random.nextDouble();
	}

	void bytes(byte[] dest) {
		this.random.nextBytes(dest);
	}

	@SafeVarargs
	final <T> T pick(T... choices) {
		return choices[this.random.nextInt(choices.length)];
	}

	/** Whether what is asked about goes wrong this time. */
	boolean wrong() {
		return this.oneIn > 0 && this.random.nextInt(this.oneIn) == 0;
	}

	/** That number, or another. */
	long number(long right) {
		if (!wrong()) {
			return right;
		}
		return switch (this.random.nextInt(5)) {
			case 0 -> right + 1;
			case 1 -> right - 1;
			case 2 -> right * 2;
			case 3 -> this.random.nextLong(1 << 20);
			default -> NUMBERS[this.random.nextInt(NUMBERS.length)];
		};
	}

	int integer(int right) {
		return (int) number(right);
	}

	/** That text, or another, or it with something left out, put in or doubled. */
	String text(String right) {
		if (!wrong()) {
			return right;
		}
		int at = this.random.nextInt(right.length() + 1);
		return switch (this.random.nextInt(5)) {
			case 0 -> right.substring(0, at);
			case 1 -> right + right;
			case 2 -> right.substring(0, at) + WORDS[this.random.nextInt(WORDS.length)] + right.substring(at);
			default -> WORDS[this.random.nextInt(WORDS.length)];
		};
	}

}
