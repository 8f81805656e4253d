package dev.discretizer.discretize;

import java.util.List;

import dev.discretizer.discretize.Finding.Code;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.FloatTensorBuilder;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each finding on both sides of its boundary. The scale is a power of two throughout: a
 * smallest weight of -128 with a largest below 127 makes it exactly 1 at 8 bits.
 */
class FindingsTests {

	private static final float SCALE_1 = -128;

	// LOW_THRESHOLD_LIMITS, at 2 bits, whose range is -2 to 1

	@Test
	void lowThresholdIsAWarningOnlyAboveTwiceTheScale() {
		TestLayer twice = TestLayer.weights(-256, 0).thresholds(2, -8).bits(8, 8, 2);
		assertThat(scales(twice, Term.THRESHOLD)).containsExactly(0.25f, 0.5f);
		assertThat(found(twice, Code.LOW_THRESHOLD_LIMITS)).containsExactly("info min_v_mem");

		TestLayer more = TestLayer.weights(-255, 0).thresholds(2, -8).bits(8, 8, 2);
		assertThat(found(more, Code.LOW_THRESHOLD_LIMITS)).containsExactly("warning min_v_mem");
		assertThat(message(more, Code.LOW_THRESHOLD_LIMITS)).contains("min_v_mem -8.0", "spike_threshold 2.0", "0.25");
	}

	@Test
	void lowThresholdThatAsksForTheSameScaleAsTheThresholdLeavesTheBlameToIt() {
		TestLayer tie = TestLayer.weights(0).thresholds(2, -4).bits(8, 8, 2);
		assertThat(found(tie, Code.LOW_THRESHOLD_LIMITS)).isEmpty();
		assertThat(found(tie, Code.THRESHOLD_LIMITS)).hasSize(1);

		TestLayer below = TestLayer.weights(0).thresholds(2, Math.nextDown(-4f)).bits(8, 8, 2);
		assertThat(found(below, Code.LOW_THRESHOLD_LIMITS)).hasSize(1);
		assertThat(found(below, Code.THRESHOLD_LIMITS)).isEmpty();
	}

	@Test
	void unsetLowThresholdPinsTheScaleToOne() {
		TestLayer twice = TestLayer.weights(-64, 0).unset(UnsetMinVMem.REFERENCE);
		assertThat(scales(twice, Term.THRESHOLD)).containsExactly(1f, 2f);
		assertThat(found(twice, Code.LOW_THRESHOLD_LIMITS)).containsExactly("info min_v_mem");

		TestLayer more = TestLayer.weights(-63, 0).unset(UnsetMinVMem.REFERENCE);
		assertThat(found(more, Code.LOW_THRESHOLD_LIMITS)).containsExactly("warning min_v_mem");
		assertThat(message(more, Code.LOW_THRESHOLD_LIMITS)).contains("unset", "-32768", "1.0", "2.03");
		assertThat(hint(more, Code.LOW_THRESHOLD_LIMITS)).contains("chip_minimum");
	}

	// THRESHOLD_LIMITS, BIAS_LIMITS, STATE_LIMITS

	@Test
	void thresholdIsAWarningOnlyAboveTwiceTheScale() {
		assertThat(found(TestLayer.weights(SCALE_1, 0).thresholds(2, -1).bits(8, 8, 2), Code.THRESHOLD_LIMITS))
			.containsExactly("info spike_threshold");
		assertThat(found(TestLayer.weights(-127, 0).thresholds(2, -1).bits(8, 8, 2), Code.THRESHOLD_LIMITS))
			.containsExactly("warning spike_threshold");
	}

