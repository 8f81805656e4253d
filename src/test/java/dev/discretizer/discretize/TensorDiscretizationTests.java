package dev.discretizer.discretize;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class TensorDiscretizationTests {

	private static final FloatTensor TENSOR = vector(0.5f, -0.25f, 0.1f, -0f);

	@ParameterizedTest
	@CsvSource({ "2, INT8", "8, INT8", "9, INT16", "16, INT16", "17, INT32", "24, INT32" })
	void typeIsTheNarrowestThatHoldsThePrecision(long bits, DType type) {
		assertThat(discretize(TENSOR, null, bits, true).tensor().dtype()).isEqualTo(type);
		assertThat(discretize(TENSOR, 3f, bits, true).tensor().dtype()).isEqualTo(type);
		assertThat(discretize(TENSOR, null, bits, false).tensor().dtype()).isEqualTo(DType.FLOAT32);
	}

	/**
	 * The extremes decide for all whether they are clamped: at the edges, and beyond one
	 * or both.
	 */
	@ParameterizedTest
	@CsvSource({ "127.4, -128.4", "127.5, -128.5", "127.6, -3", "3, -128.6", "127, -129", "128, -128", "1e30, -1e30" })
	void extremesBeyondTheRangeAreClamped(float high, float low) {
		for (float sign : new float[] { 1, -1 }) {
			float[] x = { sign * high, sign * low, 0.5f, 1.5f, -126.5f };
			int[] expected = new int[x.length];
			for (int i = 0; i < x.length; i++) {
				expected[i] = (int) Math.clamp(Math.rint(x[i]), -128, 127);
			}
			assertThat(bytes(discretize(vector(x), 1f, 8L, true).tensor())).containsExactly(expected);
			for (int i = 0; i < x.length; i++) {
				x[i] *= 256;
				expected[i] = (int) Math.clamp(Math.rint(x[i]), -32_768, 32_767);
			}
			DiscreteTensor wide = discretize(vector(x), 1f, 16L, true).tensor();
			assertThat(bytes(wide)).containsExactly(expected);
			assertThat(Values.ints(wide)).containsExactly(expected);
		}
	}

	/** The elements by way of their bytes. */
	private static int[] bytes(DiscreteTensor tensor) {
		ByteBuffer bytes = ByteBuffer.allocate(tensor.shape().elements() * tensor.dtype().bytes())
			.order(ByteOrder.LITTLE_ENDIAN);
		tensor.bytes(0, bytes.array(), 0, tensor.shape().elements());
		return IntStream.range(0, tensor.shape().elements())
			.map((i) -> (tensor.dtype() == DType.INT8) ? bytes.get(i) : bytes.getShort(2 * i))
			.toArray();
	}

	@Test
	void withoutBitsItIsInt32WithAScalingAndInt8Without() {
		DiscretizedTensor scaled = discretize(TENSOR, 3f, null, true);
		assertThat(scaled.tensor().dtype()).isEqualTo(DType.INT32);
		assertThat(report(scaled).levelsAvailable()).isEqualTo(1L << 32);
		assertThat(report(scaled).levelsUsed()).isNull();

		DiscretizedTensor own = discretize(TENSOR, null, null, true);
		assertThat(own.tensor().dtype()).isEqualTo(DType.INT8);
		assertThat(own.scale()).isEqualTo(254);
		assertThat(report(own).levelsAvailable()).isEqualTo(256);
		assertThat(Values.ints(own.tensor())).containsExactly(127, -64, 25, 0);
	}

	@Test
	void floatsAreNeverClampedAndKeepTheSignOfZero() {
		DiscretizedTensor result = discretize(vector(1000, -1000, -0.25f), 1f, 8L, false);
		assertThat(Values.floats(result.tensor())).containsExactly(1000, -1000, -0f);
		assertThat(report(result).saturated()).isZero();
		assertThat(report(result).levelsUsed()).isEqualTo(1);
		assertThat(report(result).zeros()).isOne();
		assertThat(result.findings()).isEmpty();
	}

	@Test
	void clampedValuesAreCountedAndTheirErrorsToo() {
		DiscretizedTensor result = discretize(vector(7.4f, 7.6f, 9, -8.5f, -9, 0), 1f, 4L, true);
		assertThat(Values.ints(result.tensor())).containsExactly(7, 7, 7, -8, -8, 0);
		TensorReport report = report(result);
		assertThat(report.saturated()).isEqualTo(3);
		assertThat(report.maxAbsError()).isEqualTo(2);
		assertThat(report.levelsUsed()).isEqualTo(3);
		assertThat(report.levelsAvailable()).isEqualTo(16);
	}

	@Test
	void int32Saturates() {
		DiscretizedTensor result = discretize(vector(3e9f, -3e9f, 2147483648f, -2147483648f, 2147483520f), 1f, null,
				true);
		assertThat(Values.ints(result.tensor())).containsExactly(Integer.MAX_VALUE, Integer.MIN_VALUE,
				Integer.MAX_VALUE, Integer.MIN_VALUE, 2147483520);
		assertThat(report(result).saturated()).isEqualTo(3);
		assertThat(result.findings()).extracting(Finding::code)
			.containsExactly(Finding.Code.SATURATED, Finding.Code.ALREADY_DISCRETE);
	}

	/** At 24 bits, and at 23, two roundings may carry an extreme past the range. */
	@Test
	void extremeThatItsOwnScaleCarriesPastTheRangeIsClampedAndNotCounted() {
		SplittableRandom random = new SplittableRandom(24);
		int carried = 0;
		for (int i = 0; i < 1000; i++) {
			FloatTensor tensor = vector((float) random.nextDouble(1, 2), 0.5f);
			DiscretizedTensor own = discretize(tensor, null, 24L, true);
			carried += (Math.rint(tensor.max() * own.scale()) > Precision.of(24, "bits").hi()) ? 1 : 0;
			assertThat(Values.ints(own.tensor())[0]).isLessThanOrEqualTo((1 << 23) - 1);
			assertThat(report(own).saturated()).isZero();
			assertThat(own.findings()).isEmpty();
			DiscretizedTensor given = discretize(tensor, own.scale(), 24L, true);
			assertThat(report(given).saturated()).isZero();
		}
		assertThat(carried).isPositive();
	}

	@Test
	void extremeThatAGivenScalingCarriesPastTheRangeByOneIsCounted() {
		DiscretizedTensor result = discretize(vector(0x1p23f, 0.5f), 1f, 24L, true);
		assertThat(Values.ints(result.tensor())).containsExactly((1 << 23) - 1, 0);
		assertThat(report(result).saturated()).isOne();
		assertThat(result.findings()).extracting(Finding::code).containsExactly(Finding.Code.SATURATED);
	}

	/** A reciprocal below 2^-126 has fewer bits, so the scale is off by more. */
	@Test
	void hugeExtremeThatItsOwnScaleCarriesPastTheRangeIsNotCounted() {
		SplittableRandom random = new SplittableRandom(22);
		int carried = 0;
		for (int i = 0; i < 1000; i++) {
			FloatTensor tensor = vector((float) random.nextDouble(2.5e38, Float.MAX_VALUE), 0.5f);
			DiscretizedTensor own = discretize(tensor, null, 22L, true);
			carried += (Math.rint(tensor.max() * own.scale()) > Precision.of(22, "bits").hi()) ? 1 : 0;
			assertThat(report(own).saturated()).isZero();
			assertThat(own.findings()).extracting(Finding::code).doesNotContain(Finding.Code.SATURATED);
		}
		assertThat(carried).isPositive();
	}

	@Test
	void exactTensorHasNoNoiseAndNoRatio() {
		TensorReport report = report(discretize(vector(3, -2, 0), 2f, null, true));
		assertThat(report.maxAbsError()).isZero();
		assertThat(report.rmsError()).isZero();
		assertThat(report.sqnrDb()).isNull();
	}

	@Test
	void zerosHaveNoSignalAndNoRatio() {
		TensorReport report = report(discretize(vector(0, -0f), 2f, 8L, true));
		assertThat(report.zeros()).isEqualTo(2);
		assertThat(report.levelsUsed()).isOne();
		assertThat(report.sqnrDb()).isNull();
	}

	@Test
	void figuresOfATensorWorkedOutByHand() {
		TensorReport report = report(discretize(vector(0.75f, -2.5f, 1), 1f, 8L, true));
		assertThat(report.elements()).isEqualTo(3);
		assertThat(report.zeros()).isZero();
		assertThat(report.levelsUsed()).isEqualTo(2);
		assertThat(report.maxAbsError()).isEqualTo(0.5);
		assertThat(report.rmsError()).isEqualTo(Math.sqrt((0.0625 + 0.25) / 3));
		assertThat(report.sqnrDb()).isEqualTo(10 * Math.log10((0.5625 + 6.25 + 1) / 0.3125));
	}

	@Test
	void resultSharesTheTensorAndTheReportIsOptional() {
		DiscretizedTensor result = TensorDiscretization.discretize(TENSOR, "x", null, 8L, true, false);
		assertThat(result.report()).isNull();
		assertThat(result.tensor().shape()).isSameAs(TENSOR.shape());
		assertThat(TENSOR.array()).containsExactly(0.5f, -0.25f, 0.1f, -0f);
	}

	@Test
	void tensorOfRankZeroIsFine() {
		DiscretizedTensor result = discretize(FloatTensor.scalar(-3), null, null, true);
		assertThat(Values.ints(result.tensor())).containsExactly(-127);
		assertThat(result.tensor().shape()).isEqualTo(Shape.SCALAR);
	}

	private static TensorReport report(DiscretizedTensor result) {
		return Objects.requireNonNull(result.report());
	}

	private static DiscretizedTensor discretize(FloatTensor tensor, @Nullable Float scaling, @Nullable Long bits,
			boolean toInt) {
		return TensorDiscretization.discretize(tensor, "x", scaling, bits, toInt, true);
	}

	private static FloatTensor vector(float... values) {
		return FloatTensor.of(Shape.of(values.length), values);
	}

}
