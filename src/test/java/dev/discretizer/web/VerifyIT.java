package dev.discretizer.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Integers against the floats that they are of, in files of the service and of others.
 */
@ServiceTest
class VerifyIT {

	/** Third-party data that is not part of the project. */
	private static final Path DATA = Path.of("..", "shared", "data");

	private static final String HDF5 = "application/vnd.hdfgroup.hdf5";

	private static final String STATE_DICT = "state-dict.safetensors";

	private static final String INTEGERS = "state-dict-integers.safetensors";

	private final Client client;

	VerifyIT(@LocalServerPort int port) {
		this.client = new Client(port);
	}

	private static byte[] example(String name) throws IOException {
		try (InputStream in = VerifyIT.class.getResourceAsStream("/examples/" + name)) {
			return Objects.requireNonNull(in, name).readAllBytes();
		}
	}

	private Reply verify(String query, byte[] original, byte[] discretized) {
		Form form = new Form().file("original", "a", original).part("discretized", "b", null, discretized);
		return this.client.post("/verify" + query, form.contentType(), form.body());
	}

	private byte[] discretized(String query, String type, String accept, byte[] network) {
		return this.client.post("/discretize/network" + query, type, accept, network).ok().body();
	}

	private static void assertMatch(Json answer, String rule) {
		assertThat(answer.get("match").bool()).as(answer.toString()).isTrue();
		assertThat(answer.get("findings").elements()).isEmpty();
		assertThat(answer.get("layers").elements()).isNotEmpty().allSatisfy((layer) -> {
			assertThat(layer.get("match").bool()).isTrue();
			assertThat(layer.get("rule").text()).isEqualTo(rule);
			assertThat(layer.get("scale").binary32()).isBetween(layer.get("scale_range", "low").binary32(),
					layer.get("scale_range", "high").binary32());
			assertThat(layer.get("tensors").elements()).isNotEmpty().allSatisfy((tensor) -> {
				assertThat(tensor.get("mismatches").integer()).isZero();
				assertThat(tensor.get("first").elements()).isEmpty();
			});
		});
	}

	@Test
	void theAnswerHasTheMembersOfTheContract() throws IOException {
		Json answer = verify("", example(STATE_DICT), example(INTEGERS)).ok().json();
		assertMatch(answer, "reference");
		assertThat(answer.members().keySet()).containsExactly("match", "layers", "findings", "provenance");
		assertThat(answer.get("provenance").isNull()).isTrue();
		Json layer = answer.get("layers").elements().getFirst();
		assertThat(layer.members().keySet()).containsExactly("name", "match", "rule", "scale", "scale_range",
				"tensors");
		assertThat(layer.get("scale_range").members().keySet()).containsExactly("low", "high", "count");
		assertThat(layer.get("tensors").elements()).extracting((tensor) -> tensor.get("name").text())
			.containsExactly("weight", "bias", "spike_threshold", "min_v_mem");
		assertThat(layer.get("tensors").elements().getFirst().members().keySet()).containsExactly("name", "elements",
				"mismatches", "first");
	}

	@ParameterizedTest
	@CsvSource({ "tiny.nir, reference, ?weight_bits=8", "tiny.nir, joint, ?weight_bits=3&min_v_mem.conv1=-2",
			"state-dict.safetensors, reference, ?weight_bits=5&bias_bits=9",
			"state-dict.safetensors, joint, ?weight_bits=4" })
	void bothKindsOfFilesOfTheServiceVerify(String file, String rule, String query) throws IOException {
		byte[] original = example(file);
		String type = file.endsWith(".nir") ? HDF5 : Client.SAFETENSORS;
		String options = query + "&scale_rule=" + rule;
		assertMatch(verify(query, original, discretized(options, type, Client.SAFETENSORS, original)).ok().json(),
				rule);
		if (type.equals(HDF5)) {
			assertMatch(verify(query, original, discretized(options, type, HDF5, original)).ok().json(), rule);
		}
	}

	@ParameterizedTest
	@CsvSource({ "mnist, reference, 8", "scnn_mnist, reference, 8", "scnn_mnist, joint, 3" })
	void pretrainedNetworksVerify(String name, String rule, String bits) throws IOException {
		assumeThat(DATA).as("the networks beside the project are needed").isDirectory();
		byte[] graph = Files.readAllBytes(DATA.resolve(name + ".nir"));
		String query = "?weight_bits=" + bits;
		byte[] chip = discretized(query + "&scale_rule=" + rule, HDF5, HDF5, graph);
		byte[] integers = discretized(query + "&scale_rule=" + rule, HDF5, Client.SAFETENSORS, graph);
		assertMatch(verify(query, graph, chip).ok().json(), rule);
		assertMatch(verify(query, graph, integers).ok().json(), rule);
		byte[] floats = Files.readAllBytes(DATA.resolve(name + ".safetensors"));
		if (name.equals("scnn_mnist")) {
			assertMatch(verify(query + "&spike_threshold=1&min_v_mem=-1", floats, chip).ok().json(), rule);
			assertMatch(verify(query + "&spike_threshold=1&min_v_mem=-1", floats, integers).ok().json(), rule);
		}
	}

