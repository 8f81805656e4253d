package dev.discretizer.discretize;

import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds of every tensor and layer, tried on many random ones with fixed seeds.
 */
class InvariantTests {

	private static final int TENSORS = 300;

	static IntStream allBits() {
		return IntStream.rangeClosed(Precision.MIN_BITS, Precision.MAX_BITS);
	}

	@ParameterizedTest
	@ValueSource(ints = { -40, -7, -1, 1, 2, 13, 40 })
	void powerOfTwoOnEveryTermChangesNoInteger(int exponent) {
		SplittableRandom random = new SplittableRandom(exponent);
		for (int i = 0; i < TENSORS; i++) {
			float[] weight = values(random, 12, 1);
			float[] bias = values(random, 3, 1);
			float[] vMem = values(random, 5, 100);
			float threshold = (float) random.nextDouble(0.01, 3);
			float low = (float) -random.nextDouble(0.01, 300);
			int stateBits = random.nextInt(2, 25);
			DiscretizedLayer plain = layer(weight, bias, vMem, threshold, low, stateBits);
			DiscretizedLayer scaled = layer(scalb(weight, exponent), scalb(bias, exponent), scalb(vMem, exponent),
					Math.scalb(threshold, exponent), Math.scalb(low, exponent), stateBits);
			assertThat(scaled.scale()).isEqualTo(Math.scalb(plain.scale(), -exponent));
			assertThat(scaled.scales().limitedBy()).isEqualTo(plain.scales().limitedBy());
			assertSameIntegers(scaled, plain);
		}
	}

	private static DiscretizedLayer layer(float[] weight, float[] bias, float[] vMem, float threshold, float low,
			int stateBits) {
		return TestLayer.weight(FloatTensor.of(Shape.of(3, 4), weight))
			.bias(bias)
			.vMem(vMem)
			.thresholds(threshold, low)
			.bits(8, 8, stateBits)
			.discretize();
	}

	private static void assertSameIntegers(DiscretizedLayer a, DiscretizedLayer b) {
		assertThat(Values.ints(a.weight())).isEqualTo(Values.ints(b.weight()));
		assertThat(Values.ints(Objects.requireNonNull(a.bias())))
			.isEqualTo(Values.ints(Objects.requireNonNull(b.bias())));
		assertThat(Values.ints(Objects.requireNonNull(a.vMem())))
			.isEqualTo(Values.ints(Objects.requireNonNull(b.vMem())));
		assertThat(Values.single(a.spikeThreshold())).isEqualTo(Values.single(b.spikeThreshold()));
		assertThat(Values.single(a.minVMem())).isEqualTo(Values.single(b.minVMem()));
	}

	@ParameterizedTest
	@ValueSource(ints = { 2, 3, 4, 7, 8, 12, 16, 20, 21, 22 })
	void integersStandForTheirValuesToHalfAStep(int bits) {
		SplittableRandom random = new SplittableRandom(bits);
		for (int i = 0; i < TENSORS; i++) {
			FloatTensor tensor = tensor(random, 50);
			DiscretizedTensor result = discretize(tensor, bits);
			int[] q = Values.ints(result.tensor());
			for (int j = 0; j < q.length; j++) {
				double error = Math.abs(q[j] / (double) result.scale() - tensor.array()[j]);
				assertThat(error).isLessThanOrEqualTo((0.5 + Math.abs(q[j]) * 0x1p-22) / result.scale());
			}
		}
	}

	@Test
	void oneMoreBitNeverLowersTheScale() {
		SplittableRandom random = new SplittableRandom(1);
		for (int i = 0; i < 10 * TENSORS; i++) {
			FloatTensor tensor = tensor(random, 3);
			float before = 0;
			for (int bits = Precision.MIN_BITS; bits <= Precision.MAX_BITS; bits++) {
				float scale = DiscretizationScale.of(tensor, "x", new Precision(bits));
				assertThat(scale).isGreaterThanOrEqualTo(before);
				before = scale;
			}
		}
	}

	@ParameterizedTest
	@MethodSource("allBits")
	void everyIntegerIsInRange(int bits) {
		Precision precision = new Precision(bits);
		SplittableRandom random = new SplittableRandom(bits);
		for (int i = 0; i < 10 * TENSORS; i++) {
			FloatTensor tensor = nearTheEnds(random, precision);
			DiscretizedTensor result = discretize(tensor, bits);
			int[] q = Values.ints(result.tensor());
			for (int value : q) {
				assertThat(value).isBetween(precision.lo(), precision.hi());
			}
			int largest = Math.max(Math.abs(q[0]), Math.abs(q[1]));
			assertThat(largest).isBetween(precision.hi() - 1, precision.hi() + 1);
		}
	}

