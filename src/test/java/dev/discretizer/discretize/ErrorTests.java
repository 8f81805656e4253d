package dev.discretizer.discretize;

import dev.discretizer.discretize.ImpossibleInputException.Cause;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * All that is impossible, with cause, field, and the numbers found and expected.
 */
class ErrorTests {

	private static final FloatTensor TENSOR = vector(0.5f, -1);

	private static final FloatTensor EMPTY = FloatTensor.of(Shape.of(3, 0));

	// NOT_FINITE

	@Test
	void nanInAWeight() {
		TestLayer layer = TestLayer
			.weight(FloatTensor.of(Shape.of(2, 3), 1, 2, Float.NaN, 4, Float.POSITIVE_INFINITY, Float.NaN));
		fails(layer::discretize, Cause.NOT_FINITE, "weight", "weight", "element 2", "NaN", "3 of 6");
	}

	@Test
	void infinityInABias() {
		TestLayer layer = TestLayer.weight(FloatTensor.of(Shape.of(2, 1), 1, 2)).bias(0, Float.NEGATIVE_INFINITY);
		fails(layer::discretize, Cause.NOT_FINITE, "bias", "bias", "element 1", "-Infinity", "1 of 2");
	}

	@Test
	void nanInAState() {
		fails(TestLayer.weights(1).vMem(1, 2, 3, Float.NaN)::discretize, Cause.NOT_FINITE, "v_mem", "element 3",
				"1 of 4");
	}

	@Test
	void nanInAThreshold() {
		fails(TestLayer.weights(1).thresholds(Float.NaN, -1)::discretize, Cause.NOT_FINITE, "spike_threshold",
				"element 0", "NaN");
		fails(TestLayer.weights(1).thresholds(1, Float.NEGATIVE_INFINITY)::discretize, Cause.NOT_FINITE, "min_v_mem",
				"element 0", "-Infinity");
	}

	@Test
	void nanInATensor() {
		FloatTensor tensor = vector(1, Float.NaN);
		fails(() -> discretize(tensor, null, null), Cause.NOT_FINITE, "x", "tensor x", "element 1", "1 of 2");
		fails(() -> DiscretizationScale.of(tensor, "y", new Precision(8)), Cause.NOT_FINITE, "y", "tensor y",
				"element 1");
	}

	/** NumPy: {@code np.unravel_index(17, (2, 3, 2, 2)) == (1, 1, 0, 1)}. */
	@Test
	void elementThatIsNotFiniteIsNamedByItsIndexInTheShape() {
		float[] values = new float[24];
		values[17] = Float.NaN;
		FloatTensor weight = FloatTensor.of(Shape.of(2, 3, 2, 2), values);
		fails(TestLayer.weight(weight)::discretize, Cause.NOT_FINITE, "weight",
				"tensor weight: element 17 is NaN in binary32 at index [1, 1, 0, 1], finite values", "(1 of 24 ");
		values[17] = 3e38f;
		fails(TestLayer.weight(FloatTensor.of(Shape.of(2, 3, 2, 2), values)).rescale(4)::discretize, Cause.NOT_FINITE,
				"weight", "element 17 is 3.0E38 at index [1, 1, 0, 1], a finite product");
		fails(() -> discretize(vector(1, Float.NaN), null, null), Cause.NOT_FINITE, "x",
				"element 1 is NaN in binary32, finite");
	}

	@Test
	void productWithAScalingThatOverflows() {
		fails(() -> discretize(vector(1, 2e38f, -3e38f, 0.5f, 3e38f), 2f, null), Cause.NOT_FINITE, "x", "element 1",
				"2.0E38", "scale 2.0", "(3 of 5 ");
	}

	@Test
	void negativeProductThatOverflows() {
		fails(() -> discretize(vector(1, -3e38f), 2f, null), Cause.NOT_FINITE, "x", "element 1", "-3.0E38", "(1 of 2 ");
	}

	@Test
	void productWithARescaleThatOverflows() {
		fails(TestLayer.weights(0.5f, -3e38f).rescale(4)::discretize, Cause.NOT_FINITE, "weight", "element 1",
				"-3.0E38", "rescale 4.0", "(1 of 2 ")
			.withMessageNotContaining("and scale");
	}

