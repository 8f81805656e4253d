package dev.discretizer.discretize;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Scale, candidates, values, report and findings of the layers that
 * {@code src/test/python/make_layer_fixtures.py} made and worked out a second time.
 */
class ReportAndFindingsTests {

	private static final double RELATIVE = 1e-9;

	private static final List<Json> LAYERS = Json.lines("/layers/layers.jsonl.gz");

	@Test
	void fixturesHoldEveryFindingOfALayer() {
		assertThat(LAYERS).hasSize(260);
		List<String> codes = LAYERS.stream()
			.flatMap((layer) -> layer.at("expect").at("findings").items().stream())
			.map((finding) -> finding.items().get(0).text())
			.distinct()
			.toList();
		assertThat(codes).containsExactlyInAnyOrder(Stream.of(Finding.Code.values())
			.filter((code) -> code.compareTo(Finding.Code.INHIBITION_LOST) < 0 && code != Finding.Code.SATURATED
					&& code != Finding.Code.NARROWED)
			.map(Enum::name)
			.toArray(String[]::new));
	}

	@TestFactory
	Stream<DynamicTest> layersAreAsTheFixturesSay() {
		return IntStream.range(0, LAYERS.size())
			.mapToObj((i) -> DynamicTest.dynamicTest("layer " + i, () -> check(LAYERS.get(i))));
	}

	@TestFactory
	Stream<DynamicTest> resultsAreTheSameWithoutAReport() {
		return IntStream.range(0, LAYERS.size()).mapToObj((i) -> DynamicTest.dynamicTest("layer " + i, () -> {
			Json input = LAYERS.get(i).at("input");
			DiscretizedLayer with = layer(input).discretize();
			DiscretizedLayer without = layer(input).withoutReport().discretize();
			assertThat(without.report()).isNull();
			assertThat(without.findings()).isEqualTo(with.findings());
			assertThat(Values.bytes(without.weight())).isEqualTo(Values.bytes(with.weight()));
		}));
	}

	private static void check(Json layer) {
		Json expected = layer.at("expect");
		DiscretizedLayer result = layer(layer.at("input")).discretize();
		checkScales(result, expected);
		checkValues(result.weight(), expected.at("weight"));
		checkValues(result.bias(), expected.at("bias"));
		checkValues(result.vMem(), expected.at("v_mem"));
		assertThat(Values.doubles(result.spikeThreshold())).containsExactly(expected.at("spike_threshold").asDouble());
		assertThat(Values.doubles(result.minVMem())).containsExactly(expected.at("min_v_mem").asDouble());
		checkReport(Objects.requireNonNull(result.report()), expected.at("report"));
		checkFindings(result.findings(), expected.at("findings"));
		checkOutlier(result, expected.at("negative_outlier"));
		checkFigure(result.inhibition().share(), expected.at("inhibition"));
	}

	private static TestLayer layer(Json input) {
		DType weightType = Objects.requireNonNull(DType.ofLabel(input.at("weight_type").text()));
		FloatTensor weight = FloatTensor.of(input.at("weight").at("shape").shape(), weightType,
				input.at("weight").at("data").floats());
		UnsetMinVMem unset = Objects.requireNonNull(UnsetMinVMem.ofLabel(input.at("unset_min_v_mem").text()));
		return TestLayer.weight(weight)
			.bias(input.at("bias").tensor())
			.threshold(input.at("spike_threshold").givenTensor())
			.minVMem(input.at("min_v_mem").tensor())
			.vMem(input.at("v_mem").tensor())
			.options(new LayerOptions(input.at("to_int").asBoolean(), input.at("weight_bits").asLong(),
					input.at("bias_bits").asLong(), input.at("state_bits").asLong(), input.at("rescale").asDouble(),
					unset, true, ScaleRule.REFERENCE, false));
	}

	private static void checkScales(DiscretizedLayer result, Json expected) {
		assertThat(Float.floatToRawIntBits(result.scale())).isEqualTo(expected.at("scale_bits").asInt());
		assertThat(result.scales().limitedBy().label()).isEqualTo(expected.at("limited_by").text());
		for (Term term : Term.PROPOSING) {
			Json bits = expected.at("candidates").at(term.label());
			Float candidate = result.scales().candidate(term);
			assertThat((candidate != null) ? Float.floatToRawIntBits(candidate) : null).as(term.label())
				.isEqualTo(bits.isNull() ? null : bits.asInt());
		}
	}

