package dev.discretizer.codec.json;

import java.util.Objects;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DecimalsTests {

	@Test
	void readerGivesTheNearestFloatAndDouble() {
		for (String line : Given.lines("/json/decimals.tsv")) {
			String[] cells = line.split("\t");
			int bits = Integer.parseUnsignedInt(cells[1], 16);
			Float f32 = Given.read("{\"f32\":" + cells[0] + "}").get("f32", Float.class);
			Double f64 = Given.read("{\"f64\":" + cells[0] + "}").get("f64", Double.class);
			assertThat(Float.floatToRawIntBits(Objects.requireNonNull(f32))).as(line).isEqualTo(bits);
			assertThat(Double.doubleToRawLongBits(Objects.requireNonNull(f64))).as(line)
				.isEqualTo(Long.parseUnsignedLong(cells[2], 16));
			assertThat(Given.bits(Given.tensor(cells[0]))).as(line).containsExactly(bits);
			assertThat(Given.bits(Given.tensor("[" + cells[0] + "]"))).as(line).containsExactly(bits);
			assertThat(Given.bits(Given.tensor("{\"shape\":[1],\"data\":[" + cells[0] + "]}"))).as(line)
				.containsExactly(bits);
		}
	}

	@Test
	void fastWayIsRightOrSilent() {
		int silent = 0;
		for (String line : Given.lines("/json/decimals.tsv")) {
			String[] cells = line.split("\t");
			float value = Decimals.toFloat(cells[0].toCharArray(), 0, cells[0].length());
			if (Float.isNaN(value)) {
				silent++;
			}
			else {
				assertThat(Float.floatToRawIntBits(value)).as(line).isEqualTo(Integer.parseUnsignedInt(cells[1], 16));
			}
		}
		assertThat(silent).isPositive();
	}

	@Test
	void fastWayTakesEveryFloatWrittenAsDouble() {
		SplittableRandom random = new SplittableRandom(1);
		for (int i = 0; i < 200_000; i++) {
			float value = Float.intBitsToFloat(random.nextInt(0x00800000, 0x7f7fffff));
			String text = Double.toString(-value);
			assertThat(Decimals.toFloat(text.toCharArray(), 0, text.length())).as(text).isEqualTo(-value);
		}
	}

	@Test
	void fastWayTakesNearlyEveryShortestDecimal() {
		SplittableRandom random = new SplittableRandom(1);
		int silent = 0;
		for (int i = 0; i < 200_000; i++) {
			float value = Float.intBitsToFloat(random.nextInt(0x00800000, 0x7f7fffff));
			String text = Float.toString(value);
			float fast = Decimals.toFloat(text.toCharArray(), 0, text.length());
			if (Float.isNaN(fast)) {
				silent++;
			}
			else {
				assertThat(fast).as(text).isEqualTo(value);
			}
		}
		// Some whole numbers above 2^24 are shortest right at a midpoint
		assertThat(silent).isLessThan(2000);
	}

	@Test
	void fastWayAgreesWithTheExactOneOnArbitraryDigits() {
		SplittableRandom random = new SplittableRandom(2);
		for (int i = 0; i < 200_000; i++) {
			String text = random.nextLong(1_000_000_000_000_000_000L) + "e" + random.nextInt(-60, 24);
			float value = Decimals.toFloat(text.toCharArray(), 0, text.length());
			assertThat(Float.isNaN(value) || value == Float.parseFloat(text)).as(text).isTrue();
		}
	}

}
