package dev.discretizer.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Digests of what went in and came out, computed here a second time, and the conditional
 * requests that they allow. The client's side of it in Python is run by
 * {@code src/test/python/check_files.py}.
 */
@ServiceTest
class ProvenanceIT {

	private static final String HDF5 = "application/vnd.hdfgroup.hdf5";

	private static final String LAYER = "/discretize/conv-spike";

	private static final Map<String, Values> TENSORS = Map.of("weight", Values.pattern(4, 2, 3, 3), "bias",
			Values.vector(0.5, -0.25, 0, 1), "spike_threshold", Values.vector(1), "min_v_mem", Values.vector(-1));

	private final Client client;

	ProvenanceIT(@LocalServerPort int port) {
		this.client = new Client(port);
	}

	private static byte[] example(String name) throws IOException {
		try (InputStream in = ProvenanceIT.class.getResourceAsStream("/examples/" + name)) {
			return Objects.requireNonNull(in, name).readAllBytes();
		}
	}

	private static String sha256(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new AssertionError(ex);
		}
	}

	private static Map<String, String> hashes(Map<String, Values> tensors) {
		return tensors.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (tensor) -> sha256(tensor.getValue().bytes())));
	}

	private static Map<String, String> hashes(Json member) {
		return member.members()
			.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (hash) -> hash.getValue().text()));
	}

	/** The digest of tensors as DESIGN has it; sorts ASCII names. */
	private static String digest(Map<String, Values> tensors) {
		TreeSet<String> lines = new TreeSet<>();
		tensors.forEach((name,
				tensor) -> lines.add("%s %s %s %s\n".formatted(name, tensor.dtype(),
						Arrays.stream(tensor.shape()).mapToObj(Integer::toString).collect(Collectors.joining("x")),
						sha256(tensor.bytes()))));
		return sha256(String.join("", lines).getBytes(StandardCharsets.UTF_8));
	}

	private static Json provenance(Containers.Safetensors answer) {
		return Json.parse(Objects.requireNonNull(answer.metadata().get("discretizer")).text()).get("provenance");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/discretize/conv", "/discretize/spike", LAYER })
	void layersTellTheirDigests(String path) {
		Reply reply = this.client.post(path + "?provenance=true", Client.SAFETENSORS, Containers.safetensors(TENSORS))
			.ok();
		Containers.Safetensors answer = reply.safetensors();
		Json provenance = provenance(answer);
		assertThat(provenance.members().keySet()).containsExactly("service", "version", "commit", "reference",
				"arithmetic", "inputs", "outputs", "digest");
		assertThat(provenance.get("service").text()).isEqualTo("discretizer");
		assertThat(provenance.get("reference").text()).isEqualTo("sinabs 3.1.3");
		assertThat(provenance.get("arithmetic").text()).isEqualTo("binary32, half to even");
		assertThat(hashes(provenance.get("inputs"))).isEqualTo(hashes(TENSORS));
		assertThat(hashes(provenance.get("outputs"))).isEqualTo(hashes(answer.tensors())).containsKey("scale");
		assertThat(provenance.get("digest").text()).isEqualTo(digest(answer.tensors()));
		assertThat(reply.header("ETag")).isEqualTo("\"%s\"".formatted(digest(answer.tensors())));
	}

	@ParameterizedTest
	@CsvSource({ "tiny.nir, " + HDF5, "state-dict.safetensors, " + Client.SAFETENSORS })
	void networksTellTheirDigests(String file, String type) throws IOException {
		Reply reply = this.client.post("/discretize/network?provenance=true", type, Client.SAFETENSORS, example(file))
			.ok();
		Containers.Safetensors answer = reply.safetensors();
		Json provenance = provenance(answer);
		assertThat(hashes(provenance.get("outputs"))).isEqualTo(hashes(answer.tensors()));
		assertThat(provenance.get("digest").text()).isEqualTo(digest(answer.tensors()));
		if (type.equals(Client.SAFETENSORS)) {
			Map<String, String> sent = hashes(Containers.readSafetensors(example(file)).tensors());
			sent.keySet().removeIf((name) -> name.endsWith(".rescale"));
			assertThat(hashes(provenance.get("inputs"))).isEqualTo(sent);
		}
		else {
			assertThat(provenance.get("inputs").members()).containsOnlyKeys("conv1.weight", "conv1.bias",
					"spike1.spike_threshold", "conv2.weight", "conv2.bias", "spike2.spike_threshold", "linear.weight",
					"linear.bias", "spike3.spike_threshold");
		}
	}

	@Test
	void everyFormatAndFormTellsTheSame() throws IOException {
		byte[] body = Containers.safetensors(TENSORS);
		String tag = this.client.post(LAYER + "?provenance=true", Client.SAFETENSORS, body).ok().header("ETag");
		Json json = this.client
			.post(LAYER + "?provenance=true&tensors=none&report=none", Client.SAFETENSORS, Client.JSON, body)
			.ok()
			.json();
		assertThat(tag).isEqualTo("\"" + json.get("provenance", "digest").text() + "\"");
		Reply npz = this.client.post(LAYER + "?provenance=true", Client.SAFETENSORS, Client.NPZ, body).ok();
		assertThat(npz.header("ETag")).isEqualTo(tag);
		Reply own = this.client
			.json(LAYER,
					"{\"conv\":{\"weight\":%s,\"bias\":[0.5,-0.25,0,1]},\"spike\":"
						.formatted(Values.pattern(4, 2, 3, 3).nestedJson())
							+ "{\"spike_threshold\":1,\"min_v_mem\":-1}," + "\"provenance\":true}")
			.ok();
		assertThat(own.header("ETag")).isEqualTo(tag);
		Reply nir = this.client.post("/discretize/network?provenance=true", HDF5, example("tiny.nir")).ok();
		assertThat(nir.header("ETag"))
			.isEqualTo(this.client.post("/discretize/network?provenance=true", HDF5, Client.JSON, example("tiny.nir"))
				.ok()
				.header("ETag"));
	}

	private Reply conditional(String query, String ifNoneMatch) {
		return this.client.send(this.client.request(LAYER + query)
			.header("Content-Type", Client.SAFETENSORS)
			.header("If-None-Match", ifNoneMatch)
			.POST(BodyPublishers.ofByteArray(Containers.safetensors(TENSORS))));
	}

	@Test
	void aKnownResultIsNotSentAgain() {
		String tag = conditional("?provenance=true", "\"other\"").ok().header("ETag");
		for (String known : new String[] { tag, "W/" + tag, "\"a, b\", " + tag, "*" }) {
			Reply reply = conditional("?provenance=true", known);
			assertThat(reply.status()).as(known).isEqualTo(304);
			assertThat(reply.body()).isEmpty();
			assertThat(reply.header("ETag")).isEqualTo(tag);
			assertThat(reply.header("Vary")).isEqualTo("Accept");
			assertThat(reply.hasHeader("Content-Type")).isFalse();
			assertThat(reply.header("X-Request-Id")).isNotEmpty();
		}
		conditional("?provenance=true&weight_bits=7", tag).ok();
		conditional("?provenance=true", tag.replace("\"", "")).ok();
		conditional("?provenance=true", "\"" + tag.substring(2)).ok();
	}

	@Test
	void nothingIsConditionalUnlessAskedFor() {
		String tag = conditional("?provenance=true", "\"\"").ok().header("ETag");
		for (String query : new String[] { "", "?provenance=false" }) {
			Reply reply = conditional(query, tag).ok();
			assertThat(reply.hasHeader("ETag")).isFalse();
			assertThat(Objects.requireNonNull(reply.safetensors().metadata().get("discretizer")).text())
				.doesNotContain("provenance");
			conditional(query, "*").ok();
		}
		this.client.post("/discretize/tensor?provenance=true", Client.NPY, Containers.npy(Values.vector(1)))
			.problem(400, "unknown-member");
	}

}