	/**
	 * Extremes whose ratio is within a few units in the last place of that of the range.
	 */
	private static FloatTensor nearTheEnds(SplittableRandom random, Precision precision) {
		float max = (float) random.nextDouble(0.5, 2);
		float min = -max * precision.ratio() * (1 + random.nextInt(-3, 4) * 0x1p-23f);
		return FloatTensor.of(Shape.of(3), min, max, max / 3);
	}

	@ParameterizedTest
	@MethodSource("allBits")
	void givenScalingsSaturateAtTheRange(int bits) {
		Precision precision = new Precision(bits);
		SplittableRandom random = new SplittableRandom(-bits);
		for (int i = 0; i < TENSORS; i++) {
			FloatTensor tensor = tensor(random, 20);
			float scaling = DiscretizationScale.of(tensor, "x", precision) * (float) random.nextDouble(1, 1000);
			DiscretizedTensor result = TensorDiscretization.discretize(tensor, "x", scaling, (long) bits, true, true);
			int[] q = Values.ints(result.tensor());
			int saturated = 0;
			for (int j = 0; j < q.length; j++) {
				double exact = Math.rint(tensor.array()[j] * scaling);
				assertThat((double) q[j]).isEqualTo(Math.clamp(exact, precision.lo(), precision.hi()));
				saturated += (q[j] != exact) ? 1 : 0;
			}
			assertThat(Objects.requireNonNull(result.report()).saturated()).isEqualTo(saturated);
		}
	}

	@ParameterizedTest
	@MethodSource("allBits")
	void slicesOfAnySizeReadTheSame(int bits) {
		DiscreteTensor integers = discretize(tensor(new SplittableRandom(bits), 1021), bits).tensor();
		DiscreteTensor floats = TensorDiscretization
			.discretize(tensor(new SplittableRandom(bits), 1021), "x", null, (long) bits, false, false)
			.tensor();
		int[] ints = Values.ints(integers);
		float[] wholes = Values.floats(floats);
		byte[] bytes = Values.bytes(integers);
		byte[] floatBytes = Values.bytes(floats);
		for (int slice : new int[] { 1, 2, 3, 7, 64, 333, 1020, 1021 }) {
			assertThat(readInts(integers, slice)).isEqualTo(ints);
			assertThat(readFloats(floats, slice)).isEqualTo(wholes);
			assertThat(readBytes(integers, slice)).isEqualTo(bytes);
			assertThat(readBytes(floats, slice)).isEqualTo(floatBytes);
		}
	}

	/** Last slice first, each between two sentinels. */
	private static int[] readInts(DiscreteTensor tensor, int slice) {
		int[] all = new int[tensor.shape().elements()];
		for (int from = (all.length - 1) / slice * slice; from >= 0; from -= slice) {
			int count = Math.min(slice, all.length - from);
			int[] dest = new int[count + 2];
			dest[0] = 77_777_777;
			dest[count + 1] = 88_888_888;
			tensor.ints(from, dest, 1, count);
			assertThat(dest[0]).isEqualTo(77_777_777);
			assertThat(dest[count + 1]).isEqualTo(88_888_888);
			System.arraycopy(dest, 1, all, from, count);
		}
		return all;
	}

	private static float[] readFloats(DiscreteTensor tensor, int slice) {
		float[] all = new float[tensor.shape().elements()];
		for (int from = (all.length - 1) / slice * slice; from >= 0; from -= slice) {
			int count = Math.min(slice, all.length - from);
			float[] dest = new float[count + 2];
			dest[0] = 0.25f;
			dest[count + 1] = 0.75f;
			tensor.floats(from, dest, 1, count);
			assertThat(dest[0]).isEqualTo(0.25f);
			assertThat(dest[count + 1]).isEqualTo(0.75f);
			System.arraycopy(dest, 1, all, from, count);
		}
		return all;
	}

	private static byte[] readBytes(DiscreteTensor tensor, int slice) {
		int width = tensor.dtype().bytes();
		byte[] all = new byte[tensor.shape().elements() * width];
		for (int from = (all.length / width - 1) / slice * slice; from >= 0; from -= slice) {
			int count = Math.min(slice, all.length / width - from);
			byte[] dest = new byte[count * width + 2];
			dest[0] = 85;
			dest[dest.length - 1] = 86;
			tensor.bytes(from, dest, 1, count);
			assertThat(dest[0]).isEqualTo((byte) 85);
			assertThat(dest[dest.length - 1]).isEqualTo((byte) 86);
			System.arraycopy(dest, 1, all, from * width, count * width);
		}
		return all;
	}

