package dev.discretizer.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What each width costs each layer, against figures of a pretrained network computed
 * elsewhere, which lie beside the project, and against the answers to each row's options.
 */
@ServiceTest
class SweepIT {

	/** Third-party data that is not part of the project. */
	private static final Path SHARED = Path.of("..", "shared");

	private static final String HDF5 = "application/vnd.hdfgroup.hdf5";

	private static final String CSV = "text/csv";

	private static final List<String> COLUMNS = List.of("layer", "bits", "scale_rule", "scale", "spike_threshold",
			"sqnr_db", "effective_sqnr_db", "max_abs_error", "zeros", "dead_output_channels", "threshold_error",
			"saturated", "kernel_memory", "kernel_bytes");

	private final Client client;

	SweepIT(@LocalServerPort int port) {
		this.client = new Client(port);
	}

	private static byte[] example(String name) throws IOException {
		try (InputStream in = SweepIT.class.getResourceAsStream("/examples/" + name)) {
			return Objects.requireNonNull(in, name).readAllBytes();
		}
	}

	private static byte[] shared(String name) throws IOException {
		assumeThat(SHARED).as("the networks beside the project are needed").isDirectory();
		return Files.readAllBytes(SHARED.resolve(name));
	}

	private Reply sweep(String query, String type, String accept, byte[] network) {
		return this.client.post("/sweep" + query, type, accept, network).ok();
	}

	@ParameterizedTest
	@CsvSource({ "nir, " + HDF5 + ", ?min_v_mem=-1",
			"safetensors, " + Client.SAFETENSORS + ", ?min_v_mem=-1&spike_threshold=1" })
	void rowsAreThoseOfTheGoldenCases(String ending, String type, String query) throws IOException {
		byte[] network = shared("data/scnn_mnist." + ending);
		List<Json> golden = Json.parse(shared("golden/joint_scale.json")).elements();
		List<Json> rows = sweep(query, type, Client.JSON, network).json().get("rows").elements();
		assertThat(rows).hasSize(60).hasSameSizeAs(golden);
		for (int i = 0; i < rows.size(); i++) {
			assertRow(golden.get(i), rows.get(i));
		}
	}

