package dev.discretizer.codec.nir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import dev.discretizer.codec.CountingAllowance;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.SlowStream;
import dev.discretizer.codec.safetensors.SafetensorsReader;
import dev.discretizer.graph.Edge;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Node;
import dev.discretizer.graph.Size2d;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What is read is what h5py finds in files of the real nir. */
class NirReaderTests {

	private static final JsonMapper JSON = new JsonMapper();

	static List<String> readable() throws IOException {
		return NirFiles.readable();
	}

	static Stream<String> refusals() {
		return NirFiles.text("refused.tsv").lines();
	}

	@ParameterizedTest
	@MethodSource("readable")
	void readsWhatH5pyFinds(String name) throws IOException {
		Network network = NirFiles.read(NirFiles.bytes("read/" + name), CountingAllowance.defaults());
		JsonNode expected = JSON.readTree(NirFiles.text("read/" + name + ".json"));
		check(network, expected);
	}

	private static void check(Network network, JsonNode expected) {
		JsonNode nodes = expected.get("nodes");
		assertThat(network.nodes().keySet()).containsExactlyInAnyOrderElementsOf(nodes.propertyNames());
		network.nodes().forEach((node, found) -> check(found, nodes.get(node)));
		assertThat(network.edges()).map((edge) -> List.of(edge.source(), edge.target()))
			.isEqualTo(expected.get("edges")
				.valueStream()
				.map((edge) -> List.of(edge.get(0).asString(), edge.get(1).asString()))
				.toList());
	}

	private static void check(Node found, JsonNode expected) {
		String type = expected.get("type").get("text").asString();
		switch (found) {
			case Node.Input input -> {
				assertThat(type).isEqualTo("Input");
				check(input.shape(), expected.get("shape"));
			}
			case Node.Output output -> {
				assertThat(type).isEqualTo("Output");
				check(output.shape(), expected.get("shape"));
			}
			case Node.Conv2d conv -> {
				assertThat(type).isEqualTo("Conv2d");
				check(conv, expected);
			}
			case Node.Linear linear -> {
				assertThat(type).isEqualTo((linear.bias() != null) ? "Affine" : "Linear");
				check(linear.weight(), expected.get("weight"));
				check(linear.bias(), expected.get("bias"));
			}
			case Node.IntegrateAndFire neurons -> {
				assertThat(type).isEqualTo("IF");
				check(neurons.r(), expected.get("r"));
				check(neurons.threshold(), expected.get("v_threshold"));
				check(neurons.reset(), expected.get("v_reset"));
			}
			case Node.Pool2d pool -> {
				assertThat(type).isEqualTo(pool.average() ? "AvgPool2d" : "SumPool2d");
				check(pool.kernel(), expected.get("kernel_size"));
				check(pool.stride(), expected.get("stride"));
				check(pool.padding(), expected.get("padding"));
			}
			case Node.Flatten flatten -> {
				assertThat(type).isEqualTo("Flatten");
				assertThat((float) flatten.startDim()).isEqualTo(floats(expected.get("start_dim"))[0]);
				assertThat((float) flatten.endDim()).isEqualTo(floats(expected.get("end_dim"))[0]);
				check(flatten.inputShape(), expected.get("input_type"));
			}
			case Node.Graph graph -> {
				assertThat(type).isEqualTo("NIRGraph");
				check(graph.network(), expected);
			}
			case Node.Other other -> assertThat(other.type()).isEqualTo(type).isIn("LIF", "Hologram", "X", "Y");
		}
	}

	private static void check(Node.Conv2d conv, JsonNode expected) {
		check(conv.weight(), expected.get("weight"));
		check(conv.bias(), expected.get("bias"));
		check(conv.stride(), expected.get("stride"));
		check(conv.dilation(), expected.get("dilation"));
		check(conv.inputSize(), expected.get("input_shape"));
		assertThat((float) conv.groups()).isEqualTo(floats(expected.get("groups"))[0]);
		JsonNode word = expected.get("padding").get("text");
		if (word == null) {
			check(conv.padding(), expected.get("padding"));
		}
		else {
			assertThat(conv.padding()).isEqualTo(word.asString().equals("valid") ? new Size2d(0, 0) : null);
		}
	}