	@ParameterizedTest
	@ValueSource(doubles = { Double.NaN, Double.POSITIVE_INFINITY, 1e39 })
	void rescaleThatIsNotFiniteInBinary32(double rescale) {
		fails(TestLayer.weights(1).rescale(rescale)::discretize, Cause.NOT_FINITE, "rescale", "rescale", "above zero");
	}

	@ParameterizedTest
	@ValueSource(floats = { Float.NaN, Float.POSITIVE_INFINITY })
	void scalingThatIsNotFinite(float scaling) {
		fails(() -> discretize(TENSOR, scaling, null), Cause.NOT_FINITE, "scaling", Float.toString(scaling),
				"above zero");
	}

	@Test
	void scalarThatIsNotFinite() {
		fails(() -> ScalarDiscretization.discretize(Double.NaN, 1), Cause.NOT_FINITE, "value", "NaN", "finite");
		fails(() -> ScalarDiscretization.discretize(1, Double.NaN), Cause.NOT_FINITE, "scaling", "NaN", "finite");
		fails(() -> ScalarDiscretization.discretize(1, Double.POSITIVE_INFINITY), Cause.NOT_FINITE, "scaling",
				"Infinity", "finite");
	}

	// EMPTY_TENSOR

	/** sinabs has a v_mem of this shape until a layer has run. */
	@Test
	void stateOfShapeZeroCountsAsNone() {
		DiscretizedLayer without = TestLayer.weights(0.5f, -1).discretize();
		DiscretizedLayer fresh = TestLayer.weights(0.5f, -1).vMem().discretize();
		assertThat(fresh.vMem()).isNull();
		assertThat(fresh.scale()).isEqualTo(without.scale());
		assertThat(fresh.findings()).isEqualTo(without.findings());
	}

	@Test
	void tensorWithoutElements() {
		fails(() -> discretize(EMPTY, null, null), Cause.EMPTY_TENSOR, "x", "tensor x", "[3, 0]", "at least 1");
		fails(() -> DiscretizationScale.of(EMPTY, "x", new Precision(8)), Cause.EMPTY_TENSOR, "x", "[3, 0]");
		fails(TestLayer.weight(EMPTY)::discretize, Cause.EMPTY_TENSOR, "weight", "[3, 0]");
		fails(TestLayer.weights(1).vMem(EMPTY)::discretize, Cause.EMPTY_TENSOR, "v_mem", "[3, 0]");
		fails(TestLayer.weights(1).threshold(EMPTY)::discretize, Cause.EMPTY_TENSOR, "spike_threshold", "[3, 0]");
		fails(TestLayer.weights(1).minVMem(EMPTY)::discretize, Cause.EMPTY_TENSOR, "min_v_mem", "[3, 0]");
	}

	// BITS_OUT_OF_RANGE

	@ParameterizedTest
	@ValueSource(longs = { Long.MIN_VALUE, -8, 0, 1, 25, 32, (1L << 32) + 8, Long.MAX_VALUE })
	void bitsOutsideTwoToTwentyFour(long bits) {
		fails(() -> discretize(TENSOR, null, bits), Cause.BITS_OUT_OF_RANGE, "bits", "bits is " + bits, "2 to 24");
		fails(() -> discretize(TENSOR, 1f, bits), Cause.BITS_OUT_OF_RANGE, "bits", "bits is " + bits, "2 to 24");
		TestLayer layer = TestLayer.weights(1);
		fails(layer.bits(bits, 8, 16)::discretize, Cause.BITS_OUT_OF_RANGE, "weight_bits", "weight_bits is " + bits);
		fails(layer.bits(8, bits, 16)::discretize, Cause.BITS_OUT_OF_RANGE, "bias_bits", "bias_bits is " + bits);
		fails(layer.bits(8, 8, bits)::discretize, Cause.BITS_OUT_OF_RANGE, "state_bits", "state_bits is " + bits);
	}

	@ParameterizedTest
	@ValueSource(longs = { 2, 24 })
	void bitsAtTheEndsAreFine(long bits) {
		assertThat(Precision.of(bits, "bits").bits()).isEqualTo(bits);
		assertThatNoException().isThrownBy(TestLayer.weights(1).bits(bits, bits, bits)::discretize);
	}