	@Test
	void biasIsAWarningOnlyAboveTwiceTheScale() {
		assertThat(found(TestLayer.weight(twoChannels(SCALE_1, 0)).bias(-256, 0), Code.BIAS_LIMITS))
			.containsExactly("info bias");
		assertThat(found(TestLayer.weight(twoChannels(SCALE_1, 0)).bias(-257, 0), Code.BIAS_LIMITS))
			.containsExactly("warning bias");
		assertThat(message(TestLayer.weight(twoChannels(SCALE_1, 0)).bias(-257, 0), Code.BIAS_LIMITS))
			.contains("bias -257.0, in 8 bits", "1.0", "2.008");
	}

	@Test
	void stateIsAWarningOnlyAboveTwiceTheScale() {
		assertThat(found(TestLayer.weights(SCALE_1, 0).vMem(-65536, 0), Code.STATE_LIMITS))
			.containsExactly("info v_mem");
		assertThat(found(TestLayer.weights(SCALE_1, 0).vMem(-65537, 0), Code.STATE_LIMITS))
			.containsExactly("warning v_mem");
		assertThat(message(TestLayer.weights(SCALE_1, 0).vMem(-65537, 0), Code.STATE_LIMITS)).contains("-65537.0");
	}

	@Test
	void nothingElseThatCouldLimitIsInfo() {
		TestLayer alone = TestLayer.weights(0, 0).thresholds(40000, -1);
		assertThat(found(alone, Code.THRESHOLD_LIMITS)).containsExactly("info spike_threshold");
		assertThat(message(alone, Code.THRESHOLD_LIMITS)).contains("no other term");
	}

	@Test
	void weightThatLimitsIsNotWorthAWord() {
		assertThat(codes(TestLayer.weights(-1, 0.5f, 0.25f))).isEmpty();
	}

	@Test
	void ofEqualScalesTheFirstTermIsNamed() {
		TestLayer weightAndBias = TestLayer.weight(twoChannels(SCALE_1, 0)).bias(SCALE_1, 0).thresholds(200, -1);
		assertThat(weightAndBias.discretize().scales().limitedBy()).isEqualTo(Term.WEIGHT);
		assertThat(codes(weightAndBias)).containsExactly(Code.BIAS_ENABLES_LEAK, Code.ALREADY_DISCRETE);

		TestLayer thresholdAndState = TestLayer.weights(0).threshold(1).unset(UnsetMinVMem.REFERENCE).vMem(-32768, 0);
		assertThat(thresholdAndState.discretize().scales().limitedBy()).isEqualTo(Term.THRESHOLD);
	}

	// THRESHOLD_ROUNDS_TO_ZERO, THRESHOLD_ERROR

	@Test
	void thresholdOfHalfAnIntegerRoundsToZero() {
		TestLayer half = TestLayer.weights(SCALE_1, 0).thresholds(0.5f, 0);
		assertThat(found(half, Code.THRESHOLD_ROUNDS_TO_ZERO)).containsExactly("warning spike_threshold");
		assertThat(found(half, Code.THRESHOLD_ERROR)).isEmpty();
		assertThat(half.report().thresholdError()).isEqualTo(1);

		TestLayer above = TestLayer.weights(SCALE_1, 0).thresholds(Math.nextUp(0.5f), 0);
		assertThat(found(above, Code.THRESHOLD_ROUNDS_TO_ZERO)).isEmpty();
		assertThat(found(above, Code.THRESHOLD_ERROR)).containsExactly("warning spike_threshold");
	}

	/** 1 is off by 5 % from 20 / 21 = 0.95238095238..., which no float is. */
	@Test
	void thresholdErrorIsAboveFivePercent() {
		float within = 0.95238096f;
		float beyond = Math.nextDown(within);
		assertThat((double) beyond).isLessThan(20.0 / 21);
		assertThat((double) within).isGreaterThan(20.0 / 21);
		assertThat(found(TestLayer.weights(SCALE_1, 0).thresholds(within, 0), Code.THRESHOLD_ERROR)).isEmpty();
		assertThat(found(TestLayer.weights(SCALE_1, 0).thresholds(beyond, 0), Code.THRESHOLD_ERROR))
			.containsExactly("warning spike_threshold");
		assertThat(found(TestLayer.weights(SCALE_1, 0).thresholds(1, -within), Code.THRESHOLD_ERROR)).isEmpty();
		assertThat(found(TestLayer.weights(SCALE_1, 0).thresholds(1, -beyond), Code.THRESHOLD_ERROR))
			.containsExactly("info min_v_mem");
	}