	private static void check(@Nullable FloatTensor found, @Nullable JsonNode expected) {
		if (found == null || expected == null) {
			assertThat(found).isNull();
			assertThat(expected).isNull();
			return;
		}
		assertThat(found.source().label()).isEqualTo(expected.get("dtype").asString());
		assertThat(found.shape().toArray())
			.isEqualTo(expected.get("shape").valueStream().mapToInt(JsonNode::asInt).toArray());
		assertThat(found.narrowed()).isEqualTo(expected.get("narrowed").asInt());
		assertThat(Arrays.copyOf(found.array(), found.elements())).isEqualTo(floats(expected));
	}

	private static void check(@Nullable Shape found, @Nullable JsonNode expected) {
		if (expected == null || floats(expected).length == 0) {
			assertThat(found).isNull();
			return;
		}
		assertThat(found).isNotNull().extracting(Shape::toArray).isEqualTo(ints(expected));
	}

	private static void check(@Nullable Size2d found, @Nullable JsonNode expected) {
		if (expected == null) {
			assertThat(found).isNull();
			return;
		}
		int[] sizes = ints(expected);
		assertThat(found).isEqualTo(new Size2d(sizes[0], sizes[sizes.length - 1]));
	}

	private static int[] ints(JsonNode expected) {
		float[] floats = floats(expected);
		int[] ints = new int[floats.length];
		for (int i = 0; i < ints.length; i++) {
			ints[i] = (int) floats[i];
		}
		return ints;
	}

	private static float[] floats(JsonNode expected) {
		if (expected.has("usual")) {
			float[] floats = new float[expected.get("shape").get(0).asInt()];
			Arrays.fill(floats, expected.get("usual").floatValue());
			expected.get("others")
				.properties()
				.forEach((other) -> floats[Integer.parseInt(other.getKey())] = other.getValue().floatValue());
			return floats;
		}
		byte[] bytes = Base64.getDecoder().decode(expected.get("float32").asString());
		float[] floats = new float[bytes.length / Float.BYTES];
		ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
		return floats;
	}

	@ParameterizedTest
	@MethodSource("refusals")
	void refusesInWordsThatNameWhatIsWrong(String row) {
		String[] columns = row.split("\t");
		CountingAllowance allowance = CountingAllowance.defaults();
		byte[] file = NirFiles.bytes("refused/" + columns[0]);
		Throwable refusal = catchThrowable(() -> NirFiles.read(file, allowance));
		if (columns[1].equals("LIMIT")) {
			assertThat(refusal).isInstanceOf(LimitExceededException.class);
		}
		else {
			assertThat(refusal).isInstanceOfSatisfying(MalformedInputException.class,
					(malformed) -> assertThat(malformed.cause().name()).as(malformed.getMessage())
						.isEqualTo(columns[1]));
		}
		for (String word : List.of(columns).subList(2, columns.length)) {
			assertThat(refusal).hasMessageMatching("(?s).*(" + word.replace("[", "\\[").replace("^", "\\^") + ").*");
		}
		assertThat(allowance.reserved()).isLessThan(2L * file.length + 1_000_000);
	}

	@Test
	void pointsToTheDatasetAtFault() {
		assertThatThrownBy(() -> NirFiles.read(NirFiles.bytes("refused/length-of-bias"), Allowance.UNLIMITED))
			.isInstanceOfSatisfying(MalformedInputException.class,
					(malformed) -> assertThat(malformed.pointer()).isEqualTo("/node/nodes/conv/bias"));
	}

