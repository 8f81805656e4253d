package dev.discretizer.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

import dev.discretizer.codec.nir.NirReader;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Node;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.FloatTensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Whole networks, as users post them.
 */
@ServiceTest
class NetworkIT {

	/** Third-party data that is not part of the project. */
	private static final Path DATA = Path.of("..", "shared", "data");

	private static final String HDF5 = "application/vnd.hdfgroup.hdf5";

	/** Networks that a Speck cannot do. */
	private static final String REFUSED = "/networks/refused/";

	private static final String PATH = "/discretize/network";

	private static final List<String> AFTER_POOLING = List.of("3", "6", "10");

	private final Client client;

	NetworkIT(@LocalServerPort int port) {
		this.client = new Client(port);
	}

	private static byte[] example(String name) throws IOException {
		return resource("/examples/" + name);
	}

	private static byte[] fixture(String name) throws IOException {
		return inflated(resource("/nir/read/" + name + ".nir.gz"));
	}

	private static byte[] inflated(byte[] gzip) throws IOException {
		return new GZIPInputStream(new ByteArrayInputStream(gzip)).readAllBytes();
	}

	private static byte[] resource(String path) throws IOException {
		try (InputStream in = NetworkIT.class.getResourceAsStream(path)) {
			return Objects.requireNonNull(in, path).readAllBytes();
		}
	}

	private static byte[] data(String name) throws IOException {
		assumeThat(DATA).as("the networks beside the project are needed").isDirectory();
		return Files.readAllBytes(DATA.resolve(name));
	}

	private Reply json(String query, byte[] body) {
		return this.client.post(PATH + query, HDF5, Client.JSON, body);
	}

	@ParameterizedTest
	@ValueSource(strings = { "mnist", "scnn_mnist" })
	void realNetworksBecomeWhatSinabsMakesOfThem(String name) throws IOException {
		Json answer = json("?tensors=base64&device=speck2fmodule", data(name + ".nir")).ok().json();
		assertLayers(name, answer);
		assertThat(answer.toString()).doesNotContain("\"warning\"");
		assertThat(codes(answer)).contains("MIN_V_MEM_ASSUMED");
		assertThat(answer.get("fit", "fits").bool()).isTrue();
		List<Long> cores = answer.get("fit", "layers").elements().stream().map((l) -> l.get("core").integer()).toList();
		assertThat(cores).hasSize(5).doesNotHaveDuplicates();
	}

	@ParameterizedTest
	@ValueSource(strings = { "mnist", "scnn_mnist" })
	void stateDictsBecomeTheSame(String name) throws IOException {
		Map<String, Values> tensors = new LinkedHashMap<>(
				Containers.readSafetensors(data(name + ".safetensors")).tensors());
		if (name.equals("mnist")) {
			AFTER_POOLING.forEach((layer) -> tensors.put(layer + ".rescale", Values.vector(0.25)));
		}
		Reply reply = this.client.post(PATH + "?tensors=base64&spike_threshold=1&min_v_mem=-1", Client.SAFETENSORS,
				Client.JSON, Containers.safetensors(tensors));
		assertLayers(name, reply.ok().json());
	}

