package dev.discretizer.network;

import java.util.List;
import java.util.Objects;

import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.Finding.Code;
import dev.discretizer.discretize.Finding.Severity;
import dev.discretizer.discretize.ImpossibleInputException;
import dev.discretizer.discretize.ImpossibleInputException.Cause;
import dev.discretizer.discretize.Json;
import dev.discretizer.discretize.Layer;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.discretize.ScaleRule;
import dev.discretizer.discretize.UnsetMinVMem;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which integers are those of a layer, and at which scales: against a bisection in NumPy
 * (src/test/python/make_verify_fixtures.py), 200 layers as they are and with one integer
 * changed.
 */
class LayerVerificationTests {

	private static final List<Json> LINES = Json.lines("/layers/verify.jsonl.gz");

	@Test
	void ruleScaleAndRangeAreThoseOfNumpy() {
		assertThat(LINES).hasSize(400);
		for (int i = 0; i < LINES.size(); i++) {
			Json expected = LINES.get(i).at("expect");
			LayerMatch match = verify(LINES.get(i), integers(LINES.get(i).at("found")));
			String rule = (match.rule() != null) ? match.rule().label() : "unknown";
			assertThat(rule).as("line %d", i).isEqualTo(expected.at("rule").text());
			assertThat(match.match()).isEqualTo(!rule.equals("unknown"));
			assertThat(Float.floatToRawIntBits(match.scale())).as("line %d", i)
				.isEqualTo(expected.at("scale_bits").asInt());
			checkRange(match, expected.at("scale_range"));
			for (TensorMatch tensor : match.tensors()) {
				assertThat(tensor.mismatches()).as("line %d, %s", i, tensor.name())
					.isEqualTo(expected.at("mismatches").at(tensor.name()).asInt());
				assertThat(tensor.first()).hasSize(Math.min(TensorMatch.MOST, tensor.mismatches()));
			}
			assertThat(match.tensors()).extracting(TensorMatch::name)
				.containsExactlyInAnyOrderElementsOf(expected.at("mismatches").members().keySet());
		}
	}

	private static void checkRange(LayerMatch match, Json expected) {
		ScaleRange range = match.scaleRange();
		if (expected.isNull()) {
			assertThat(range).isNull();
			assertThat(match.findings()).extracting(Finding::code).containsExactly(Code.CONTRADICTION);
			assertThat(match.findings()).extracting(Finding::severity).containsExactly(Severity.WARNING);
			return;
		}
		ScaleRange present = Objects.requireNonNull(range);
		assertThat(Float.floatToRawIntBits(present.low())).isEqualTo(expected.at("low_bits").asInt());
		assertThat(Float.floatToRawIntBits(present.high())).isEqualTo(expected.at("high_bits").asInt());
		assertThat(present.count()).isEqualTo(expected.at("count").asInt());
		assertThat(match.findings()).isEmpty();
		assertThat(present.contains(match.scale()) || !match.match()).isTrue();
	}

	/** Whichever integer it is, and by whatever it is changed. */
	@Test
	void oneChangedIntegerIsFoundAnywhere() {
		int changes = 0;
		for (int i = 0; i < LINES.size(); i += 2) {
			Json line = LINES.get(i);
			boolean joint = line.at("expect").at("rule").text().equals("joint");
			int elements = line.at("found").at("weight").at("shape").shape().elements();
			// Every one of some layers, and a few of each.
			for (int at = 0; at < elements; at += (i % 20 == 0) ? 1 : 1 + elements / 4) {
				LayerIntegers found = integers(line.at("found"));
				float by = (at % 2 == 0) ? 1 : -1;
				float right = found.weight().array()[at];
				found.weight().array()[at] = right + by;
				LayerMatch match = verify(line, found);
				assertThat(match.match()).as("layer %d, element %d", i, at).isFalse();
				TensorMatch weight = match.tensors().get(0);
				assertThat(weight.mismatches()).isPositive();
				if (!joint) {
					assertThat(weight.first()).singleElement().satisfies((difference) -> {
						assertThat(difference.expected()).isEqualTo(right);
						assertThat(difference.found()).isEqualTo(right + by);
					});
					assertThat(weight.first().get(0).index()).isEqualTo(at);
				}
				changes++;
			}
		}
		assertThat(changes).isGreaterThan(1000);
	}

	@Test
	void differencesShowTheProductThatWasRounded() {
		// The largest weight gives 127 / 0.5 = 254.
		Layer layer = layer(null, 0.5f, 0.101f, -0.3f, 0.2f);
		LayerMatch match = LayerVerification.verify(layer, LayerOptions.DEFAULTS,
				integers(null, 254f, -254f, 127, 27, -76, 51));
		assertThat(match.match()).isFalse();
		assertThat(match.scale()).isEqualTo(254);
		assertThat(match.tensors().get(0).first()).containsExactly(new Difference(1, 26, 27, 0.101f * 254f));
		assertThat(match.findings()).singleElement().satisfies((finding) -> {
			assertThat(finding.code()).isEqualTo(Code.CONTRADICTION);
			assertThat(finding.tensor()).isEqualTo("weight");
			assertThat(finding.message()).contains("weight element 1 is 0.101 and becomes 27.0", "becomes",
					"at scales from");
		});
	}

