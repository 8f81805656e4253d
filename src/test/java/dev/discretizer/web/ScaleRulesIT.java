package dev.discretizer.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * {@code scale_rule} and {@code histogram} over HTTP: integers against NumPy
 * (src/test/python/make_joint_fixtures.py) and against those of a pretrained network,
 * which lies beside the project.
 */
@ServiceTest
class ScaleRulesIT {

	/** Third-party data that is not part of the project. */
	private static final Path SHARED = Path.of("..", "shared");

	private static final String HDF5 = "application/vnd.hdfgroup.hdf5";

	private static final String JOINT = "scale_rule=joint&weight_bits=%s&bias_bits=%s&state_bits=%s&rescale=%s"
			+ "&unset_min_v_mem=%s&to_int=%s&spike_threshold=%s%s";

	private final Client client;

	ScaleRulesIT(@LocalServerPort int port) {
		this.client = new Client(port);
	}

	private static List<Json> layers() throws IOException {
		try (InputStream in = new GZIPInputStream(
				Objects.requireNonNull(ScaleRulesIT.class.getResourceAsStream("/layers/joint.jsonl.gz")))) {
			String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
			return text.lines().limit(40).map(Json::parse).toList();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { Client.SAFETENSORS, Client.NPZ })
	void layersAreThoseOfNumpy(String type) throws IOException {
		for (Json layer : layers()) {
			Json input = layer.get("input");
			Json expected = layer.get("expect");
			Map<String, Values> tensors = new LinkedHashMap<>();
			for (String name : List.of("weight", "bias", "v_mem")) {
				if (!input.get(name).isNull()) {
					tensors.put(name, tensor(input.get(name)));
				}
			}
			boolean npz = type.equals(Client.NPZ);
			Reply reply = this.client
				.post("/discretize/conv-spike?" + query(input), type,
						npz ? Containers.npz(tensors) : Containers.safetensors(tensors))
				.ok();
			Map<String, Values> answer = npz ? reply.npz() : reply.safetensors().tensors();
			assertThat(reply.header("Discretizer-Limited-By")).isEqualTo("error");
			assertThat(Float.floatToRawIntBits((float) single(answer, "scale")))
				.isEqualTo(expected.get("scale_bits").integer());
			assertThat(single(answer, "spike_threshold")).isEqualTo(expected.get("spike_threshold").binary64());
			assertThat(single(answer, "min_v_mem")).isEqualTo(expected.get("min_v_mem").binary64());
			tensors.keySet()
				.forEach((name) -> assertThat(plain(Objects.requireNonNull(answer.get(name)).data()))
					.containsExactly(plain(tensor(expected.get(name)).data())));
		}
	}

	/** The elements, without negative zeros. */
	private static double[] plain(double[] elements) {
		return Arrays.stream(elements).map((element) -> element + 0.0).toArray();
	}

	private static Values tensor(Json tensor) {
		return Values.float32(Values.ints(tensor.get("shape")),
				tensor.get("data").elements().stream().mapToDouble(Json::binary64).toArray());
	}

	private static double single(Map<String, Values> answer, String name) {
		return Objects.requireNonNull(answer.get(name)).data()[0];
	}

	private static String query(Json input) {
		Json minVMem = input.get("min_v_mem");
		return JOINT.formatted(input.get("weight_bits").number(), input.get("bias_bits").number(),
				input.get("state_bits").number(), input.get("rescale").number(), input.get("unset_min_v_mem").text(),
				input.get("to_int").bool(), input.get("spike_threshold").number(),
				minVMem.isNull() ? "" : "&min_v_mem=" + minVMem.number());
	}

	/** All widths of all layers, by both rules, from both kinds of file. */
	@ParameterizedTest
	@CsvSource({ "nir, " + HDF5, "safetensors, " + Client.SAFETENSORS })
	void networksAreThoseOfTheGoldenCases(String ending, String type) throws IOException {
		assumeThat(SHARED).as("the networks beside the project are needed").isDirectory();
		byte[] network = Files.readAllBytes(SHARED.resolve("data/scnn_mnist." + ending));
		List<Json> rows = Json.parse(Files.readAllBytes(SHARED.resolve("golden/joint_scale.json"))).elements();
		assertThat(rows).hasSize(60);
		Map<String, Json> answers = new LinkedHashMap<>();
		for (Json row : rows) {
			String query = "tensors=base64&min_v_mem=-1&weight_bits=%s&scale_rule=%s%s".formatted(
					row.get("bits").number(), row.get("rule").text().replace("sinabs", "reference"),
					ending.equals("nir") ? "" : "&spike_threshold=1");
			Json answer = answers.computeIfAbsent(query,
					(asked) -> this.client.post("/discretize/network?" + asked, type, Client.JSON, network)
						.ok()
						.json());
			assertLayer(row,
					answer.get("layers")
						.elements()
						.stream()
						.filter((layer) -> layer.get("name").text().equals(row.get("node").text()))
						.findFirst()
						.orElseThrow());
		}
	}

	private static void assertLayer(Json row, Json layer) throws IOException {
		assertThat(layer.get("scale").binary32()).isEqualTo(row.get("scale").binary32());
		assertThat(layer.get("spike", "spike_threshold").integer()).isEqualTo(row.get("threshold").integer());
		assertThat(layer.get("spike", "min_v_mem").integer()).isEqualTo(row.get("min_v_mem").integer());
		assertThat(RealNetworksIT.sha256(Values.base64(layer.get("conv", "weight")).bytes()))
			.isEqualTo(row.get("weight_sha256").text());
		assertThat(layer.get("report", "weight", "saturated").integer()).isEqualTo(row.get("saturated").integer());
		assertThat(layer.get("limited_by").text().equals("error")).isEqualTo(row.get("rule").text().equals("joint"));
	}

	@Test
	void theRuleIsAlsoAMemberOfTheBodyAndMustBeKnown() {
		String body = "{\"conv\":{\"weight\":[1.0,-0.4]},\"spike_threshold\":1.0,\"weight_bits\":3,\"scale_rule\":\"%s\"}";
		Json joint = this.client.json("/discretize/conv", body.formatted("joint")).ok().json();
		assertThat(joint.get("limited_by").text()).isEqualTo("error");
		assertThat(joint.get("candidates").members()).containsOnlyKeys("weight", "bias", "threshold", "state");
		Json reference = this.client.json("/discretize/conv", body.formatted("reference")).ok().json();
		assertThat(reference.get("limited_by").text()).isEqualTo("threshold");
		assertThat(this.client.json("/discretize/conv", body.formatted("smallest"))
			.problem(400, "wrong-type")
			.get("detail")
			.text()).isEqualTo("scale_rule is \"smallest\", one of reference, joint is expected");
	}

	private static void assertCounts(Json report, Json tensor, long low) {
		Json histogram = report.get("histogram");
		assertThat(histogram.get("low").integer()).isEqualTo(low);
		long[] expected = new long[(int) (-2 * low)];
		for (double integer : Values.flat(tensor).data()) {
			expected[(int) (integer - low)]++;
		}
		assertThat(histogram.get("counts").elements().stream().mapToLong(Json::integer).toArray())
			.containsExactly(expected);
	}

	@Test
	void histogramsCountTheIntegersOfEveryEndpoint() throws IOException {
		String weight = Values.pattern(4, 2, 3, 3).nestedJson();
		Json layer = this.client
			.json("/discretize/conv-spike?histogram=true&bias_bits=10",
					"""
							{"conv":{"weight":%s,"bias":[1,0.5,0,-1]},"spike":{"spike_threshold":1.0,"min_v_mem":-1,"v_mem":[1]}}
							"""
						.formatted(weight))
			.ok()
			.json();
		assertCounts(layer.get("report", "weight"), layer.get("conv", "weight"), -128);
		assertCounts(layer.get("report", "bias"), layer.get("conv", "bias"), -512);
		assertThat(layer.get("report", "v_mem").has("histogram")).isFalse();
		Json tensor = this.client
			.json("/discretize/tensor", "{\"tensor\":%s,\"bits\":5,\"histogram\":true}".formatted(weight))
			.ok()
			.json();
		assertCounts(tensor.get("report"), tensor.get("tensor"), -16);
		Json network = network("histogram=true");
		network.get("layers")
			.elements()
			.forEach((one) -> assertCounts(one.get("report", "weight"), one.get("conv", "weight"), -128));
		assertThat(network("").toString()).doesNotContain("\"histogram\"");
		assertThat(network("histogram=true&report=none").toString()).doesNotContain("\"histogram\"");
	}

	private Json network(String query) throws IOException {
		try (InputStream in = Objects.requireNonNull(ScaleRulesIT.class.getResourceAsStream("/examples/tiny.nir"))) {
			return this.client.post("/discretize/network?" + query, HDF5, Client.JSON, in.readAllBytes()).ok().json();
		}
	}

	@Test
	void histogramsStandInTheMetadataOfFiles() {
		Reply reply = this.client
			.post("/discretize/tensor?histogram=true", Client.SAFETENSORS,
					Containers.safetensors(Map.of("tensor", Values.vector(1, -0.5, 0))))
			.ok();
		Json metadata = Json.parse(Objects.requireNonNull(reply.safetensors().metadata().get("discretizer")).text());
		List<Json> counts = metadata.get("report", "histogram", "counts").elements();
		assertThat(counts).hasSize(256);
		List<Integer> hit = new ArrayList<>();
		for (int i = 0; i < counts.size(); i++) {
			if (counts.get(i).integer() > 0) {
				hit.add(i - 128);
			}
		}
		assertThat(hit).containsExactly(-64, 0, 127);
	}

}