	private static void assertLayers(String name, Json answer) throws IOException {
		List<Json> expected = Json.parse(data(name + ".expected.json")).get("layers").elements();
		List<Json> layers = answer.get("layers").elements();
		assertThat(layers).hasSameSizeAs(expected);
		for (int i = 0; i < layers.size(); i++) {
			Json layer = layers.get(i);
			Json sinabs = expected.get(i);
			Values weight = Values.base64(layer.get("conv", "weight"));
			assertThat(layer.get("name").text()).isEqualTo(sinabs.get("node").text());
			assertThat(sha256(weight.bytes())).isEqualTo(sinabs.get("weight_int8_sha256").text());
			assertThat(layer.get("spike", "spike_threshold").integer())
				.isEqualTo(sinabs.get("spike_threshold").integer());
			assertThat(layer.get("spike", "min_v_mem").integer()).isEqualTo(sinabs.get("min_v_mem").integer());
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

	private static List<String> codes(Json answer) {
		return answer.get("findings").elements().stream().map((finding) -> finding.get("code").text()).toList();
	}

	@Test
	void theAnswerHasTheMembersOfTheContract() throws IOException {
		Json answer = json("", example("tiny.nir")).ok().json();
		assertThat(answer.members().keySet()).containsExactly("findings", "fit", "layers");
		assertThat(answer.get("fit").isNull()).isTrue();
		Json second = answer.get("layers").elements().get(1);
		assertThat(second.members().keySet()).containsExactly("name", "spike_name", "rescale", "sources",
				"destinations", "scale", "limited_by", "candidates", "findings", "report", "conv", "spike");
		assertThat(second.get("name").text()).isEqualTo("conv2");
		assertThat(second.get("spike_name").text()).isEqualTo("spike2");
		assertThat(second.get("rescale").binary32()).isEqualTo(0.25f);
		assertThat(second.get("conv", "weight", "shape")).hasToString("[4,4,3,3]");
		assertThat(second.get("spike").members().keySet()).contains("spike_threshold", "min_v_mem");
	}

	@Test
	void aGraphIsAnsweredByTheSameGraphWithIntegersUnlessSomethingElseIsAsked() throws IOException {
		byte[] sent = example("tiny.nir");
		Reply reply = this.client.post(PATH, HDF5, sent).ok();
		assertThat(reply.contentType()).isEqualTo(HDF5);
		Network before = NirReader.read(new ByteArrayInputStream(sent), sent.length, Allowance.UNLIMITED);
		Network after = NirReader.read(new ByteArrayInputStream(reply.body()), reply.body().length,
				Allowance.UNLIMITED);
		assertThat(after.nodes().keySet()).isEqualTo(before.nodes().keySet());
		assertThat(after.edges()).isEqualTo(before.edges());
		Json layers = json("", sent).ok().json().get("layers");
		for (Json layer : layers.elements()) {
			FloatTensor weight = weight(after, layer.get("name").text());
			assertThat(integers(weight.array())).isEqualTo(layer.get("conv", "weight", "data").toString());
			Node.IntegrateAndFire neurons = (Node.IntegrateAndFire) node(after, layer.get("spike_name").text());
			assertThat(neurons.threshold().max()).isEqualTo(layer.get("spike", "spike_threshold").binary32());
			assertThat(neurons.reset()).isNull();
		}
		assertThat(((Node.Pool2d) node(after, "pool1")).average()).isFalse();
		assertThat(this.client.post(PATH, "application/x-hdf5", sent).ok().body()).isEqualTo(reply.body());
	}

	private static Node node(Network network, String name) {
		return Objects.requireNonNull(network.nodes().get(name), name);
	}

	private static FloatTensor weight(Network network, String name) {
		return switch (node(network, name)) {
			case Node.Conv2d conv -> conv.weight();
			case Node.Linear linear -> linear.weight();
			default -> throw new AssertionError(name);
		};
	}

	private static String integers(float[] values) {
		List<String> texts = new ArrayList<>();
		for (float value : values) {
			texts.add(Integer.toString((int) value));
		}
		return "[" + String.join(",", texts) + "]";
	}

	@Test
	void safetensorsHoldTheIntegersAndTheRestAsMetadata() throws IOException {
		byte[] sent = example("tiny.nir");
		Containers.Safetensors answer = this.client.post(PATH, HDF5, Client.SAFETENSORS, sent).ok().safetensors();
		assertThat(answer.tensors()).containsOnlyKeys("conv1.weight", "conv1.bias", "spike1.spike_threshold",
				"spike1.min_v_mem", "conv2.weight", "conv2.bias", "spike2.spike_threshold", "spike2.min_v_mem",
				"linear.weight", "linear.bias", "spike3.spike_threshold", "spike3.min_v_mem");
		assertThat(Objects.requireNonNull(answer.tensors().get("conv1.weight")).dtype()).isEqualTo("int8");
		Json metadata = Json.parse(Objects.requireNonNull(answer.metadata().get("discretizer")).text());
		assertThat(metadata).isEqualTo(json("?tensors=none", sent).ok().json());
	}

	@Test
	void npzHoldsTheSameAsSafetensors() throws IOException {
		for (String name : List.of("tiny.nir", "state-dict.safetensors")) {
			String type = name.endsWith(".nir") ? HDF5 : Client.SAFETENSORS;
			byte[] sent = example(name);
			Map<String, Values> answer = new LinkedHashMap<>(this.client.post(PATH, type, Client.NPZ, sent).ok().npz());
			Containers.Safetensors same = this.client.post(PATH, type, Client.SAFETENSORS, sent).ok().safetensors();
			Values explanation = Objects.requireNonNull(answer.remove("discretizer"));
			assertThat(explanation.dtype()).isEqualTo("uint8");
			assertThat(answer).isEqualTo(same.tensors());
		}
	}

	@Test
	void minVMemIsGivenForAllOrForANode() throws IOException {
		byte[] sent = example("tiny.nir");
		Json answer = json("?min_v_mem=-2&min_v_mem.spike2=-4&min_v_mem.linear=-3", sent).ok().json();
		assertThat(codes(answer)).doesNotContain("MIN_V_MEM_ASSUMED");
		float[] given = { -2, -4, -3 };
		for (int i = 0; i < given.length; i++) {
			Json layer = answer.get("layers").elements().get(i);
			assertThat(layer.get("spike", "min_v_mem").integer())
				.isEqualTo((long) Math.rint(given[i] * layer.get("scale").binary32()));
		}
		Json minimum = json("?unset_min_v_mem=chip_minimum", sent).ok().json();
		assertThat(minimum.get("layers").elements())
			.allSatisfy((layer) -> assertThat(layer.get("spike", "min_v_mem").integer()).isEqualTo(-32768));
		assertThat(codes(minimum)).doesNotContain("MIN_V_MEM_ASSUMED");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			min_v_mem.nobody=-1          | 400 | unknown-member
			min_v_mem.conv1=a            | 400 | wrong-type
			min_v_mem.=-1                | 400 | unknown-member
			min_v_mem=2                  | 422 | threshold-impossible
			device=speck9                | 400 | wrong-type
			spike_threshold=1            | 400 | unknown-member
			rescale=0.5                  | 400 | unknown-member
			weight_bits=1                | 422 | bits-out-of-range
			unset_min_v_mem=never        | 400 | wrong-type
			shape=1                      | 400 | unknown-member
			""")
	void parametersThatMeanNothingAreRefused(String query, int status, String code) throws IOException {
		json("?" + query, example("tiny.nir")).problem(status, code);
	}

	/** Made by nir itself; each file is sound. */
	@TestFactory
	Stream<DynamicTest> everyNodeThatCannotBeIsNamedAtOnce() throws IOException {
		return new String(resource(REFUSED + "refused.tsv"), StandardCharsets.UTF_8).lines().map((line) -> {
			String[] cells = line.split("\t", -1);
			return DynamicTest.dynamicTest(cells[0] + ": " + cells[1], () -> {
				byte[] file = inflated(resource(REFUSED + cells[0] + ".nir.gz"));
				Json problem = json("", file).problem(422, "unsupported-network");
				assertThat(problem.get("errors").elements()).anySatisfy((error) -> {
					assertThat(error.get("pointer").text()).isEqualTo("/node/nodes/" + cells[1]);
					assertThat(error.get("detail").text()).contains("node " + cells[1] + ":", cells[2]);
				});
				assertThat(problem.get("detail").text()).contains("node " + cells[1] + ":");
			});
		});
	}

	private static byte[] branches(String name) throws IOException {
		return resource("/branches/golden/" + name + ".nir");
	}

	@Test
	void branchesAndMergesAreSaidByLayer() throws IOException {
		Json answer = json("?tensors=none&device=speck2e", branches("residual_same_pool")).ok().json();
		List<Json> layers = answer.get("layers").elements();
		assertThat(layers.stream().map((layer) -> layer.get("name").text())).containsExactly("c1", "c2", "c3", "f1");
		assertThat(layers.get(0).get("sources")).hasToString("[{\"layer\":null,\"pool\":[1,1],\"factor\":1.0}]");
		assertThat(layers.get(2).get("sources")).hasToString(
				"[{\"layer\":\"c1\",\"pool\":[2,2],\"factor\":0.25},{\"layer\":\"c2\",\"pool\":[1,1],\"factor\":1.0}]");
		assertThat(layers.get(0).get("destinations")).hasToString("[{\"layer\":\"c2\",\"output\":null,\"pool\":[2,2]},"
				+ "{\"layer\":\"c3\",\"output\":null,\"pool\":[2,2]}]");
		assertThat(layers.get(3).get("destinations"))
			.hasToString("[{\"layer\":null,\"output\":\"output\",\"pool\":[1,1]}]");
		assertThat(codes(answer)).contains("RESCALE_CONFLICT");
		assertThat(answer.get("fit", "fits").bool()).isTrue();
		Json given = json("?tensors=none&rescale.c3=0.25", branches("residual_same_pool")).ok().json();
		assertThat(codes(given)).doesNotContain("RESCALE_CONFLICT");
		assertThat(given.get("layers").elements().get(2).get("rescale")).hasToString("0.25");
	}

	@Test
	void rescaleThatRoundsToZeroIsRefusedUnlessOneIsGiven() throws IOException {
		Json problem = json("", branches("merge_avg8_avg16")).problem(422, "unsupported-network");
		assertThat(problem.get("errors").elements().getFirst().get("pointer").text()).isEqualTo("/node/nodes/c3");
		json("?rescale.c3=0.01", branches("merge_avg8_avg16")).ok();
		json("?rescale.gone=0.01", branches("merge_avg8_avg16")).problem(400, "unknown-member");
		json("?rescale.c3=x", branches("merge_avg8_avg16")).problem(400, "wrong-type");
		this.client.post(PATH + "?rescale.0=1", Client.SAFETENSORS, example("state-dict.safetensors"))
			.problem(400, "unknown-member");
	}

	@Test
	void nodesOfAGraphInAGraphAreNamedByBoth() throws IOException {
		byte[] nested = inflated(resource("/networks/nested.nir.gz"));
		Json answer = json("?tensors=none", nested).ok().json();
		assertThat(answer.get("layers").elements().stream().map((layer) -> layer.get("name").text()))
			.containsExactly("conv", "block.conv", "conv2");
		Json problem = json("?min_v_mem.block.if=2", nested).problem(422, "threshold-impossible");
		assertThat(problem.get("errors").elements().getFirst().get("pointer").text())
			.isEqualTo("/node/nodes/block/nodes/if/min_v_mem");
		byte[] integers = this.client.post(PATH, HDF5, nested).ok().body();
		assertThat(json("?tensors=none", integers).ok().json().get("layers").elements()).hasSize(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "network-0.2.0", "network-1.0.4", "network-1.0.5", "network-1.0.6", "network-1.0.7",
			"network-1.0.8" })
	void filesOfEveryVersionAreDiscretizedAlike(String name) throws IOException {
		Json answer = json("?tensors=none", fixture(name)).ok().json();
		assertThat(answer.get("layers").elements()).isNotEmpty();
	}

	@Test
	void whatDoesNotFitIsSaidByLayerAndLimit() throws IOException {
		Json fit = json("?device=speck2fmodule", example("tiny-unfit.nir")).ok().json().get("fit");
		assertThat(fit.get("fits").bool()).isFalse();
		Json violation = fit.get("violations").elements().getFirst();
		assertThat(violation.get("layer").text()).isEqualTo("conv1");
		assertThat(violation.get("limit").text()).isEqualTo("stride_height");
		assertThat(violation.get("found").integer()).isEqualTo(3);
		assertThat(violation.get("allowed")).hasToString("[1,2,4,8]");
	}

	@Test
	void aStateDictWithoutPoolingIsWarnedOf() throws IOException {
		Json answer = this.client
			.post(PATH, Client.SAFETENSORS, Client.JSON, example("state-dict-pooling-unknown.safetensors"))
			.ok()
			.json();
		assertThat(codes(answer)).containsExactly("INHIBITION_LOST", "POOLING_UNKNOWN");
		Reply same = this.client.post(PATH, Client.SAFETENSORS, example("state-dict.safetensors")).ok();
		assertThat(same.contentType()).isEqualTo(Client.SAFETENSORS);
		assertThat(same.header("Discretizer-Findings")).isEqualTo("INHIBITION_LOST;severity=info");
	}

	@Test
	void aStateDictHasNoGraphToAnswerWith() throws IOException {
		this.client.post(PATH, Client.SAFETENSORS, HDF5, example("state-dict.safetensors"))
			.problem(406, "not-acceptable");
	}

	@Test
	void otherBodiesAreRefused() {
		this.client.post(PATH, Client.JSON, "{}".getBytes(StandardCharsets.UTF_8))
			.problem(415, "unsupported-media-type");
		this.client.post(PATH, HDF5, new byte[0]).problem(400, "malformed");
	}

	/** Most bytes of a file are structure here, not weights. */
	@Test
	void changedFilesAreAnsweredOrRefused() throws IOException {
		byte[] file = example("tiny.nir");
		Random random = new Random(4);
		for (int i = 0; i < 300; i++) {
			byte[] changed = file.clone();
			for (int k = 0; k <= random.nextInt(3); k++) {
				changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
			}
			assertThat(this.client.post(PATH, HDF5, changed).status()).isIn(200, 400, 413, 422);
		}
		this.client.assertServes();
	}

	@Test
	void chipsAreListedWithTheirLimits() {
		List<Json> devices = this.client.send(this.client.request("/devices")).ok().json().get("devices").elements();
		assertThat(devices.stream().filter((d) -> d.get("supported").bool()).map((d) -> d.get("name").text()))
			.containsExactly("speck2e", "speck2edevkit", "speck2fmodule", "speck2fdevkit");
		assertThat(devices).hasSize(9);
		Json one = this.client.send(this.client.request("/devices/speck2fmodule")).ok().json();
		assertThat(devices).contains(one);
		assertThat(one.get("cores").elements()).hasSize(9);
		assertThat(one.get("cores").elements().get(5))
			.hasToString(Json.parse("{\"core\":5,\"kernel\":65536,\"neuron\":16384,\"bias\":1024}").toString());
		assertThat(one.get("limits", "strides")).hasToString("[1,2,4,8]");
	}

	@Test
	void anUnknownChipIsNotFound() {
		Json problem = this.client.send(this.client.request("/devices/speck9")).problem(404, "not-found");
		assertThat(problem.get("detail").text()).contains("speck9", "speck2fmodule");
		this.client.send(this.client.request("/devices").header("Accept", "text/html")).problem(406, "not-acceptable");
		this.client.send(this.client.request("/devices").DELETE()).problem(405, "method-not-allowed");
	}

}