	@Test
	void contradictionNamesTwoElementsThatExcludeEachOther() {
		Layer layer = layer(null, 0.5f, 0.25f);
		// Products of 59.5 to 60.5 round to 60; those above 126.5 to 127, where they end.
		LayerMatch match = LayerVerification.verify(layer, LayerOptions.DEFAULTS, integers(null, null, null, 127, 60));
		assertThat(match.scaleRange()).isNull();
		assertThat(match.findings().get(0).message()).isEqualTo(
				"no scale gives both integers: weight element 1 is 0.25 and becomes 60.0 at scales from 238.0 to 242.0, "
						+ "but weight element 0 is 0.5 and becomes 127.0 at scales from 253.00002 to 3.4028235E38.");
	}

	@Test
	void elementThatNoScaleGivesStandsAlone() {
		LayerMatch match = LayerVerification.verify(layer(null, 0.5f, 0, -0.25f), LayerOptions.DEFAULTS,
				integers(null, 254f, -254f, 127, 3, -64));
		assertThat(match.findings().get(0).message())
			.isEqualTo("weight element 1 is 0.0 and became 3.0, which no scale gives.");
	}

	/** Integers at a scale of one's own: no rule, but scales. */
	@Test
	void integersOfAnotherScaleHaveARange() {
		LayerMatch match = LayerVerification.verify(layer(null, 0.5f, 0.101f, -0.3f), LayerOptions.DEFAULTS,
				integers(null, 100f, -100f, 50, 10, -30));
		assertThat(match.match()).isFalse();
		assertThat(Objects.requireNonNull(match.scaleRange()).contains(100)).isTrue();
		assertThat(match.findings()).isEmpty();
	}

	@Test
	void tensorsThatAreMissingAreNotComparedAndABiasCountsAsZeros() {
		LayerMatch match = LayerVerification.verify(layer(new float[] { 0.01f }, 0.5f, -0.25f), LayerOptions.DEFAULTS,
				integers(null, null, null, 127, -64));
		assertThat(match.tensors()).extracting(TensorMatch::name).containsExactly("weight", "bias");
		assertThat(match.tensors().get(1).first()).containsExactly(new Difference(0, 3, 0, 0.01f * 254f));
		LayerMatch zeros = LayerVerification.verify(layer(null, 0.5f, -0.25f), LayerOptions.DEFAULTS,
				integers(new float[] { 0 }, 254f, -254f, 127, -64));
		assertThat(zeros.match()).isTrue();
		LayerMatch added = LayerVerification.verify(layer(null, 0.5f, -0.25f), LayerOptions.DEFAULTS,
				integers(new float[] { 1 }, 254f, -254f, 127, -64));
		assertThat(added.tensors().get(1).mismatches()).isOne();
	}

	@Test
	void integersOfFloatTypeAndOfAnotherRankAreTheSame() {
		FloatTensor weight = FloatTensor.of(Shape.of(2, 2, 1, 1), 0.5f, -0.25f, 0.1f, 0);
		Layer layer = new Layer(weight, null, FloatTensor.scalar(1), FloatTensor.scalar(-1), null);
		for (DType type : List.of(DType.INT8, DType.FLOAT32, DType.INT64)) {
			LayerIntegers found = new LayerIntegers(FloatTensor.of(Shape.of(2, 2), type, 127, -64, 25, -0f), null,
					FloatTensor.of(Shape.of(3), 254, 254, 254), null, null);
			assertThat(LayerVerification.verify(layer, LayerOptions.DEFAULTS, found).match()).isTrue();
		}
	}

	@Test
	void otherShapesAreRefused() {
		Layer layer = layer(null, 0.5f, -0.25f);
		assertThatExceptionOfType(ImpossibleInputException.class).isThrownBy(
				() -> LayerVerification.verify(layer, LayerOptions.DEFAULTS, integers(null, 254f, -254f, 127, -64, 0)))
			.withMessage("tensor weight has shape [1, 3] in the discretized network, [1, 2] is expected as in the "
					+ "original")
			.matches((failure) -> failure.cause() == Cause.SHAPE_IMPOSSIBLE);
	}

	private static LayerMatch verify(Json line, LayerIntegers found) {
		Json input = line.at("input");
		Layer layer = new Layer(input.at("weight").givenTensor(), input.at("bias").tensor(),
				input.at("spike_threshold").givenTensor(), input.at("min_v_mem").tensor(), input.at("v_mem").tensor());
		return LayerVerification.verify(layer,
				new LayerOptions(true, input.at("weight_bits").asLong(), input.at("bias_bits").asLong(),
						input.at("state_bits").asLong(), input.at("rescale").asDouble(),
						Objects.requireNonNull(UnsetMinVMem.ofLabel(input.at("unset_min_v_mem").text())), false,
						ScaleRule.REFERENCE, false),
				found);
	}

	private static LayerIntegers integers(Json found) {
		return new LayerIntegers(found.at("weight").givenTensor(), found.at("bias").tensor(),
				found.at("spike_threshold").tensor(), found.at("min_v_mem").tensor(), found.at("v_mem").tensor());
	}

	private static Layer layer(float @Nullable [] bias, float... weight) {
		return new Layer(FloatTensor.of(Shape.of(1, weight.length), weight), vector(bias), FloatTensor.scalar(1),
				FloatTensor.scalar(-1), null);
	}

	private static LayerIntegers integers(float @Nullable [] bias, @Nullable Float threshold, @Nullable Float minVMem,
			float... weight) {
		return new LayerIntegers(FloatTensor.of(Shape.of(1, weight.length), DType.INT8, weight), vector(bias),
				scalar(threshold), scalar(minVMem), null);
	}

	private static @Nullable FloatTensor vector(float @Nullable [] values) {
		return (values == null) ? null : FloatTensor.of(Shape.of(values.length), values);
	}

	private static @Nullable FloatTensor scalar(@Nullable Float value) {
		return (value == null) ? null : FloatTensor.scalar(value);
	}

}