	@Test
	void lowThresholdThatRoundsToZeroIsOffByAllOfIt() {
		TestLayer lost = TestLayer.weights(SCALE_1, 0).thresholds(10, -0.5f);
		assertThat(found(lost, Code.THRESHOLD_ERROR)).containsExactly("info min_v_mem");
		assertThat(message(lost, Code.THRESHOLD_ERROR)).contains("min_v_mem -0.5 becomes 0", "100 %");
	}

	@Test
	void lowThresholdOfZeroHasNoError() {
		TestLayer zero = TestLayer.weights(SCALE_1, 0).thresholds(10, 0);
		assertThat(found(zero, Code.THRESHOLD_ERROR)).isEmpty();
		assertThat(zero.report().minVMemError()).isNull();
	}

	@Test
	void chipMinimumHasNoError() {
		TestLayer layer = TestLayer.weights(-12800, 0).thresholds(1000, 0).unset(UnsetMinVMem.CHIP_MINIMUM);
		assertThat(layer.report().minVMemError()).isNull();
		assertThat(Values.single(layer.discretize().minVMem())).isEqualTo(-32768);
		assertThat(found(layer, Code.THRESHOLD_ERROR)).isEmpty();
	}

	// ZERO_FRACTION, DEAD_OUTPUT_CHANNEL

	@Test
	void zeroFractionIsAboveHalfOfTheNonzeroWeights() {
		assertThat(found(TestLayer.weights(SCALE_1, 1, 0.5f, -0.5f, 0, 0, 0), Code.ZERO_FRACTION)).isEmpty();
		TestLayer above = TestLayer.weights(SCALE_1, 1, 0.5f, -0.5f, 0.25f, 0, 0);
		assertThat(found(above, Code.ZERO_FRACTION)).containsExactly("warning weight");
		assertThat(message(above, Code.ZERO_FRACTION)).contains("3 of 5", "60.0 %");
	}

	@Test
	void deadChannelHadANonzeroWeight() {
		TestLayer lost = TestLayer
			.weight(FloatTensor.of(Shape.of(4, 2), SCALE_1, 1, 0, 0, 0.5f, 0, Math.nextUp(0.5f), 0));
		assertThat(found(lost, Code.DEAD_OUTPUT_CHANNEL)).containsExactly("warning weight");
		assertThat(message(lost, Code.DEAD_OUTPUT_CHANNEL))
			.isEqualTo("1 of 4 output channels has nonzero weights that all became zero, it is channel 2.");
		assertThat(lost.report().deadOutputChannels()).containsExactly(1, 2);

		TestLayer empty = TestLayer.weight(FloatTensor.of(Shape.of(2, 2), SCALE_1, 1, 0, 0));
		assertThat(found(empty, Code.DEAD_OUTPUT_CHANNEL)).isEmpty();
		assertThat(empty.report().deadOutputChannels()).containsExactly(1);
	}

	@Test
	void manyDeadChannelsAreAllListed() {
		float[] weights = new float[100];
		weights[40] = SCALE_1;
		weights[41] = 0.25f;
		LayerReport report = TestLayer.weight(FloatTensor.of(Shape.of(50, 2), weights)).report();
		assertThat(report.deadOutputChannels()).hasSize(49).doesNotContain(20).startsWith(0, 1).endsWith(48, 49);
	}

	// BIAS_UNDERFLOW, BIAS_ENABLES_LEAK

