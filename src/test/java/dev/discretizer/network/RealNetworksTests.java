package dev.discretizer.network;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

import dev.discretizer.codec.safetensors.SafetensorsReader;
import dev.discretizer.device.Devices;
import dev.discretizer.device.Fit;
import dev.discretizer.device.LayerFit;
import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.Finding.Code;
import dev.discretizer.discretize.Finding.Severity;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Node;
import dev.discretizer.graph.StateDictOptions;
import dev.discretizer.graph.TestNetwork;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static dev.discretizer.graph.TestNetwork.average;
import static dev.discretizer.graph.TestNetwork.size;
import static dev.discretizer.graph.TestNetwork.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The two pretrained networks that sinabs publishes, against what sinabs makes of them:
 * as graphs, wired as their NIR files are, and as state dicts. They lie beside the
 * project, not in it, and the tests are skipped where they do not.
 */
class RealNetworksTests {

	private static final Path DATA = Path.of(System.getProperty("user.dir"), "..", "shared", "data");

	private static final NetworkOptions ON_SPECK = GivenOptions.on(Devices.named("speck2e"));

	@Test
	void mnistIsWhatSinabsMakesOfIt() throws IOException {
		DiscretizedNetwork result = NetworkDiscretization.discretize(mnist(), ON_SPECK);
		check("mnist", result, true);
		assertThat(result.layers()).extracting(NetworkLayer::spikeName).containsExactly("1", "4", "7", "11", "13");
		assertThat(result.layers()).extracting(NetworkLayer::rescale).containsExactly(1f, 0.25f, 0.25f, 0.25f, 1f);
		assertThat(result.findings()).extracting(Finding::code)
			.containsExactly(Code.MIN_V_MEM_ASSUMED, Code.RESET_MODE_ASSUMED);
	}

	/**
	 * Its 500 times 128 kernel entries and so on take the cores that have them.
	 */
	@Test
	void mnistFitsOnASpeck() throws IOException {
		Fit fit = Objects.requireNonNull(NetworkDiscretization.discretize(mnist(), ON_SPECK).fit());
		assertThat(fit.fits()).isTrue();
		assertThat(fit.layers()).extracting((layer) -> layer.kernel().needs())
			.containsExactly(1024L, 20480L, 65536L, 65536L, 8000L);
		assertThat(fit.layers()).extracting((layer) -> layer.neuron().needs())
			.containsExactly(20480L, 2048L, 512L, 500L, 10L);
		assertThat(fit.layers()).extracting(LayerFit::core).doesNotContainNull().doesNotHaveDuplicates();
	}

	@Test
	void scnnMnistIsWhatSinabsMakesOfIt() throws IOException {
		DiscretizedNetwork result = NetworkDiscretization.discretize(scnnMnist(), ON_SPECK);
		check("scnn_mnist", result, true);
		assertThat(result.layers()).extracting(NetworkLayer::spikeName).containsExactly("1", "3", "6", "10", "12");
		assertThat(result.findings()).extracting(Finding::code)
			.containsExactly(Code.INHIBITION_LOST, Code.MIN_V_MEM_ASSUMED);
		assertThat(result.findings()).allMatch((finding) -> finding.severity() == Severity.INFO);
		assertThat(result.findings().get(0).message())
			.startsWith("the most negative weight of layer 0, -1.789286, is 0.8946")
			.contains("5 of 5 layers");
		assertThat(Objects.requireNonNull(result.fit()).fits()).isTrue();
	}

	@Test
	void stateDictsComeToTheSameNumbers() throws IOException {
		StateDictOptions one = new StateDictOptions(1f, null, Map.of());
		NetworkOptions minusOne = GivenOptions.minVMem(-1);
		Map<String, FloatTensor> pooled = new HashMap<>(tensors("mnist"));
		List.of("3", "6", "10").forEach((name) -> pooled.put(name + ".rescale", FloatTensor.scalar(0.25f)));
		DiscretizedNetwork mnist = NetworkDiscretization.discretize(pooled, one, minusOne);
		check("mnist", mnist, false);
		assertThat(mnist.findings()).isEmpty();
		DiscretizedNetwork scnn = NetworkDiscretization.discretize(tensors("scnn_mnist"), one, minusOne);
		check("scnn_mnist", scnn, false);
		assertThat(scnn.findings()).extracting(Finding::code)
			.containsExactly(Code.INHIBITION_LOST, Code.POOLING_UNKNOWN);
	}

	@Test
	void graphOfIntegersHoldsTheSameNumbers() throws IOException {
		for (Network network : List.of(mnist(), scnnMnist())) {
			DiscretizedNetwork result = NetworkDiscretization.discretize(network, NetworkOptions.DEFAULTS);
			Network integers = result.applyTo(network);
			assertThat(integers.edges()).isEqualTo(network.edges());
			assertThat(integers.nodes().keySet()).containsExactlyElementsOf(network.nodes().keySet());
			for (NetworkLayer layer : result.layers()) {
				Node node = Objects.requireNonNull(integers.nodes().get(layer.name()));
				FloatTensor weight = (node instanceof Node.Conv2d conv) ? conv.weight() : ((Node.Linear) node).weight();
				assertThat(IntStream.range(0, weight.elements()).map((i) -> (int) weight.array()[i]).toArray())
					.isEqualTo(ints(layer.layer().weight()));
			}
		}
	}