	private static void checkValues(@Nullable DiscreteTensor tensor, Json expected) {
		if (expected.isNull()) {
			assertThat(tensor).isNull();
			return;
		}
		DiscreteTensor present = Objects.requireNonNull(tensor);
		assertThat(present.shape()).isEqualTo(expected.at("shape").shape());
		double[] values = expected.at("data").items().stream().mapToDouble(Json::asDouble).toArray();
		// Double.equals tells -0.0 from 0.0.
		assertThat(Values.doubles(present)).containsExactly(values);
		assertThat(Values.fromBytes(present)).containsExactly(values);
	}

	private static void checkReport(LayerReport report, Json expected) {
		checkTensorReport(report.weight(), expected.at("weight"));
		checkTensorReport(report.bias(), expected.at("bias"));
		checkTensorReport(report.vMem(), expected.at("v_mem"));
		checkFigure(report.thresholdError(), expected.at("spike_threshold_error"));
		checkFigure(report.minVMemError(), expected.at("min_v_mem_error"));
		assertThat(report.deadOutputChannels()).containsExactly(expected.at("dead_output_channels").ints());
	}

	private static void checkTensorReport(@Nullable TensorReport report, Json expected) {
		if (expected.isNull()) {
			assertThat(report).isNull();
			return;
		}
		TensorReport present = Objects.requireNonNull(report);
		assertThat(present.elements()).isEqualTo(expected.at("elements").asInt());
		assertThat(present.zeros()).isEqualTo(expected.at("zeros").asInt());
		Json levels = expected.at("levels_used");
		assertThat(present.levelsUsed()).isEqualTo(levels.isNull() ? null : levels.asInt());
		assertThat(present.levelsAvailable()).isEqualTo(expected.at("levels_available").asLong());
		assertThat(present.saturated()).isEqualTo(expected.at("saturated").asInt());
		checkFigure(present.maxAbsError(), expected.at("max_abs_error"));
		checkFigure(present.rmsError(), expected.at("rms_error"));
		checkFigure(present.sqnrDb(), expected.at("sqnr_db"));
	}

	private static void checkFigure(@Nullable Double figure, Json expected) {
		if (expected.isNull()) {
			assertThat(figure).isNull();
			return;
		}
		double value = expected.asDouble();
		assertThat(figure).isCloseTo(value, Offset.offset(RELATIVE * Math.abs(value)));
	}

	private static void checkOutlier(DiscretizedLayer result, Json expected) {
		if (expected.isNull()) {
			return;
		}
		String message = result.findings()
			.stream()
			.filter((finding) -> finding.code() == Finding.Code.NEGATIVE_OUTLIER)
			.map(Finding::message)
			.findFirst()
			.orElseThrow();
		float scale = Float.intBitsToFloat(expected.at("scale_bits").asInt());
		float bound = (float) expected.at("bound").asDouble();
		int weights = expected.at("weights").asInt();
		assertThat(message)
			.startsWith("%d of %d weights %s below -(spike_threshold - min_v_mem) = %s, down to %s,".formatted(weights,
					result.weight().shape().elements(), (weights == 1) ? "is" : "are", bound,
					(float) expected.at("smallest").asDouble()))
			.contains((scale > result.scale()) ? "would grow from %s to %s, ".formatted(result.scale(), scale)
					: "would stay %s, ".formatted(scale));
	}

	private static void checkFindings(List<Finding> findings, Json expected) {
		List<List<String>> found = findings.stream()
			.map((finding) -> List.of(finding.code().name(), finding.severity().label(), finding.tensor()))
			.toList();
		List<List<String>> wanted = expected.items()
			.stream()
			.map((finding) -> finding.items().stream().map(Json::text).toList())
			.toList();
		assertThat(found).containsExactlyInAnyOrderElementsOf(wanted);
		assertThat(findings).isSortedAccordingTo((a, b) -> a.code().compareTo(b.code()));
		assertThat(findings).allSatisfy((finding) -> {
			assertThat(finding.message()).containsPattern("[0-9]").doesNotContain("null", "%s", "%d");
			assertThat(finding.hint()).isNotBlank().doesNotContain("null", "%s", "%d");
		});
	}

}
