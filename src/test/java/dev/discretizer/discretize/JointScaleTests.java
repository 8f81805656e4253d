package dev.discretizer.discretize;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.DoubleStream;

import dev.discretizer.codec.safetensors.SafetensorsReader;
import dev.discretizer.discretize.Finding.Code;
import dev.discretizer.discretize.Finding.Severity;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * {@code scale_rule=joint}: against a second implementation in NumPy
 * (src/test/python/make_joint_fixtures.py), and against integers of a pretrained network
 * that lie beside the project; that test is skipped where they do not.
 */
class JointScaleTests {

	private static final Path SHARED = Path.of(System.getProperty("user.dir"), "..", "shared");

	@Test
	void isThatOfNumpy() {
		List<Json> layers = Json.lines("/layers/joint.jsonl.gz");
		assertThat(layers).hasSize(300);
		for (int i = 0; i < layers.size(); i++) {
			Json input = layers.get(i).at("input");
			Json expected = layers.get(i).at("expect");
			DiscretizedLayer result = layer(input).discretize();
			assertThat(Float.floatToRawIntBits(result.scale())).as("layer %d", i)
				.isEqualTo(expected.at("scale_bits").asInt());
			assertThat(result.scales().limitedBy()).isEqualTo(Term.ERROR);
			assertThat(Values.doubles(result.spikeThreshold())[0]).isEqualTo(expected.at("spike_threshold").asInt());
			assertThat((int) Values.doubles(result.minVMem())[0]).isEqualTo(expected.at("min_v_mem").asInt());
			checkValues(result.weight(), expected.at("weight"));
			checkValues(result.bias(), expected.at("bias"));
			checkValues(result.vMem(), expected.at("v_mem"));
			checkSaturated(result, expected.at("saturated"));
		}
	}

	private static TestLayer layer(Json input) {
		return TestLayer.weight(input.at("weight").givenTensor())
			.bias(input.at("bias").tensor())
			.threshold(input.at("spike_threshold").givenTensor())
			.minVMem(input.at("min_v_mem").tensor())
			.vMem(input.at("v_mem").tensor())
			.options(new LayerOptions(input.at("to_int").asBoolean(), input.at("weight_bits").asLong(),
					input.at("bias_bits").asLong(), input.at("state_bits").asLong(), input.at("rescale").asDouble(),
					Objects.requireNonNull(UnsetMinVMem.ofLabel(input.at("unset_min_v_mem").text())), true,
					ScaleRule.JOINT, false));
	}

	private static void checkValues(@Nullable DiscreteTensor tensor, Json expected) {
		if (expected.isNull()) {
			assertThat(tensor).isNull();
			return;
		}
		DiscreteTensor present = Objects.requireNonNull(tensor);
		double[] values = expected.at("data").items().stream().mapToDouble(Json::asDouble).toArray();
		assertThat(present.shape()).isEqualTo(expected.at("shape").shape());
		// Adding zero leaves no negative zero.
		assertThat(DoubleStream.of(Values.doubles(present)).map((value) -> value + 0.0).toArray())
			.containsExactly(values);
		assertThat(DoubleStream.of(Values.fromBytes(present)).map((value) -> value + 0.0).toArray())
			.containsExactly(values);
	}

	private static void checkSaturated(DiscretizedLayer result, Json expected) {
		LayerReport report = Objects.requireNonNull(result.report());
		checkSaturated(result, "weight", report.weight(), Severity.INFO, expected);
		checkSaturated(result, "bias", report.bias(), Severity.INFO, expected);
		checkSaturated(result, "v_mem", report.vMem(), Severity.WARNING, expected);
	}

	private static void checkSaturated(DiscretizedLayer result, String tensor, @Nullable TensorReport report,
			Severity severity, Json expected) {
		int saturated = expected.at(tensor).asInt();
		assertThat((report != null) ? report.saturated() : 0).as(tensor).isEqualTo(saturated);
		assertThat(result.findings().stream().filter((finding) -> finding.tensor().equals(tensor)))
			.filteredOn((finding) -> finding.code() == Code.SATURATED)
			.extracting(Finding::severity)
			.isEqualTo((saturated > 0) ? List.of(severity) : List.of());
	}

	/** Integers, scale, thresholds and counts at six widths, by both rules. */
	@Test
	void isThatOfThePretrainedNetwork() throws IOException {
		Path networks = file("data/scnn_mnist.safetensors");
		List<Json> rows = Json.parse(Files.readString(file("golden/joint_scale.json"))).items();
		Map<String, FloatTensor> tensors;
		try (InputStream in = Files.newInputStream(networks)) {
			tensors = SafetensorsReader.read(in, Files.size(networks), Allowance.UNLIMITED);
		}
		assertThat(rows).hasSize(60);
		for (Json row : rows) {
			checkRow(Objects.requireNonNull(tensors.get(row.at("node").text() + ".weight")), row);
		}
	}

