package dev.discretizer.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Trained networks become what sinabs makes of them, without a warning.
 */
@ServiceTest
class RealNetworksIT {

	/** Third-party data that is not part of the project. */
	private static final Path DATA = Path.of("..", "shared", "data");

	/**
	 * The layers of mnist after an average pool of 2 x 2, which sinabs makes a sum pool.
	 */
	private static final List<String> AFTER_POOLING = List.of("3", "6", "10");

	private final Client client;

	RealNetworksIT(@LocalServerPort int port) {
		this.client = new Client(port);
	}

	@ParameterizedTest
	@CsvSource({ "mnist, application/vnd.safetensors", "mnist, application/json", "mnist, application/x-npz",
			"scnn_mnist, application/vnd.safetensors", "scnn_mnist, application/json",
			"scnn_mnist, application/x-npz" })
	void layersAreThoseOfSinabs(String network, String type) throws IOException {
		assumeThat(DATA).as("the networks beside the project are needed").isDirectory();
		Json expected = Json.parse(Files.readAllBytes(DATA.resolve(network + ".expected.json")));
		Map<String, Values> tensors = Containers
			.readSafetensors(Files.readAllBytes(DATA.resolve(network + ".safetensors")))
			.tensors();
		assertThat(expected.get("layers").elements()).hasSize(5);
		for (Json layer : expected.get("layers").elements()) {
			String node = layer.get("node").text();
			boolean pooled = network.equals("mnist") && AFTER_POOLING.contains(node);
			assertLayer(layer, post(type, layer(tensors, node), pooled ? "0.25" : "1"));
		}
	}

	private static Map<String, Values> layer(Map<String, Values> tensors, String node) {
		Map<String, Values> layer = new LinkedHashMap<>();
		tensors.forEach((name, tensor) -> {
			if (name.startsWith(node + ".")) {
				layer.put(name.substring(node.length() + 1), tensor);
			}
		});
		assertThat(layer).containsKey("weight");
		return layer;
	}

	private Reply post(String type, Map<String, Values> layer, String rescale) {
		String path = "/discretize/conv-spike?spike_threshold=1&min_v_mem=-1&rescale=" + rescale;
		return switch (type) {
			case Client.NPZ -> this.client.post(path, type, Containers.npz(layer)).ok();
			case Client.SAFETENSORS -> this.client.post(path, type, Containers.safetensors(layer)).ok();
			default -> {
				List<String> members = new ArrayList<>();
				layer.forEach((name, tensor) -> members.add("\"%s\":%s".formatted(name, tensor.base64Json())));
				yield this.client.json(path + "&tensors=base64", "{\"conv\":{%s}}".formatted(String.join(",", members)))
					.ok();
			}
		};
	}

	private static void assertLayer(Json expected, Reply reply) {
		Values weight;
		long threshold;
		long minVMem;
		if (reply.contentType().equals(Client.JSON)) {
			weight = Values.base64(reply.json().get("conv", "weight"));
			threshold = reply.json().get("spike", "spike_threshold").integer();
			minVMem = reply.json().get("spike", "min_v_mem").integer();
			assertThat(reply.json().get("findings").toString()).doesNotContain("\"warning\"");
		}
		else {
			Map<String, Values> tensors = reply.contentType().equals(Client.NPZ) ? reply.npz()
					: reply.safetensors().tensors();
			weight = tensors.getOrDefault("weight", Values.vector());
			threshold = (long) tensors.getOrDefault("spike_threshold", Values.vector()).data()[0];
			minVMem = (long) tensors.getOrDefault("min_v_mem", Values.vector()).data()[0];
			assertThat(reply.header("Discretizer-Findings")).doesNotContain("warning");
		}
		assertThat(weight.dtype()).isEqualTo("int8");
		assertThat(sha256(weight.bytes())).isEqualTo(expected.get("weight_int8_sha256").text());
		assertThat(threshold).isEqualTo(expected.get("spike_threshold").integer());
		assertThat(minVMem).isEqualTo(expected.get("min_v_mem").integer());
	}

	static String sha256(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new AssertionError(ex);
		}
	}

}
