package dev.discretizer.codec.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Compares the reader with {@link Float#parseFloat} on decimals at random: digits with an
 * exponent, floats as programs write them, and decimals beside the midpoint of two
 * floats, whole or cut after some digits.
 */
final class RandomDecimals {

	/** Numbers in one array, several of the parser's buffers. */
	private static final int ARRAY = 5_000;

	private final SplittableRandom random;

	RandomDecimals(long seed) {
		this.random = new SplittableRandom(seed);
	}

	/** Those of so many decimals on which the two differ. */
	List<String> differing(int count) {
		List<String> differing = new ArrayList<>();
		for (int done = 0; done < count; done += ARRAY) {
			List<String> texts = new ArrayList<>();
			for (int i = 0; i < ARRAY; i++) {
				texts.add(next());
			}
			int[] bits = Given.bits(Given.tensor("[" + String.join((done % 2 == 0) ? "," : ", ", texts) + "]"));
			for (int i = 0; i < ARRAY; i++) {
				float expected = Float.parseFloat(texts.get(i));
				if (bits[i] != Float.floatToRawIntBits(expected)) {
					differing.add(texts.get(i) + " was read as " + Float.intBitsToFloat(bits[i]));
				}
			}
		}
		return differing;
	}

	private String next() {
		return switch (this.random.nextInt(6)) {
			case 0 -> digits() + "." + digits();
			case 1 -> digits() + "." + digits() + (this.random.nextBoolean() ? "e" : "E-") + this.random.nextInt(50);
			case 2 -> Double.toString(any());
			case 3 -> Float.toString(any());
			default -> besideMidpoint();
		};
	}

	/** Up to 19 digits without a leading zero. */
	private String digits() {
		long below = 1;
		for (int i = this.random.nextInt(1, 20); i > 0 && below < Long.MAX_VALUE / 10; i--) {
			below *= 10;
		}
		return Long.toString(this.random.nextLong(below));
	}

	private float any() {
		float value = Float.intBitsToFloat(this.random.nextInt());
		return Float.isFinite(value) ? value : 0;
	}

	private String besideMidpoint() {
		int bits = this.random.nextInt(0x7f7fffff);
		double middle = ((double) Float.intBitsToFloat(bits) + Float.intBitsToFloat(bits + 1)) / 2;
		BigDecimal exact = new BigDecimal(middle).round(new MathContext(this.random.nextInt(8, 40), RoundingMode.DOWN));
		BigInteger unscaled = exact.unscaledValue().add(BigInteger.valueOf(this.random.nextInt(-1, 2)));
		BigDecimal beside = new BigDecimal(unscaled, exact.scale());
		return (this.random.nextBoolean() ? "-" : "")
				+ (this.random.nextBoolean() ? beside.toString() : beside.toPlainString());
	}

}
