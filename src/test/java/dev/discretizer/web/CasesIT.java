package dev.discretizer.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.discretizer.codec.nir.NirWriter;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Node;
import dev.discretizer.graph.TestNetwork;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Files that people really send, each with the right answer: those beside the project,
 * and small ones of the same kinds. Features of HDF5 are among the fixtures of
 * NirReaderTests.
 */
@ServiceTest
class CasesIT {

	private static final Path CASES = Path.of("..", "shared", "cases");

	private static final String HDF5 = "application/vnd.hdfgroup.hdf5";

	private static final String NETWORK = "/discretize/network";

	private static final String LAYER = "/discretize/conv-spike";

	private final Client client;

	CasesIT(@LocalServerPort int port) {
		this.client = new Client(port);
	}

	@TestFactory
	Stream<DynamicTest> everyFileHasItsRightAnswer() throws IOException {
		if (!Files.isDirectory(CASES)) {
			return Stream.empty();
		}
		try (Stream<Path> files = Files.list(CASES)) {
			return files.filter((file) -> !file.endsWith("README.md"))
				.sorted()
				.toList()
				.stream()
				.map((file) -> DynamicTest.dynamicTest(file.getFileName().toString(),
						() -> check(file.getFileName().toString(), Files.readAllBytes(file))));
		}
	}

	private void check(String name, byte[] file) {
		switch (name) {
			case "pointer.lfs" -> looksLike(file, "Git LFS pointer", "git lfs pull");
			case "weights.pt.bin" -> looksLike(file, "PyTorch file", "safetensors.torch.save_file");
			case "fresh_iaf_layer.safetensors" -> assertThat(limitedBy(file)).isNotEqualTo("state");
			case "if_r_10000.nir" -> {
				assertRefused(file, "1/dt", "SpikingJelly", "export_to_nir(..., dt=1)", "r=ignore");
				assertThat(codes(network(HDF5, "?r=ignore", file))).contains("R_IGNORED=warning");
			}
			case "features_classifier.safetensors" -> {
				Json answer = network(Client.SAFETENSORS, "?rescale=1", file);
				assertThat(names(answer)).containsExactly("classifier.1", "features.0");
				assertThat(codes(answer)).contains("ORDER_UNKNOWN=warning");
			}
			case "output_shape_wrong.nir" -> assertRefused(file, "says it is given [11], [10] arrives");
			case "fixed_utf8_spacepad.nir", "hard_link_shared.nir", "fillvalue_chunked_unwritten.nir",
					"userblock_512.nir", "maxshape_none1_latest.nir" ->
				assertThat(names(network(HDF5, "", file))).isNotEmpty();
			default -> throw new AssertionError("no answer is known for " + name);
		}
	}

	private void looksLike(byte[] file, String... words) {
		for (String path : List.of("/scale", "/discretize/tensor", LAYER, NETWORK)) {
			assertThat(this.client.post(path, Client.SAFETENSORS, file).problem(400, "malformed").get("detail").text())
				.contains(words);
		}
	}

	private String limitedBy(byte[] file) {
		return this.client.post(LAYER, Client.SAFETENSORS, Client.JSON, file).ok().json().get("limited_by").text();
	}

	private void assertRefused(byte[] file, String... words) {
		Json problem = this.client.post(NETWORK, HDF5, Client.JSON, file).problem(422, "unsupported-network");
		assertThat(problem.get("detail").text()).contains(words);
	}

	private Json network(String contentType, String query, byte[] file) {
		return this.client.post(NETWORK + query, contentType, Client.JSON, file).ok().json();
	}

	private static List<String> names(Json answer) {
		return answer.get("layers").elements().stream().map((layer) -> layer.get("name").text()).toList();
	}

	/** Code and severity of each finding. */
	private static List<String> codes(Json answer) {
		return answer.get("findings")
			.elements()
			.stream()
			.map((finding) -> finding.get("code").text() + "=" + finding.get("severity").text())
			.toList();
	}

	/** With the r that SpikingJelly writes, and an Output of a shape. */
	private static byte[] nir(float r, Shape output) throws IOException {
		Node.IntegrateAndFire neurons = new Node.IntegrateAndFire(TestNetwork.vector(r), TestNetwork.vector(1), null);
		Network network = TestNetwork.from(1, 8, 8)
			.then("conv", TestNetwork.conv(2, 1, 3))
			.then("if", neurons)
			.then("out", new Node.Output(output))
			.asItIs();
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		NirWriter.encode(network, "{}").writeTo(out);
		return out.toByteArray();
	}

