package dev.discretizer.codec.json;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class DecimalsTests {

	private static final String BEHIND = "x".repeat(NumberScanner.READABLE);

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
	void scannerGivesTheNearestFloat() {
		int read = 0;
		int unread = 0;
		for (String line : Given.lines("/json/decimals.tsv")) {
			String[] cells = line.split("\t");
			NumberScanner scanner = new NumberScanner();
			if (scan(scanner, cells[0]) == NumberScanner.NONE) {
				unread++;
			}
			else {
				read++;
				assertThat(Float.floatToRawIntBits(scanner.toFloat())).as(line)
					.isEqualTo(Integer.parseUnsignedInt(cells[1], 16));
			}
		}
		assertThat(read).isGreaterThan(1000);
		assertThat(unread).isPositive();
	}

	@Test
	void productIsSureOfEveryFloatWrittenAsDouble() {
		SplittableRandom random = new SplittableRandom(1);
		NumberScanner scanner = new NumberScanner();
		for (int i = 0; i < 200_000; i++) {
			float value = Float.intBitsToFloat(random.nextInt(0x00800000, 0x7f7fffff));
			String text = Double.toString(-value);
			assertThat(scan(scanner, text)).as(text).isEqualTo(text.length());
			assertThat(scanner.toFloat()).as(text).isEqualTo(-value);
		}
	}

	@Test
	void productIsUnsureNearMidpointsAndOutsideTheNormalRange() {
		// 2^24 + 1, halfway; the smallest normal float, and just below
		assertThat(Decimals.nearest(false, 167772170, -1)).isNaN();
		assertThat(Decimals.nearest(false, 16777217000000001L, -9)).isNaN();
		assertThat(Decimals.nearest(false, 1677721701, -2)).isEqualTo(16777218f);
		assertThat(Decimals.nearest(true, 11754944, -45)).isEqualTo(-Float.MIN_NORMAL);
		assertThat(Decimals.nearest(true, 11754942, -45)).isNaN();
		assertThat(Decimals.nearest(false, 1, 39)).isNaN();
		assertThat(Decimals.nearest(false, 1, 65)).isNaN();
		assertThat(Float.floatToRawIntBits(Decimals.nearest(true, 0, 65))).isEqualTo(Integer.MIN_VALUE);
	}

	@Test
	void readerAgreesWithJavaOnRandomAndNearTieDecimals() {
		assertThat(new RandomDecimals(1).differing(100_000)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "-", "+1", "01", "-01", "00.5", ".5", "-.5", "1.", "1.e5", "1e", "1e+", "1e-", "--1",
			"1 ", "1\n", "0x1", "1f", "1_0", "NaN", "1e00001", "1.1234567890123456789012345", "123456789012345678901",
			"1234567890123456789", "-123456789012345678", "0.9223372036854775808", "1/", "1:", "12345678\u00b9",
			"0.1234567\u00b9" })
	void scannerLeavesOtherTextsToJackson(String text) {
		assertThat(scan(new NumberScanner(), text)).isEqualTo(NumberScanner.NONE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-0", "7", "12345678", "123456789", "-12345678901234567", "123456789012345678" })
	void scannerGivesIntegersExactly(String text) {
		NumberScanner scanner = new NumberScanner();
		assertThat(scan(scanner, text)).isEqualTo(text.length());
		assertThat(scanner.isFraction()).isFalse();
		assertThat(scanner.isNegative()).isEqualTo(text.startsWith("-"));
		assertThat(scanner.toLong()).isEqualTo(Long.parseLong(text));
	}

	private static int scan(NumberScanner scanner, String text) {
		return scanner.scan((text + "," + BEHIND).getBytes(StandardCharsets.ISO_8859_1), 0);
	}

}