	private static void check(String network, DiscretizedNetwork result, boolean chipForm) throws IOException {
		List<JsonNode> expected = JsonMapper.builder()
			.build()
			.readTree(Files.readString(file(network + ".expected.json")))
			.get("layers")
			.valueStream()
			.toList();
		assertThat(result.layers()).hasSize(expected.size());
		for (int i = 0; i < expected.size(); i++) {
			check(result.layers().get(i), expected.get(i), chipForm);
		}
	}

	private static void check(NetworkLayer found, JsonNode expected, boolean chipForm) {
		DiscretizedLayer layer = found.layer();
		assertThat(found.name()).isEqualTo(expected.get("node").asString());
		int[] q = ints(layer.weight());
		byte[] bytes = new byte[q.length];
		layer.weight().bytes(0, bytes, 0, q.length);
		assertThat(sha256(bytes)).isEqualTo(expected.get("weight_int8_sha256").asString());
		assertThat(IntStream.of(q).min()).hasValue(expected.get("weight_min").asInt());
		assertThat(IntStream.of(q).max()).hasValue(expected.get("weight_max").asInt());
		assertThat(IntStream.of(q).filter((value) -> value == 0).count())
			.isEqualTo(expected.get("weight_zeros").asLong());
		assertThat(IntStream.of(q).map(Math::abs).asLongStream().sum())
			.isEqualTo(expected.get("weight_abs_sum").asLong());
		assertThat(ints(layer.spikeThreshold())).containsExactly(expected.get("spike_threshold").asInt());
		assertThat(ints(layer.minVMem())).containsExactly(expected.get("min_v_mem").asInt());
		assertThat(layer.findings()).noneMatch((finding) -> finding.severity() == Severity.WARNING);
		if (chipForm) {
			assertThat(layer.weight().shape().toArray())
				.containsExactly(expected.get("weight_shape").valueStream().mapToInt(JsonNode::asInt).toArray());
		}
	}

	private static int[] ints(DiscreteTensor tensor) {
		int[] values = new int[tensor.shape().elements()];
		tensor.ints(0, values, 0, values.length);
		return values;
	}

	private static Network mnist() throws IOException {
		Map<String, FloatTensor> tensors = tensors("mnist");
		return TestNetwork.from(1, 28, 28)
			.then("0", conv(tensors, "0", 1, 0, 28))
			.then("1", neurons(20, 24))
			.then("2", average(2))
			.then("3", conv(tensors, "3", 1, 0, 12))
			.then("4", neurons(32, 8))
			.then("5", average(2))
			.then("6", conv(tensors, "6", 1, 0, 4))
			.then("7", neurons(128, 2))
			.then("8", average(2))
			.then("9", new Node.Flatten(0, -1, Shape.of(128, 1, 1)))
			.then("10", linear(tensors, "10"))
			.then("11", neurons(500, 1))
			.then("12", linear(tensors, "12"))
			.then("13", neurons(10, 1))
			.network();
	}

	private static Network scnnMnist() throws IOException {
		Map<String, FloatTensor> tensors = tensors("scnn_mnist");
		return TestNetwork.from(2, 34, 34)
			.then("0", conv(tensors, "0", 2, 1, 34))
			.then("1", TestNetwork.neurons(1))
			.then("2", conv(tensors, "2", 1, 1, 16))
			.then("3", TestNetwork.neurons(1, 1))
			.then("4", sum(2))
			.then("5", conv(tensors, "5", 1, 1, 8))
			.then("6", TestNetwork.neurons(1))
			.then("7", sum(2))
			.then("8", new Node.Flatten(0, -1, Shape.of(8, 4, 4)))
			.then("9", linear(tensors, "9"))
			.then("10", TestNetwork.neurons(1))
			.then("11", linear(tensors, "11"))
			.then("12", TestNetwork.neurons(1))
			.network();
	}

	private static Node.Conv2d conv(Map<String, FloatTensor> tensors, String name, int stride, int padding, int in) {
		FloatTensor weight = tensor(tensors, name + ".weight");
		return new Node.Conv2d(weight, bias(tensors, name, weight), size(stride), size(padding), size(1), 1, size(in));
	}

	private static Node.Linear linear(Map<String, FloatTensor> tensors, String name) {
		FloatTensor weight = tensor(tensors, name + ".weight");
		return new Node.Linear(weight, bias(tensors, name, weight));
	}

	/** NIR always has one. */
	private static FloatTensor bias(Map<String, FloatTensor> tensors, String name, FloatTensor weight) {
		@Nullable FloatTensor bias = tensors.get(name + ".bias");
		int outputs = weight.shape().dim(0);
		return (bias != null) ? bias : FloatTensor.of(Shape.of(outputs), new float[outputs]);
	}

	private static Node.IntegrateAndFire neurons(int channels, int size) {
		Shape shape = Shape.of(channels, size, size);
		float[] ones = new float[shape.elements()];
		Arrays.fill(ones, 1);
		return new Node.IntegrateAndFire(FloatTensor.of(shape, ones), FloatTensor.of(shape, ones),
				FloatTensor.of(shape, new float[shape.elements()]));
	}

	private static FloatTensor tensor(Map<String, FloatTensor> tensors, String name) {
		return Objects.requireNonNull(tensors.get(name), name);
	}

	private static Map<String, FloatTensor> tensors(String network) throws IOException {
		Path file = file(network + ".safetensors");
		try (InputStream in = Files.newInputStream(file)) {
			return SafetensorsReader.read(in, Files.size(file), Allowance.UNLIMITED);
		}
	}

	private static Path file(String name) {
		Path file = DATA.resolve(name);
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

}