	private static void assertRow(Json golden, Json row) {
		assertThat(row.members().keySet()).containsExactlyElementsOf(COLUMNS);
		assertThat(row.get("layer").text()).isEqualTo(golden.get("node").text());
		assertThat(row.get("scale_rule").text()).isEqualTo(golden.get("rule").text().replace("sinabs", "reference"));
		Map.of("bits", "bits", "spike_threshold", "threshold", "zeros", "zeros", "saturated", "saturated",
				"dead_output_channels", "dead_channels", "kernel_memory", "kernel_entries", "kernel_bytes",
				"kernel_bytes")
			.forEach((member, name) -> assertThat(row.get(member).integer()).as(member)
				.isEqualTo(golden.get(name).integer()));
		assertThat(row.get("scale").binary32()).isEqualTo(golden.get("scale").binary32());
		Map.of("sqnr_db", "sqnr_db", "effective_sqnr_db", "effective_sqnr_db", "max_abs_error", "max_abs_error",
				"threshold_error", "threshold_rel_error")
			.forEach((member, name) -> assertThat(row.get(member).binary64()).as(member)
				.isCloseTo(golden.get(name).binary64(), Offset.offset(5.1e-7)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "reference", "joint" })
	void aRowIsWhatItsOptionsGive(String rule) throws IOException {
		String options = "&state_bits=12&bias_bits=6&min_v_mem.conv1=-2&rescale.linear=0.5";
		List<Json> rows = sweep("?bits=7,3&scale_rules=" + rule + options, HDF5, Client.JSON, example("tiny.nir"))
			.json()
			.get("rows")
			.elements();
		assertThat(rows).hasSize(6);
		List<String> names = new ArrayList<>();
		for (int bits : List.of(7, 3)) {
			List<Json> layers = this.client
				.post("/discretize/network?weight_bits=" + bits + "&scale_rule=" + rule + options, HDF5, Client.JSON,
						example("tiny.nir"))
				.ok()
				.json()
				.get("layers")
				.elements();
			for (int i = 0; i < layers.size(); i++) {
				Json row = rows.get(2 * i + ((bits == 7) ? 0 : 1));
				names.add(row.get("layer").text());
				assertThat(row.get("bits").integer()).isEqualTo(bits);
				assertThat(row.get("layer")).isEqualTo(layers.get(i).get("name"));
				assertThat(row.get("scale")).isEqualTo(layers.get(i).get("scale"));
				assertThat(row.get("spike_threshold")).isEqualTo(layers.get(i).get("spike", "spike_threshold"));
				Json report = layers.get(i).get("report", "weight");
				for (String figure : List.of("sqnr_db", "max_abs_error", "zeros", "saturated")) {
					assertThat(row.get(figure)).as(figure).isEqualTo(report.get(figure));
				}
			}
		}
		assertThat(names).containsExactly("conv1", "conv2", "linear", "conv1", "conv2", "linear");
	}

	@Test
	void theTableHasTheSameFieldsAsJson() throws IOException {
		byte[] network = example("tiny.nir");
		Reply reply = sweep("?bits=2,8", HDF5, CSV, network);
		assertThat(reply.contentType()).isEqualTo(CSV);
		assertThat(reply.header("Content-Disposition")).isEqualTo("attachment; filename=\"sweep.csv\"");
		assertThat(reply.header("Vary")).isEqualTo("Accept");
		List<String> lines = reply.text().lines().toList();
		assertThat(reply.text()).endsWith("\r\n");
		assertThat(lines.getFirst()).isEqualTo(String.join(",", COLUMNS));
		List<Json> rows = sweep("?bits=2,8", HDF5, Client.JSON, network).json().get("rows").elements();
		assertThat(lines).hasSize(1 + rows.size());
		for (int i = 0; i < rows.size(); i++) {
			Json row = rows.get(i);
			String[] fields = lines.get(1 + i).split(",", -1);
			for (int column = 0; column < fields.length; column++) {
				Json value = row.get(COLUMNS.get(column));
				String expected = value.isNull() ? "" : value.toString().replace("\"", "");
				if (column < 3) {
					assertThat(fields[column]).isEqualTo(expected);
				}
				else if (!expected.isEmpty()) {
					assertThat(Double.parseDouble(fields[column])).isEqualTo(Double.parseDouble(expected));
				}
			}
		}
	}

	@Test
	void namesAreQuotedInTheTable() {
		byte[] network = Containers.safetensors(Map.of("a,b.weight", Values.pattern(2, 3)));
		assertThat(sweep("?bits=8&scale_rules=joint&spike_threshold=1&min_v_mem=-1", Client.SAFETENSORS, CSV, network)
			.text()
			.lines()
			.toList()
			.get(1)).startsWith("\"a,b\",8,joint,");
	}

	@Test
	void widthsAndRulesAreReadStrictly() throws IOException {
		byte[] network = example("tiny.nir");
		assertProblem("?bits=3,4,3", 400, "duplicate-name", "query parameter bits contains \"3\", each one once");
		assertProblem("?bits=", 400, "wrong-type", "query parameter bits contains \"\", a number of bits");
		assertProblem("?bits=8,%204", 400, "wrong-type", "query parameter bits contains \" 4\"");
		assertProblem("?bits=8,25", 422, "bits-out-of-range", "bits is 25, expected 2 to 24");
		assertProblem("?bits=-8", 422, "bits-out-of-range", "bits is -8, expected 2 to 24");
		assertProblem("?scale_rules=joint,error", 400, "wrong-type", "contains \"error\", reference or joint");
		assertProblem("?weight_bits=8", 400, "unknown-member", "query parameter \"weight_bits\" is unknown here");
		assertProblem("?scale_rule=joint", 400, "unknown-member", "\"scale_rule\" is unknown here");
		assertProblem("?min_v_mem.conv9=-1", 400, "unknown-member", "conv9");
		Json problem = this.client.post("/sweep", HDF5, Client.NPZ, network).problem(406, "not-acceptable");
		assertThat(problem.get("detail").text()).contains("application/json", CSV);
	}

	private void assertProblem(String query, int status, String code, String detail) throws IOException {
		Json problem = this.client.post("/sweep" + query, HDF5, Client.JSON, example("tiny.nir")).problem(status, code);
		assertThat(problem.get("detail").text()).contains(detail);
	}

	@Test
	void theDefaultAnswerIsJson() throws IOException {
		assertThat(this.client.post("/sweep", HDF5, example("tiny.nir")).ok().json().get("rows").elements())
			.hasSize(36);
		assertThat(new String(
				this.client.post("/sweep", Client.SAFETENSORS, example("state-dict.safetensors")).ok().body(),
				StandardCharsets.UTF_8))
			.startsWith("{\"rows\":[{\"layer\":\"0\",\"bits\":2,");
	}

}