	@Test
	void biasUnderflowIsAWarningIfAllOfItIsLost() {
		FloatTensor weight = FloatTensor.of(Shape.of(3, 1), SCALE_1, 0, 0);
		assertThat(found(TestLayer.weight(weight).bias(0.5f, 0, 1), Code.BIAS_UNDERFLOW)).containsExactly("info bias");
		assertThat(found(TestLayer.weight(weight).bias(0.5f, 0, -0.5f), Code.BIAS_UNDERFLOW))
			.containsExactly("warning bias");
		assertThat(found(TestLayer.weight(weight).bias(Math.nextUp(0.5f), 0, 1), Code.BIAS_UNDERFLOW)).isEmpty();
		assertThat(found(TestLayer.weight(weight).bias(0, 0, 0), Code.BIAS_UNDERFLOW)).isEmpty();
	}

	/** A bias of exactly half an integer is lost too. */
	@Test
	void biasUnderflowNamesAMagnitudeThatHoldsForAll() {
		TestLayer half = TestLayer.weights(SCALE_1, 0).bias(0.5f);
		assertThat(message(half, Code.BIAS_UNDERFLOW)).contains("1 of 1", "none above 0.5");
	}

	@Test
	void biasEnablesLeakIfAnIntegerIsNotZero() {
		assertThat(found(TestLayer.weights(SCALE_1, 0).bias(0.5f), Code.BIAS_ENABLES_LEAK)).isEmpty();
		assertThat(found(TestLayer.weights(SCALE_1, 0).bias(-0.75f), Code.BIAS_ENABLES_LEAK))
			.containsExactly("info bias");
		assertThat(found(TestLayer.weights(SCALE_1, 0), Code.BIAS_ENABLES_LEAK)).isEmpty();
	}

	// WEIGHT_ABOVE_THRESHOLD

	@ParameterizedTest
	@CsvSource({ "10, ", "10.5, ", "11, info weight", "20, info weight", "20.5, info weight", "21, warning weight" })
	void largestIntegerWeightAgainstAThresholdOfTen(float weight, @Nullable String expected) {
		TestLayer layer = TestLayer.weights(SCALE_1, weight, 0.25f).thresholds(10, -10);
		assertThat(String.join("", found(layer, Code.WEIGHT_ABOVE_THRESHOLD)))
			.isEqualTo((expected == null) ? "" : expected);
	}

	@Test
	void rescaledWeightIsComparedWithTheThreshold() {
		TestLayer layer = TestLayer.weights(2 * SCALE_1, 21, 0.25f).thresholds(10, -10).rescale(0.5);
		assertThat(found(layer, Code.WEIGHT_ABOVE_THRESHOLD)).isEmpty();
	}

	// NEGATIVE_OUTLIER

	/** Clipped to -20, the largest is 10: 128 / 20 is the scale. */
	@Test
	void weightBelowTheRangeOfStatesIsAnOutlier() {
		assertThat(found(TestLayer.weights(-20, 10, 0.5f).thresholds(10, -10), Code.NEGATIVE_OUTLIER)).isEmpty();
		TestLayer below = TestLayer.weights(SCALE_1, 10, 0.5f, -21).thresholds(10, -10);
		assertThat(found(below, Code.NEGATIVE_OUTLIER)).containsExactly("info weight");
		assertThat(message(below, Code.NEGATIVE_OUTLIER)).contains("2 of 4 weights are below",
				"by events each of them takes any state", "= -20.0,", "down to -128.0,",
				"would grow from 1.0 to 6.4, 6.4", "times as fine");
		assertThat(hint(below, Code.NEGATIVE_OUTLIER)).contains("/simulate");
	}

	/**
	 * With a weight above the threshold, a state may be above it when the event comes.
	 */
	@Test
	void noWeightIsAnOutlierWithOneAboveTheThreshold() {
		TestLayer above = TestLayer.weights(SCALE_1, Math.nextUp(10f), 0.5f).thresholds(10, -10);
		assertThat(found(above, Code.NEGATIVE_OUTLIER)).isEmpty();
	}

