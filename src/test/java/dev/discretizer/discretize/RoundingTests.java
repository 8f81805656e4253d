package dev.discretizer.discretize;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Against {@link Math#rint}, the JDK's own rounding of half to even.
 */
class RoundingTests {

	@Test
	void everyQuarterOfInt8IsRoundedHalfToEvenAndClamped() {
		float[] x = quarters(-200, 200);
		byte[] bytes = new byte[x.length];
		Rounding.toInt8(x, 0, 1, 1, -128, 127, bytes, 0, x.length);
		for (int i = 0; i < x.length; i++) {
			assertThat((int) bytes[i]).as("%s", x[i]).isEqualTo(expected(x[i], -128, 127));
		}
	}

	@Test
	void everyQuarterOfInt16IsRoundedHalfToEvenAndClamped() {
		float[] x = quarters(-33_000, 33_000);
		ByteBuffer shorts = ByteBuffer.allocate(2 * x.length).order(ByteOrder.LITTLE_ENDIAN);
		Rounding.toInt16(x, 0, 1, 1, -32_768, 32_767, shorts.array(), 0, x.length);
		for (int i = 0; i < x.length; i++) {
			assertThat((int) shorts.getShort(2 * i)).as("%s", x[i]).isEqualTo(expected(x[i], -32_768, 32_767));
		}
	}

	@Test
	void whatFitsIsRoundedTheSameWithoutBeingClamped() {
		float[] x = quarters(-128, 127);
		byte[] bytes = new byte[x.length + 3];
		Rounding.toInt8(x, 2, 1, 1, bytes, 3, x.length - 2);
		for (int i = 2; i < x.length; i++) {
			assertThat((int) bytes[i + 1]).as("%s", x[i]).isEqualTo(expected(x[i], -128, 127));
		}
		float[] wide = quarters(-32_768, 32_767);
		ByteBuffer shorts = ByteBuffer.allocate(2 * wide.length).order(ByteOrder.LITTLE_ENDIAN);
		Rounding.toInt16(wide, 4, 1, 1, shorts.array(), 2, wide.length - 4);
		for (int i = 4; i < wide.length; i++) {
			assertThat((int) shorts.getShort(2 + 2 * (i - 4))).as("%s", wide[i])
				.isEqualTo(expected(wide[i], -32_768, 32_767));
		}
	}

	/** The floats next to a half are not halves. */
	@Test
	void neighboursOfHalvesAreRoundedToTheNearest() {
		IntStream.range(-128, 127).forEach((i) -> {
			float half = i + 0.5f;
			float[] x = { Math.nextDown(half), half, Math.nextUp(half) };
			byte[] bytes = new byte[3];
			Rounding.toInt8(x, 0, 1, 1, -128, 127, bytes, 0, 3);
			for (int k = 0; k < 3; k++) {
				assertThat((int) bytes[k]).as("%s", x[k]).isEqualTo(expected(x[k], -128, 127));
			}
		});
	}

	@Test
	void theLargestFloatsAreClamped() {
		float[] x = { Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -0.0f };
		byte[] bytes = new byte[4];
		Rounding.toInt8(x, 0, 1, 1, -8, 7, bytes, 0, 4);
		assertThat(bytes).containsExactly(7, -8, 0, 0);
	}

	private static int expected(float x, int lo, int hi) {
		return (int) Math.max(lo, Math.min(hi, Math.rint(x)));
	}

	private static float[] quarters(int from, int to) {
		float[] x = new float[4 * (to - from) + 1];
		for (int i = 0; i < x.length; i++) {
			x[i] = from + i / 4.0f;
		}
		return x;
	}

}