	/** Of any type, without metadata, with weights alone, and under sinabs' names. */
	@Test
	void filesOfOthersVerify() throws IOException {
		byte[] original = example(STATE_DICT);
		Map<String, Values> integers = Containers.readSafetensors(example(INTEGERS)).tensors();
		for (String type : List.of("int8", "int32", "int64", "float32", "float64")) {
			Map<String, Values> weights = new LinkedHashMap<>();
			Map<String, Values> all = new LinkedHashMap<>();
			Map<String, Values> renamed = new LinkedHashMap<>();
			integers.forEach((name, tensor) -> {
				Values other = name.contains("threshold") || name.contains("v_mem") ? tensor : tensor.as(type);
				all.put(name, other);
				if (name.endsWith(".weight") || name.endsWith(".bias")) {
					weights.put(name, other);
				}
				renamed.put("dynapcnn_layers.%s.%s".formatted(name.substring(0, 1),
						name.substring(2)
							.replace("weight", "conv.weight")
							.replace("bias", "conv.bias")
							.replace("spike_threshold", "conv.spike_threshold")
							.replace("min_v_mem", "conv.min_v_mem")),
						other);
			});
			assertMatch(verify("", original, Containers.safetensors(all)).ok().json(), "reference");
			assertMatch(verify("", original, Containers.safetensors(weights)).ok().json(), "reference");
			Json answer = verify("", original, Containers.safetensors(renamed)).ok().json();
			assertThat(answer.get("match").bool()).isTrue();
			assertThat(answer.get("findings").elements()).singleElement()
				.satisfies((finding) -> assertThat(finding.get("code").text()).isEqualTo("PAIRED_BY_ORDER"));
		}
	}

	@Test
	void aChangedIntegerIsNamed() throws IOException {
		byte[] original = example(STATE_DICT);
		Values right = Objects.requireNonNull(Containers.readSafetensors(example(INTEGERS)).tensors().get("0.weight"));
		Values floats = Objects.requireNonNull(Containers.readSafetensors(original).tensors().get("0.weight"));
		Json answer = verify("?provenance=true", original, example("state-dict-changed.safetensors")).ok().json();
		assertThat(answer.get("match").bool()).isFalse();
		assertThat(answer.get("provenance").isNull()).isTrue();
		Json layer = answer.get("layers").elements().getFirst();
		assertThat(layer.get("rule").text()).isEqualTo("unknown");
		assertThat(layer.get("scale_range").isNull()).isTrue();
		Json weight = layer.get("tensors").elements().getFirst();
		assertThat(weight.get("mismatches").integer()).isEqualTo(1);
		// [2, 1, 0, 1] of 4 x 2 x 3 x 3
		int index = 2 * 18 + 9 + 1;
		Json first = weight.get("first").elements().getFirst();
		assertThat(first.get("index").integer()).isEqualTo(index);
		assertThat(first.get("expected").binary64()).isEqualTo(right.data()[index]);
		assertThat(first.get("found").binary64()).isEqualTo(right.data()[index] + 1);
		assertThat(first.get("product").binary32())
			.isEqualTo((float) floats.data()[index] * layer.get("scale").binary32());
		assertThat(answer.get("findings").elements()).singleElement().satisfies((finding) -> {
			assertThat(finding.get("code").text()).isEqualTo("CONTRADICTION");
			assertThat(finding.get("message").text()).startsWith("layer 0: ");
		});
	}

	@Test
	void theProvenanceIsThatOfTheIntegers() throws IOException {
		for (String accept : List.of(HDF5, Client.SAFETENSORS)) {
			String query = "?weight_bits=3&provenance=true";
			byte[] graph = example("tiny.nir");
			Reply made = this.client.post("/discretize/network" + query + "&scale_rule=joint", HDF5, accept, graph)
				.ok();
			Reply verified = verify(query, graph, made.body()).ok();
			assertThat(verified.header("ETag")).isEqualTo(made.header("ETag")).isNotEmpty();
			assertThat(verified.json().get("provenance", "digest").text())
				.isEqualTo(made.header("ETag").replace("\"", ""));
			Form form = new Form().file("original", "a", graph).file("discretized", "b", made.body());
			assertThat(this.client
				.send(this.client.request("/verify" + query)
					.header("Content-Type", form.contentType())
					.header("If-None-Match", made.header("ETag"))
					.POST(BodyPublishers.ofByteArray(form.body())))
				.status()).isEqualTo(304);
		}
	}

	@Test
	void whatDoesNotFitIsRefused() throws IOException {
		byte[] original = example(STATE_DICT);
		byte[] graph = example("tiny.nir");
		assertThat(verify("", original, graph).problem(422, "shape-impossible").get("detail").text())
			.contains("has 3 layers", "2 are expected");
		Json problem = verify("", original,
				Containers.safetensors(Map.of("0.weight", Values.pattern(2, 3), "0.tau_mem", Values.vector(1))))
			.problem(422, "unsupported-network");
		assertThat(problem.get("detail").text()).startsWith("part discretized: ");
		assertThat(problem.get("errors").elements().getFirst().get("pointer").text()).startsWith("/discretized/0");
		assertThat(verify("?weight_bits=1", graph, graph).problem(422, "bits-out-of-range").get("detail").text())
			.contains("weight_bits is 1");
		verify("?scale_rule=joint", graph, graph).problem(400, "unknown-member");
		verify("?device=speck2e", graph, graph).problem(400, "unknown-member");
		assertThat(verify("", graph, new byte[100]).problem(400, "malformed")
			.get("errors")
			.elements()
			.getFirst()
			.get("pointer")
			.text()).startsWith("/discretized");
		Form one = new Form().file("original", "a", graph);
		assertThat(this.client.post("/verify", one.contentType(), one.body())
			.problem(400, "missing-member")
			.get("detail")
			.text()).contains("discretized");
		Form turned = new Form().file("discretized", "a", graph).file("original", "a", graph);
		this.client.post("/verify", turned.contentType(), turned.body()).problem(400, "missing-member");
	}

}