	@Test
	void outlierIsOneOfTheRescaledWeights() {
		assertThat(found(TestLayer.weights(-40, 10, 0.5f).thresholds(10, -10).rescale(0.5), Code.NEGATIVE_OUTLIER))
			.isEmpty();
		TestLayer below = TestLayer.weights(-41, 10, 0.5f).thresholds(10, -10).rescale(0.5);
		assertThat(message(below, Code.NEGATIVE_OUTLIER)).contains("1 of 3 weights is below",
				"by events it takes any state", "= -20.0,", "down to -20.5,");
	}

	@Test
	void outlierIsFoundWithAnUnsetBoundThatIsScaled() {
		TestLayer layer = TestLayer.weights(-40000, 0.5f).threshold(10);
		assertThat(message(layer.unset(UnsetMinVMem.REFERENCE), Code.NEGATIVE_OUTLIER)).contains("= -32778.0,");
		assertThat(message(layer.unset(UnsetMinVMem.NEGATIVE_THRESHOLD), Code.NEGATIVE_OUTLIER)).contains("= -20.0,");
		assertThat(found(layer.unset(UnsetMinVMem.CHIP_MINIMUM), Code.NEGATIVE_OUTLIER)).isEmpty();
	}

	/** The joint rule would choose anew: what grows is the scale of the reference. */
	@Test
	void outlierIsFoundWhateverChoosesTheScale() {
		TestLayer layer = TestLayer.weights(SCALE_1, 10, 0.5f).thresholds(10, -10);
		TestLayer joint = layer.options(LayerOptions.DEFAULTS.withScaleRule(ScaleRule.JOINT));
		assertThat(message(joint, Code.NEGATIVE_OUTLIER)).contains("the reference scale would grow from 1.0 to 6.4,");
	}

	@Test
	void outlierThatDoesNotLimitIsSaidToBeSo() {
		TestLayer layer = TestLayer.weights(SCALE_1, 10, 0.5f).thresholds(10, -10).bias(-256);
		assertThat(message(layer, Code.NEGATIVE_OUTLIER))
			.contains("the scale would stay 0.49609375, which other values hold");
	}

	@Test
	void oneIsToldOfInTheSingular() {
		assertThat(message(TestLayer.weight(twoChannels(SCALE_1, 0)).bias(-256, 0), Code.BIAS_ENABLES_LEAK))
			.startsWith("1 of 2 integer biases is not zero: the chip adds it at every tick");
		assertThat(message(TestLayer.weight(twoChannels(SCALE_1, 0)).bias(-256, 256), Code.BIAS_ENABLES_LEAK))
			.startsWith("2 of 2 integer biases are not zero: the chip adds them at every tick");
		assertThat(message(TestLayer.weights(SCALE_1, 1).bias(0.25f), Code.BIAS_UNDERFLOW))
			.startsWith("1 of 1 bias that was not zero became zero");
		assertThat(message(TestLayer.weight(narrowed(Shape.of(1, 2), 1, -1, 0.5f)), Code.NARROWED))
			.isEqualTo("1 of 2 elements of type float64 is not exact in binary32 and was rounded to it.");
		assertThat(Finding.count(0, "spike")).isEqualTo("0 spikes");
		assertThat(Finding.share(1, 1, "layer")).isEqualTo("1 of 1 layer");
	}

	// SATURATED

	@Test
	void saturatedIfAFiniteValueWasClamped() {
		assertThat(tensorCodes(tensor(127.49f, -128.5f), 1f, 8L, true)).isEmpty();
		assertThat(tensorCodes(tensor(127.5f, 0.5f), 1f, 8L, true)).containsExactly(Code.SATURATED);
		assertThat(tensorCodes(tensor(0.5f, -129), 1f, 8L, true)).containsExactly(Code.SATURATED);
		assertThat(tensorCodes(tensor(127.5f, -129), 1f, 8L, false)).isEmpty();
		assertThat(tensorCodes(tensor(127.5f, -129), 1f, null, true)).isEmpty();
	}