	// FACTOR_NOT_POSITIVE

	@ParameterizedTest
	@ValueSource(floats = { 0, -0f, -1 })
	void scalingThatIsNotAboveZero(float scaling) {
		fails(() -> discretize(TENSOR, scaling, 8L), Cause.FACTOR_NOT_POSITIVE, "scaling", Float.toString(scaling),
				"above zero");
		fails(() -> ScalarDiscretization.discretize(1, scaling), Cause.FACTOR_NOT_POSITIVE, "scaling",
				Float.toString(scaling), "above zero");
	}

	/** The last is above zero in binary64, but not in binary32. */
	@ParameterizedTest
	@CsvSource({ "0, 0.0", "-2, -2.0", "1e-60, 0.0" })
	void rescaleThatIsNotAboveZero(double rescale, String found) {
		fails(TestLayer.weights(1).rescale(rescale)::discretize, Cause.FACTOR_NOT_POSITIVE, "rescale", found,
				"binary32", "above zero");
	}

	// SHAPE_IMPOSSIBLE

	@Test
	void weightOfRankZero() {
		fails(TestLayer.weight(FloatTensor.scalar(1))::discretize, Cause.SHAPE_IMPOSSIBLE, "weight", "rank 0",
				"at least 1");
	}

	@Test
	void biasThatDoesNotFitTheOutputChannels() {
		TestLayer layer = TestLayer.weight(FloatTensor.of(Shape.of(2, 1), 1, 2));
		fails(layer.bias(1, 2, 3)::discretize, Cause.SHAPE_IMPOSSIBLE, "bias", "[3]", "[2]");
		fails(layer.bias(1)::discretize, Cause.SHAPE_IMPOSSIBLE, "bias", "[1]", "[2]");
		fails(layer.bias(FloatTensor.of(Shape.of(2, 1), 1, 2))::discretize, Cause.SHAPE_IMPOSSIBLE, "bias", "[2, 1]",
				"[2]");
		fails(layer.bias(FloatTensor.scalar(1))::discretize, Cause.SHAPE_IMPOSSIBLE, "bias", "[]", "[2]");
	}

	// THRESHOLD_IMPOSSIBLE

	@ParameterizedTest
	@ValueSource(floats = { 0, -0f, -1 })
	void thresholdThatIsNotAboveZero(float threshold) {
		fails(TestLayer.weights(1).thresholds(threshold, -2)::discretize, Cause.THRESHOLD_IMPOSSIBLE, "spike_threshold",
				Float.toString(threshold), "above zero");
	}

	@Test
	void thresholdThatIsNotAboveTheLowOne() {
		fails(TestLayer.weights(1).thresholds(1, 1)::discretize, Cause.THRESHOLD_IMPOSSIBLE, "min_v_mem",
				"min_v_mem is 1.0", "below spike_threshold 1.0");
		fails(TestLayer.weights(1).thresholds(1, 2)::discretize, Cause.THRESHOLD_IMPOSSIBLE, "min_v_mem",
				"min_v_mem is 2.0", "below spike_threshold 1.0");
		assertThatNoException().isThrownBy(TestLayer.weights(1).thresholds(1, Math.nextDown(1f))::discretize);
	}

	// THRESHOLDS_DIFFER

	@Test
	void thresholdsThatDiffer() {
		fails(TestLayer.weights(1).threshold(vector(1, 1, Math.nextUp(1f)))::discretize, Cause.THRESHOLDS_DIFFER,
				"spike_threshold", "[3]", "1.0", "1.0000001");
		fails(TestLayer.weights(1).minVMem(vector(-1, -2))::discretize, Cause.THRESHOLDS_DIFFER, "min_v_mem", "[2]",
				"-2.0", "-1.0");
	}

	@Test
	void thresholdsThatAreEqualCollapse() {
		DiscretizedLayer given = TestLayer.weights(1, -0.5f)
			.threshold(FloatTensor.of(Shape.of(1, 2, 1), 2, 2))
			.minVMem(vector(-2, -2, -2))
			.discretize();
		assertThat(given.spikeThreshold().shape()).isEqualTo(Shape.SCALAR);
		assertThat(given.minVMem().shape()).isEqualTo(Shape.SCALAR);
		assertThat(Values.single(given.spikeThreshold())).isEqualTo(254);
		assertThat(Values.single(given.minVMem())).isEqualTo(-254);
	}