	private static void checkRow(FloatTensor weight, Json row) {
		ScaleRule rule = row.at("rule").text().equals("joint") ? ScaleRule.JOINT : ScaleRule.REFERENCE;
		long bits = row.at("bits").asLong();
		DiscretizedLayer result = TestLayer.weight(weight)
			.options(LayerOptions.DEFAULTS.withBits(bits, bits).withScaleRule(rule))
			.discretize();
		TensorReport report = Objects.requireNonNull(result.report()).weight();
		assertThat(result.scale()).isEqualTo(row.at("scale").asFloat());
		assertThat(Values.single(result.spikeThreshold())).isEqualTo(row.at("threshold").asInt());
		assertThat(Values.single(result.minVMem())).isEqualTo(row.at("min_v_mem").asInt());
		assertThat(sha256(Values.bytes(result.weight()))).isEqualTo(row.at("weight_sha256").text());
		assertThat(report.zeros()).isEqualTo(row.at("zeros").asInt());
		assertThat(report.saturated()).isEqualTo(row.at("saturated").asInt());
		assertThat(result.findings())
			.noneMatch((finding) -> finding.code() == Code.SATURATED && finding.severity() == Severity.WARNING);
	}

	private static Path file(String name) {
		Path file = SHARED.resolve(name);
		assumeTrue(Files.exists(file), () -> "the networks are not beside the project: no " + file);
		return file;
	}

	private static String sha256(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new AssertionError(ex);
		}
	}

	/** k runs to the largest integer of the state: 7 of 4 bits. */
	@Test
	void thresholdStaysInThePrecisionOfTheState() {
		DiscretizedLayer result = TestLayer.weights(0.5f, -0.03f, 0.011f)
			.thresholds(1, -1)
			.options(new LayerOptions(true, 8, 8, 4, 1, UnsetMinVMem.REFERENCE, true, ScaleRule.JOINT, false))
			.discretize();
		assertThat(Values.single(result.spikeThreshold())).isBetween(1, 7);
		assertThat(result.spikeThreshold().dtype()).isEqualTo(DType.INT8);
	}

	/** Where the reference's threshold would round to zero, it becomes one. */
	@Test
	void thresholdIsNeverZero() {
		TestLayer layer = TestLayer.weights(100, -3).thresholds(0.001f, -0.001f);
		assertThat(Values.single(layer.discretize().spikeThreshold())).isZero();
		DiscretizedLayer result = layer.options(LayerOptions.DEFAULTS.withScaleRule(ScaleRule.JOINT)).discretize();
		assertThat(Values.single(result.spikeThreshold())).isEqualTo(1);
		assertThat(Values.ints(result.weight())).containsExactly(127, -128);
	}

	/** Without errors every threshold is as good as another, so the first is taken. */
	@Test
	void firstOfEqualsWins() {
		DiscretizedLayer result = TestLayer.weights(0, 0)
			.thresholds(1, -1)
			.options(LayerOptions.DEFAULTS.withScaleRule(ScaleRule.JOINT))
			.discretize();
		// The thresholds alone limit to 32767; 13106 is floor(0.4 * 32767).
		assertThat(Values.single(result.spikeThreshold())).isEqualTo(13106);
	}

	@Test
	void thresholdWhoseScaleOverflowsIsRefused() {
		TestLayer layer = TestLayer.weights(1, -1)
			.thresholds(1e-40f, -1e-40f)
			.options(LayerOptions.DEFAULTS.withScaleRule(ScaleRule.JOINT));
		assertThatExceptionOfType(ImpossibleInputException.class).isThrownBy(layer::discretize)
			.withMessageContaining("spike_threshold is 1.0E-40")
			.matches((failure) -> "spike_threshold".equals(failure.field()));
	}

	/** Floats are the integers of the rule, clamped as they are. */
	@Test
	void floatsAreTheSameNumbers() {
		LayerOptions joint = LayerOptions.DEFAULTS.withBits(3, 3).withScaleRule(ScaleRule.JOINT);
		TestLayer layer = TestLayer.weights(5, 0.4f, -0.3f, 0.2f, -0.1f, 0.25f, 0.3f, -0.2f)
			.bias(0.3f)
			.thresholds(1, -1);
		DiscretizedLayer integers = layer.options(joint).discretize();
		DiscretizedLayer floats = layer.toInt(false).discretize();
		assertThat(floats.weight().dtype()).isEqualTo(DType.FLOAT32);
		assertThat(Values.ints(integers.weight())[0]).isEqualTo(3);
		assertThat(DoubleStream.of(Values.doubles(floats.weight())).map((value) -> value + 0.0).toArray())
			.containsExactly(Values.doubles(integers.weight()));
		assertThat(Values.doubles(floats.spikeThreshold())).containsExactly(Values.doubles(integers.spikeThreshold()));
	}

	/** The figures of a histogram are those of the integers. */
	@Test
	void histogramCountsEveryInteger() {
		LayerOptions options = new LayerOptions(true, 3, 12, 16, 1, UnsetMinVMem.REFERENCE, true, ScaleRule.REFERENCE,
				true);
		LayerReport report = TestLayer.weights(1, 1, 0, -0.4f, 0.7f).bias(0.1f).options(options).report();
		Histogram histogram = Objects.requireNonNull(report.weight().histogram());
		// At scale 3: 3, 3, 0, -1, 2.
		assertThat(histogram.low()).isEqualTo(-4);
		assertThat(histogram.counts()).containsExactly(0, 0, 0, 1, 1, 0, 1, 2);
		assertThat(Objects.requireNonNull(report.bias()).histogram()).isNull();
		assertThat(TestLayer.weights(1, 1).report().weight().histogram()).isNull();
	}

}