	@Test
	void saturationIsFoundWithoutAReportToo() {
		DiscretizedTensor result = TensorDiscretization.discretize(tensor(300.5f, 200, 1, -500), "x", 1f, 8L, true,
				false);
		assertThat(result.report()).isNull();
		assertThat(result.findings()).singleElement()
			.satisfies((finding) -> assertThat(finding.message()).contains("3 of 4", "-128 to 127", "-500.0", "300.5"));
		assertThat(Values.ints(result.tensor())).containsExactly(127, 127, 1, -128);
	}

	// ALREADY_DISCRETE

	@Test
	void wholeNumbersAboveOneLookDiscretized() {
		assertThat(tensorCodes(tensor(1, -1, 0), 1f, null, true)).isEmpty();
		assertThat(tensorCodes(tensor(2, -1, 0), 1f, null, true)).containsExactly(Code.ALREADY_DISCRETE);
		assertThat(tensorCodes(tensor(1, -2, 0), 1f, null, true)).containsExactly(Code.ALREADY_DISCRETE);
		assertThat(tensorCodes(tensor(2, -1, 0.5f), 1f, null, true)).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(DType.class)
	void integersAboveOneAreDiscretized(DType type) {
		FloatTensor ones = FloatTensor.of(Shape.of(2), type, 1, 0);
		FloatTensor twos = FloatTensor.of(Shape.of(2), type, 2, 0.5f);
		assertThat(tensorCodes(ones, 1f, null, true)).isEmpty();
		assertThat(tensorCodes(twos, 1f, null, true))
			.isEqualTo(type.isInteger() ? List.of(Code.ALREADY_DISCRETE) : List.of());
	}

	@Test
	void rescaledWeightIsWhatLooksDiscretized() {
		assertThat(found(TestLayer.weights(SCALE_1, 2).thresholds(200, -200).rescale(0.5), Code.ALREADY_DISCRETE))
			.containsExactly("info weight");
		assertThat(found(TestLayer.weights(SCALE_1, 1).thresholds(200, -200).rescale(0.5), Code.ALREADY_DISCRETE))
			.isEmpty();
		assertThat(found(TestLayer.weights(2, -2).thresholds(200, -200).rescale(0.5), Code.ALREADY_DISCRETE)).isEmpty();
	}

	/** In binary32 three times a third is 1, in binary64 it is above. */
	@Test
	void magnitudeOfARescaledWeightIsThatOfBinary32() {
		float third = 1 / 3f;
		assertThat(3 * third).isEqualTo(1);
		assertThat(3 * (double) third).isGreaterThan(1);
		assertThat(found(TestLayer.weights(3, -3, 0).thresholds(2, -2).rescale(third), Code.ALREADY_DISCRETE))
			.isEmpty();
	}

	// MIN_V_MEM_UNSET

	@Test
	void unsetLowThresholdIsToldUnlessItLimits() {
		assertThat(found(TestLayer.weights(-129, 0).unset(UnsetMinVMem.REFERENCE), Code.MIN_V_MEM_UNSET))
			.containsExactly("info min_v_mem");
		assertThat(found(TestLayer.weights(-127, 0).unset(UnsetMinVMem.REFERENCE), Code.MIN_V_MEM_UNSET)).isEmpty();
		assertThat(found(TestLayer.weights(SCALE_1, 0), Code.MIN_V_MEM_UNSET)).isEmpty();
	}

	@Test
	void unsetLowThresholdDoesNotLimitWhereTheThresholdDoes() {
		for (UnsetMinVMem meaning : List.of(UnsetMinVMem.NEGATIVE_THRESHOLD, UnsetMinVMem.CHIP_MINIMUM)) {
			TestLayer layer = TestLayer.weights(0).threshold(3).unset(meaning);
			assertThat(codes(layer)).containsExactly(Code.THRESHOLD_LIMITS, Code.MIN_V_MEM_UNSET);
		}
	}

	@Test
	void unsetLowThresholdIsToldWithItsInteger() {
		TestLayer layer = TestLayer.weights(SCALE_1, 0).threshold(3).unset(UnsetMinVMem.NEGATIVE_THRESHOLD);
		assertThat(message(layer, Code.MIN_V_MEM_UNSET)).contains("became -3");
	}

	// NARROWED

	@Test
	void narrowedIsToldOfEveryTensor() {
		TestLayer layer = TestLayer.weight(narrowed(Shape.of(1, 2), 2, -1, 0.5f))
			.bias(narrowed(Shape.of(1), 1, 0.1f))
			.threshold(narrowed(Shape.SCALAR, 1, 1))
			.minVMem(narrowed(Shape.SCALAR, 1, -1))
			.vMem(narrowed(Shape.of(1), 1, 0.1f));
		assertThat(found(layer, Code.NARROWED)).containsExactly("info weight", "info bias", "info spike_threshold",
				"info min_v_mem", "info v_mem");
		assertThat(message(layer, Code.NARROWED))
			.contains("2 of 2 elements of type float64 are not exact in binary32 and were rounded");
		assertThat(tensorCodes(narrowed(Shape.of(2), 1, 0.5f, 0.25f), null, null, true)).containsExactly(Code.NARROWED);
		assertThat(tensorCodes(narrowed(Shape.of(2), 0, 0.5f, 0.25f), null, null, true)).isEmpty();
	}

	private static FloatTensor narrowed(Shape shape, int count, float... values) {
		FloatTensorBuilder builder = new FloatTensorBuilder("x", DType.FLOAT64, Allowance.UNLIMITED);
		for (float value : values) {
			builder.append(value);
		}
		builder.narrowed(count);
		return builder.build(shape);
	}

	private static FloatTensor tensor(float... values) {
		return FloatTensor.of(Shape.of(values.length), values);
	}

	private static FloatTensor twoChannels(float... values) {
		return FloatTensor.of(Shape.of(2, values.length / 2), values);
	}

	private static List<Code> tensorCodes(FloatTensor tensor, @Nullable Float scaling, @Nullable Long bits,
			boolean toInt) {
		return TensorDiscretization.discretize(tensor, "x", scaling, bits, toInt, true)
			.findings()
			.stream()
			.map(Finding::code)
			.toList();
	}

	/** The scale, and the smallest candidate of the other terms. */
	private static List<Float> scales(TestLayer layer, Term limitedBy) {
		LayerScales scales = layer.discretize().scales();
		assertThat(scales.limitedBy()).isEqualTo(limitedBy);
		float other = Float.MAX_VALUE;
		for (Term term : Term.PROPOSING) {
			Float candidate = scales.candidate(term);
			other = (term != limitedBy && candidate != null) ? Math.min(other, candidate) : other;
		}
		return List.of(scales.scale(), other);
	}

	private static List<Code> codes(TestLayer layer) {
		return layer.discretize().findings().stream().map(Finding::code).toList();
	}

	/** Severity and tensor of every finding of that code. */
	private static List<String> found(TestLayer layer, Code code) {
		return layer.discretize()
			.findings()
			.stream()
			.filter((finding) -> finding.code() == code)
			.map((finding) -> finding.severity().label() + " " + finding.tensor())
			.toList();
	}

	private static String message(TestLayer layer, Code code) {
		return first(layer, code).message();
	}

	private static String hint(TestLayer layer, Code code) {
		return first(layer, code).hint();
	}

	private static Finding first(TestLayer layer, Code code) {
		return layer.discretize()
			.findings()
			.stream()
			.filter((finding) -> finding.code() == code)
			.findFirst()
			.orElseThrow();
	}

}