	@ParameterizedTest
	@MethodSource("allBits")
	void intsBytesAndFloatsAreTheSameNumbers(int bits) {
		FloatTensor tensor = tensor(new SplittableRandom(bits), 500);
		DiscreteTensor integers = discretize(tensor, bits).tensor();
		double[] numbers = Values.doubles(integers);
		assertThat(Values.fromBytes(integers)).containsExactly(numbers);

		DiscreteTensor floats = TensorDiscretization.discretize(tensor, "x", null, (long) bits, false, false).tensor();
		double[] wholes = Values.doubles(floats);
		assertThat(Values.fromBytes(floats)).containsExactly(wholes);
		for (int i = 0; i < numbers.length; i++) {
			// A float may be one past the range, where rounding carried it.
			assertThat(numbers[i])
				.isEqualTo(Math.clamp(wholes[i], new Precision(bits).lo(), new Precision(bits).hi()) + 0.0);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 4, 8, 12, 16, 24 })
	void callersArrayGetsWhatTheViewsGive(int bits) {
		SplittableRandom random = new SplittableRandom(bits);
		Precision precision = new Precision(bits);
		for (float rescale : new float[] { 1, 0.25f, 1 / 9f }) {
			FloatTensor weight = tensor(random, 60);
			TestLayer layer = TestLayer.weight(weight).thresholds(1000, -1000).bits(bits, bits, 16).rescale(rescale);
			DiscretizedLayer integers = layer.discretize();
			float scale = integers.scale();
			int[] ints = new int[60];
			Rounding.toInts(weight.array(), 0, rescale, scale, precision.lo(), precision.hi(), ints, 0, 60);
			assertThat(ints).isEqualTo(Values.ints(integers.weight()));
			assertThat(Values.fromBytes(integers.weight())).containsExactly(Values.doubles(integers.weight()));
			assertThat(bytesOf(weight, rescale, scale, precision)).isEqualTo(Values.bytes(integers.weight()));

			DiscreteTensor floats = layer.toInt(false).discretize().weight();
			float[] wholes = new float[60];
			Rounding.toFloats(weight.array(), 0, rescale, scale, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY,
					wholes, 0, 60);
			assertThat(wholes).isEqualTo(Values.floats(floats));
			byte[] bytes = new byte[240];
			Rounding.toFloat32(weight.array(), 0, rescale, scale, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY,
					bytes, 0, 60);
			assertThat(bytes).isEqualTo(Values.bytes(floats));
		}
	}

	private static byte[] bytesOf(FloatTensor x, float rescale, float scale, Precision precision) {
		int lo = precision.lo();
		int hi = precision.hi();
		byte[] dest = new byte[x.elements() * precision.dtype().bytes()];
		switch (precision.dtype()) {
			case INT8 -> Rounding.toInt8(x.array(), 0, rescale, scale, lo, hi, dest, 0, x.elements());
			case INT16 -> Rounding.toInt16(x.array(), 0, rescale, scale, lo, hi, dest, 0, x.elements());
			default -> Rounding.toInt32(x.array(), 0, rescale, scale, lo, hi, dest, 0, x.elements());
		}
		return dest;
	}

	@Test
	void inPlaceGivesWhatTheViewGives() {
		FloatTensor tensor = tensor(new SplittableRandom(5), 1000);
		DiscretizedTensor result = TensorDiscretization.discretize(tensor, "x", null, 8L, false, false);
		float[] expected = Values.floats(result.tensor());
		float[] x = tensor.array().clone();
		Rounding.toFloats(x, 0, 1, result.scale(), Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, x, 0, x.length);
		assertThat(x).isEqualTo(expected);
	}

	@Test
	void inputIsNeverWrittenTo() {
		FloatTensor tensor = tensor(new SplittableRandom(6), 100);
		float[] before = tensor.array().clone();
		DiscretizedLayer layer = TestLayer.weight(tensor).bias(tensor).vMem(tensor).discretize();
		Values.bytes(layer.weight());
		assertThat(tensor.array()).isEqualTo(before);
	}

	/** The array of a tensor may be longer than the tensor. */
	@Test
	void elementsPastTheTensorDoNotCount() {
		float[] array = { 0.5f, -0.25f, Float.NaN, 1000, 0 };
		DiscretizedLayer layer = TestLayer.weight(FloatTensor.of(Shape.of(2, 1), array)).discretize();
		assertThat(layer.scale()).isEqualTo(254);
		assertThat(Values.ints(layer.weight())).containsExactly(127, -64);
		TensorReport report = Objects.requireNonNull(layer.report()).weight();
		assertThat(report.elements()).isEqualTo(2);
		assertThat(report.zeros()).isZero();
		assertThat(report.levelsUsed()).isEqualTo(2);
	}