	@Test
	void readsAStreamOfUnknownLengthByteByByte() throws IOException {
		byte[] file = NirFiles.bytes("read/gzip");
		assertThat(NirReader.read(new SlowStream(file), -1, Allowance.UNLIMITED).nodes())
			.containsOnlyKeys(NirFiles.read(file, Allowance.UNLIMITED).nodes().keySet());
	}

	@Test
	void holdsNodesAndEdgesToTheLimitOfTensors() {
		byte[] many = NirFiles.bytes("read/many");
		assertThatThrownBy(() -> NirFiles.read(many, new CountingAllowance().with(RequestLimit.TENSORS, 329)))
			.isInstanceOf(LimitExceededException.class)
			.hasMessageContaining("nodes of the network")
			.hasMessageContaining("330");
		assertThatThrownBy(() -> NirFiles.read(many, new CountingAllowance().with(RequestLimit.TENSORS, 499)))
			.isInstanceOf(LimitExceededException.class)
			.hasMessageContaining("edges of the network");
	}

	@Test
	void countsElementsOverAllTensors() {
		assertThatThrownBy(() -> NirFiles.read(NirFiles.bytes("read/gzip"),
				new CountingAllowance().with(RequestLimit.ELEMENTS, 50)))
			.isInstanceOf(LimitExceededException.class)
			.hasMessageContaining("if/");
	}

	/**
	 * Small files of all the ways to store a dataset that were found, and the nodes they
	 * have by h5py.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "fillvalue_chunked_unwritten", "fixed_utf8_spacepad", "hard_link_shared",
			"maxshape_none1_latest", "userblock_512" })
	void readsWhatPeopleSend(String name) throws IOException {
		Path file = NirFiles.REAL.resolveSibling("cases").resolve(name + ".nir");
		assumeTrue(Files.exists(file), () -> file + " is not there");
		Network network = NirFiles.read(Files.readAllBytes(file), CountingAllowance.defaults());
		assertThat(network.nodes()).containsOnlyKeys("0", "1", "2", "3", "4", "5", "input", "output");
		assertThat(network.edges()).hasSize(7).contains(new Edge("input", "0"), new Edge("5", "output"));
		assertThat(NirFiles.node(network, "0", Node.Conv2d.class).weight().shape()).isEqualTo(Shape.of(4, 2, 3, 3));
		FloatTensor threshold = NirFiles.node(network, "5", Node.IntegrateAndFire.class).threshold();
		assertThat(Arrays.copyOf(threshold.array(), 10)).containsOnly(1);
	}

	/** The weights of the networks of sinabs, by their state dicts. */
	@ParameterizedTest
	@ValueSource(strings = { "mnist", "scnn_mnist" })
	void readsRealNetworks(String name) throws IOException {
		Path file = NirFiles.REAL.resolve(name + ".nir");
		assumeTrue(Files.exists(file), () -> file + " is not there");
		Network network = NirFiles.read(Files.readAllBytes(file), CountingAllowance.defaults());
		byte[] dict = Files.readAllBytes(NirFiles.REAL.resolve(name + ".safetensors"));
		Map<String, FloatTensor> tensors = SafetensorsReader.read(new ByteArrayInputStream(dict), dict.length,
				Allowance.UNLIMITED);
		int layers = 0;
		for (Map.Entry<String, Node> node : network.nodes().entrySet()) {
			FloatTensor weight = switch (node.getValue()) {
				case Node.Conv2d conv -> conv.weight();
				case Node.Linear linear -> linear.weight();
				default -> null;
			};
			if (weight != null) {
				FloatTensor expected = Objects.requireNonNull(tensors.get(node.getKey() + ".weight"), node.getKey());
				assertThat(weight.shape()).isEqualTo(expected.shape());
				assertThat(Arrays.copyOf(weight.array(), weight.elements()))
					.isEqualTo(Arrays.copyOf(expected.array(), expected.elements()));
				layers++;
			}
		}
		assertThat(layers).isEqualTo(5);
		assertThat(network.edges()).hasSize(network.nodes().size() - 1).contains(new Edge("input", "0"));
	}

}