	// NO_SCALE

	@Test
	void tensorOfZeros() {
		fails(() -> discretize(vector(0, -0f), null, null), Cause.NO_SCALE, "x", "tensor x", "0.0", "3.76", "scaling");
	}

	/** The expected number is the right one, at any precision. */
	@ParameterizedTest
	@ValueSource(longs = { 4, 8, 16, 24 })
	void tensorJustTooSmallForAScale(long bits) {
		float smallest = (float) (Math.scalb(1.0, (int) bits - 1) / Float.MAX_VALUE);
		fails(() -> discretize(vector(-smallest * 0.99f, 0), null, bits), Cause.NO_SCALE, "x",
				Float.toString(smallest * 0.99f), "above " + smallest);
		assertThatNoException().isThrownBy(() -> discretize(vector(-smallest * 1.01f, 0), null, bits));
		assertThatNoException().isThrownBy(() -> discretize(vector(smallest * 1.01f, 0), null, bits));
	}

	@Test
	void layerThatNothingLimits() {
		TestLayer layer = TestLayer.weights(0, 1e-39f)
			.bias(-2e-40f)
			.thresholds(1e-38f, -3e-38f)
			.vMem(0, 4e-41f)
			.rescale(0.5);
		fails(layer::discretize, Cause.NO_SCALE, null, "weight 5.0E-40,", "bias 2.0E-40,", "thresholds 3.0E-38,",
				"v_mem 4.0E-41;", "above 3.76");
		fails(TestLayer.weights(0).threshold(2e-38f).unset(UnsetMinVMem.CHIP_MINIMUM)::discretize, Cause.NO_SCALE, null,
				"weight 0.0,", "bias none,", "thresholds 2.0E-38,", "v_mem none;");
		assertThatNoException().isThrownBy(TestLayer.weights(0).thresholds(1e-38f, -1e-34f)::discretize);
	}

	@Test
	void zerosWithAScalingAreFine() {
		assertThatNoException().isThrownBy(() -> discretize(vector(0, 0), 3f, null));
	}

	// SCALAR_OUT_OF_RANGE

	@ParameterizedTest
	@CsvSource({ "9223372036854775807, 1", "-9223372036854777856, 1", "1e300, 1e300", "4611686018427387904, 2" })
	void scalarOutsideALong(double value, double scaling) {
		fails(() -> ScalarDiscretization.discretize(value, scaling), Cause.SCALAR_OUT_OF_RANGE, "value",
				Double.toString(value), Double.toString(scaling), "2^63");
	}

	@Test
	void scalarAtTheEndsOfALong() {
		assertThat(ScalarDiscretization.discretize(-0x1p63, 1)).isEqualTo(Long.MIN_VALUE);
		assertThat(ScalarDiscretization.discretize(0x1p63 - 1024, 1)).isEqualTo(Long.MAX_VALUE - 1023);
	}

	@ParameterizedTest
	@EnumSource(Cause.class)
	void everyCauseHasATitle(Cause cause) {
		assertThat(cause.title()).isNotBlank().doesNotEndWith(".");
	}

	private static DiscretizedTensor discretize(FloatTensor tensor, @Nullable Float scaling, @Nullable Long bits) {
		return TensorDiscretization.discretize(tensor, "x", scaling, bits, true, true);
	}

	private static FloatTensor vector(float... values) {
		return FloatTensor.of(Shape.of(values.length), values);
	}

	private static ThrowableAssertAlternative<ImpossibleInputException> fails(ThrowingCallable call, Cause cause,
			@Nullable String field, String... parts) {
		return assertThatExceptionOfType(ImpossibleInputException.class).isThrownBy(call).satisfies((ex) -> {
			assertThat(ex.cause()).isEqualTo(cause);
			assertThat(ex.field()).isEqualTo(field);
			assertThat(ex.getMessage()).contains(parts);
		});
	}

}