	/** More elements than a tile of the statistics, and not a multiple of one. */
	@Test
	void reportOfALongTensorIsThatOfItsElements() {
		int channels = 37;
		int size = 331;
		SplittableRandom random = new SplittableRandom(7);
		float[] x = values(random, channels * size, 1);
		for (int channel : new int[] { 0, 3, 36 }) {
			for (int i = channel * size; i < (channel + 1) * size; i++) {
				x[i] *= (channel == 3) ? 0 : 1e-4f;
			}
		}
		DiscretizedLayer layer = TestLayer.weight(FloatTensor.of(Shape.of(channels, size), x)).discretize();
		LayerReport report = Objects.requireNonNull(layer.report());
		assertThat(report.deadOutputChannels()).containsExactly(0, 3, 36);
		int[] q = Values.ints(layer.weight());
		assertThat(report.weight().elements()).isEqualTo(q.length);
		assertThat(report.weight().zeros()).isEqualTo((int) IntStream.of(q).filter((v) -> v == 0).count());
		assertThat(report.weight().levelsUsed()).isEqualTo((int) IntStream.of(q).distinct().count());
		double max = 0;
		double squares = 0;
		for (int i = 0; i < q.length; i++) {
			double error = q[i] / (double) layer.scale() - x[i];
			max = Math.max(max, Math.abs(error));
			squares += error * error;
		}
		assertThat(report.weight().maxAbsError()).isEqualTo(max);
		assertThat(report.weight().rmsError()).isCloseTo(Math.sqrt(squares / q.length),
				Percentage.withPercentage(1e-10));
	}

	/** What stays float may be beyond int; it counts as what it is. */
	@Test
	void reportOfFloatsBeyondIntIsThatOfTheirElements() {
		float[] x = values(new SplittableRandom(8), 1500, 1);
		x[1400] = 1e-12f;
		float scale = 1e12f;
		DiscretizedTensor result = TensorDiscretization.discretize(FloatTensor.of(Shape.of(x.length), x), "x", scale,
				8L, false, true);
		TensorReport report = Objects.requireNonNull(result.report());
		double max = 0;
		int zeros = 0;
		for (float each : x) {
			float q = (float) Math.rint(each * scale);
			max = Math.max(max, Math.abs(q / (double) scale - each));
			zeros += (q == 0) ? 1 : 0;
		}
		assertThat(report.maxAbsError()).isEqualTo(max);
		assertThat(report.zeros()).isEqualTo(zeros).isBetween(1, 1499);
		// 0, and 1 for the small one; the others are far outside the range.
		assertThat(report.levelsUsed()).isEqualTo(2);
		assertThat(report.saturated()).isZero();
	}

	@Test
	void typesOfTheViewsAreThoseOfThePrecisions() {
		DiscretizedLayer layer = TestLayer.weights(1).bias(1).vMem(1).bits(4, 12, 20).discretize();
		assertThat(layer.weight().dtype()).isEqualTo(DType.INT8);
		assertThat(Objects.requireNonNull(layer.bias()).dtype()).isEqualTo(DType.INT16);
		assertThat(Objects.requireNonNull(layer.vMem()).dtype()).isEqualTo(DType.INT32);
		assertThat(layer.spikeThreshold().dtype()).isEqualTo(DType.INT32);
		assertThat(layer.minVMem().dtype()).isEqualTo(DType.INT32);
	}

	private static DiscretizedTensor discretize(FloatTensor tensor, int bits) {
		return TensorDiscretization.discretize(tensor, "x", null, (long) bits, true, true);
	}

	private static FloatTensor tensor(SplittableRandom random, int elements) {
		float unit = (float) Math.pow(10, random.nextDouble(-20, 20));
		return FloatTensor.of(Shape.of(elements), values(random, elements, unit));
	}

	/** Values of many magnitudes, some of them zero. */
	private static float[] values(SplittableRandom random, int elements, float unit) {
		float[] values = new float[elements];
		for (int i = 0; i < elements; i++) {
			values[i] = (random.nextInt(20) == 0) ? 0 : unit * (float) (random.nextDouble(-1, 1) * random.nextDouble());
		}
		values[random.nextInt(elements)] = unit;
		return values;
	}

	private static float[] scalb(float[] values, int exponent) {
		float[] scaled = new float[values.length];
		for (int i = 0; i < values.length; i++) {
			scaled[i] = Math.scalb(values[i], exponent);
		}
		return scaled;
	}

}
