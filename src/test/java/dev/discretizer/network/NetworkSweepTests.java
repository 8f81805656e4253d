package dev.discretizer.network;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import dev.discretizer.codec.nir.NirReader;
import dev.discretizer.discretize.ImpossibleInputException;
import dev.discretizer.discretize.ScaleRule;
import dev.discretizer.graph.Plan;
import dev.discretizer.graph.TestNetwork;
import dev.discretizer.tensor.Allowance;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The rows of a sweep, against figures of a pretrained network computed elsewhere; they
 * lie beside the project, and the test is skipped where they do not.
 */
class NetworkSweepTests {

	private static final Path SHARED = Path.of(System.getProperty("user.dir"), "..", "shared");

	private static final List<ScaleRule> RULES = List.of(ScaleRule.REFERENCE, ScaleRule.JOINT);

	@Test
	void rowsOfThePretrainedNetworkAreThoseComputedElsewhere() throws IOException {
		Path file = file("data/scnn_mnist.nir");
		List<JsonNode> golden = JsonMapper.builder()
			.build()
			.readTree(Files.readString(file("golden/joint_scale.json")))
			.valueStream()
			.toList();
		Plan plan;
		try (InputStream in = Files.newInputStream(file)) {
			plan = Plan.of(NirReader.read(in, Files.size(file), Allowance.UNLIMITED));
		}
		List<SweepRow> rows = rows(
				NetworkSweep.of(plan, NetworkOptions.DEFAULTS, List.of(2L, 3L, 4L, 5L, 6L, 8L), null, RULES));
		assertThat(rows).hasSize(60).hasSameSizeAs(golden);
		for (int i = 0; i < rows.size(); i++) {
			check(rows.get(i), golden.get(i));
		}
	}

	private static List<SweepRow> rows(NetworkSweep sweep) {
		return IntStream.range(0, sweep.rows()).mapToObj(sweep::row).toList();
	}

	private static void check(SweepRow row, JsonNode golden) {
		assertThat(row.layer()).isEqualTo(golden.get("node").asString());
		assertThat(row.bits()).isEqualTo(golden.get("bits").asInt());
		assertThat(row.rule())
			.isEqualTo(golden.get("rule").asString().equals("joint") ? ScaleRule.JOINT : ScaleRule.REFERENCE);
		assertThat(row.scale()).isEqualTo(golden.get("scale").floatValue());
		assertThat(row.spikeThreshold()).isEqualTo(golden.get("threshold").asInt());
		close(row.sqnrDb(), golden.get("sqnr_db"), 5.1e-7);
		close(row.effectiveSqnrDb(), golden.get("effective_sqnr_db"), 5.1e-7);
		close(row.maxAbsError(), golden.get("max_abs_error"), 1e-12);
		assertThat(row.zeros()).isEqualTo(golden.get("zeros").asInt());
		assertThat(row.deadOutputChannels()).isEqualTo(golden.get("dead_channels").asInt());
		close(row.thresholdError(), golden.get("threshold_rel_error"), 1e-12);
		assertThat(row.saturated()).isEqualTo(golden.get("saturated").asInt());
		assertThat(row.kernelMemory()).isEqualTo(golden.get("kernel_entries").asLong());
		assertThat(row.kernelBytes()).isEqualTo(golden.get("kernel_bytes").asLong());
	}

	private static void close(@Nullable Double figure, JsonNode expected, double by) {
		assertThat(Objects.requireNonNull(figure)).isCloseTo(expected.asDouble(), Offset.offset(by));
	}

	private static Path file(String name) {
		Path file = SHARED.resolve(name);
		assumeTrue(Files.exists(file), () -> "the networks are not beside the project: no " + file);
		return file;
	}

	@Test
	void rowsAreInTheOrderAskedFor() {
		Plan plan = Plan.of(TestNetwork.oneLayer()
			.then("v", TestNetwork.conv(1, 2, 3))
			.then("m", TestNetwork.neurons(1))
			.network());
		List<SweepRow> rows = rows(NetworkSweep.of(plan, NetworkOptions.DEFAULTS, List.of(8L, 3L), 16L,
				List.of(ScaleRule.JOINT, ScaleRule.REFERENCE)));
		assertThat(rows).extracting((row) -> row.layer() + row.bits() + row.rule().label())
			.containsExactly("w8joint", "w8reference", "w3joint", "w3reference", "v8joint", "v8reference", "v3joint",
					"v3reference");
		// 1 input channel, 9 weights in 16, 2 output channels: 32 entries of 3 bits are
		// 12 bytes.
		assertThat(rows.get(2).kernelMemory()).isEqualTo(32);
		assertThat(rows.get(2).kernelBytes()).isEqualTo(12);
	}

	@Test
	void widthsAreChecked() {
		Plan plan = Plan.of(TestNetwork.oneLayer().network());
		assertThatExceptionOfType(ImpossibleInputException.class)
			.isThrownBy(() -> NetworkSweep.of(plan, NetworkOptions.DEFAULTS, List.of(8L, 25L), null, RULES))
			.withMessage("bits is 25, expected 2 to 24");
	}

}