	@Test
	void otherResistanceIsRefusedOrIgnored() throws IOException {
		byte[] file = nir(10000, Shape.of(2, 6, 6));
		assertRefused(file, "node if: r is 10000.0, 1.0 is expected", "r=ignore");
		Json answer = network(HDF5, "?r=ignore&tensors=nested", file);
		assertThat(codes(answer)).contains("R_IGNORED=warning");
		Json one = network(HDF5, "?tensors=nested", nir(1, Shape.of(2, 6, 6)));
		assertThat(answer.get("layers")).isEqualTo(one.get("layers"));
		assertThat(codes(one)).doesNotContain("R_IGNORED=warning");
		this.client.post(NETWORK + "?r=1", HDF5, file).problem(400, "wrong-type");
	}

	/** The integers count with an r of 1, and are read again without further ado. */
	@Test
	void ignoredResistanceIsWrittenAsOne() throws IOException {
		byte[] integers = this.client.post(NETWORK + "?r=ignore", HDF5, nir(10000, Shape.of(2, 6, 6))).ok().body();
		network(HDF5, "", integers);
	}

	@Test
	void outputOfAnotherShapeIsRefused() throws IOException {
		assertRefused(nir(1, Shape.of(2, 5, 6)), "node out: says it is given [2, 5, 6]", "[2, 6, 6] arrives");
		assertRefused(nir(1, Shape.of(72)), "node out: says it is given [72]", "[2, 6, 6] arrives");
	}

	@Test
	void orderOfSeveralSequentialsIsUnknown() {
		Map<String, Values> tensors = new LinkedHashMap<>();
		tensors.put("classifier.1.weight", Values.pattern(3, 18));
		tensors.put("classifier.2.spike_threshold", Values.vector(1));
		tensors.put("features.0.weight", Values.pattern(2, 1, 3, 3));
		tensors.put("features.1.spike_threshold", Values.vector(1));
		Json answer = network(Client.SAFETENSORS, "?rescale=1", Containers.safetensors(tensors));
		assertThat(names(answer)).containsExactly("classifier.1", "features.0");
		assertThat(codes(answer)).contains("ORDER_UNKNOWN=warning");
		tensors.put("head.weight", tensors.remove("classifier.1.weight"));
		tensors.remove("classifier.2.spike_threshold");
		tensors.put("head.spike_threshold", Values.vector(1));
		assertThat(codes(network(Client.SAFETENSORS, "?rescale=1", Containers.safetensors(tensors))))
			.doesNotContain("ORDER_UNKNOWN=warning");
	}

	@Test
	void stateOfALayerThatHasNotRunIsAbsent() {
		Map<String, Values> tensors = new LinkedHashMap<>();
		tensors.put("weight", Values.pattern(1, 3));
		tensors.put("spike_threshold", Values.vector(1));
		tensors.put("min_v_mem", Values.vector(-1));
		tensors.put("v_mem", Values.pattern(0));
		assertThat(limitedBy(Containers.safetensors(tensors))).isEqualTo("weight");
		Json npz = this.client.post(LAYER, Client.NPZ, Client.JSON, Containers.npz(tensors)).ok().json();
		assertThat(npz.get("candidates", "state")).hasToString("null");
		Json json = this.client
			.json(LAYER, "{\"conv\":{\"weight\":[[1,0.5]]},\"spike\":{\"spike_threshold\":1,\"v_mem\":[]}}")
			.ok()
			.json();
		assertThat(json.get("candidates", "state")).hasToString("null");
	}

	/**
	 * Their first bytes are no UTF-8, or zero, which is found before anything is parsed.
	 */
	@Test
	void binaryFilesSentAsJsonAreNamed() throws IOException {
		Map<String, byte[]> files = Map.of("an npy file", Containers.npy(Values.vector(1, 2)), "an npz archive",
				Containers.npz(Map.of("weight", Values.vector(1))), "a safetensors file",
				Containers.safetensors(Map.of("weight", Values.vector(1))), "an HDF5 file", nir(1, Shape.of(2, 6, 6)),
				"packed with gzip", new byte[] { 0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 });
		files.forEach((name,
				file) -> assertThat(
						this.client.post("/scale", Client.JSON, file).problem(400, "malformed").get("detail").text())
					.contains("this looks like", name));
	}

	/** What Python's requests makes of True, and of a list. */
	@Test
	void queriesOfPythonAreExplained() {
		Json wrong = this.client.json("/discretize/tensor?to_int=False", "{\"tensor\":[1]}").problem(400, "wrong-type");
		assertThat(wrong.get("detail").text())
			.isEqualTo("query parameter to_int is \"False\", true or false, in small letters, is expected");
		Json problem = this.client
			.post("/discretize/tensor?dtype=int8&shape=2&shape=2", Client.RAW, new byte[] { 1, 2, 3, 4 })
			.problem(400, "duplicate-name");
		assertThat(problem.get("detail").text()).contains("shape is given twice", "as in shape=2,3");
	}

}
