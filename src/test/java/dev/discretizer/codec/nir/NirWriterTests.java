package dev.discretizer.codec.nir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.discretizer.codec.CountingAllowance;
import dev.discretizer.codec.Encoded;
import dev.discretizer.graph.Edge;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Node;
import dev.discretizer.graph.Size2d;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.atIndex;

/**
 * What is written is read back as it was, by our reader and by jHDF. The files stay in
 * {@code target/nir}, where {@code .ci/nir-check.sh} has the real nir read them.
 */
class NirWriterTests {

	private static final Path WRITTEN = Path.of("target", "nir");

	private static final String TEXT = "{\"findings\":[\"é\"]}";

	@BeforeAll
	static void silenceJhdf() {
		((Logger) LoggerFactory.getLogger("io.jhdf")).setLevel(Level.WARN);
	}

	static Stream<String> writable() throws IOException {
		return NirFiles.readable()
			.stream()
			.filter((name) -> !List.of("others", "many", "many-latest", "no-edges").contains(name));
	}

	@ParameterizedTest
	@MethodSource("writable")
	void readsBackWhatItWrites(String name) throws IOException {
		Network network = NirFiles.read(NirFiles.bytes("read/" + name), CountingAllowance.defaults());
		Encoded encoded = NirWriter.encode(network, TEXT);
		byte[] file = NirFiles.bytes(encoded);
		assertThat(encoded.length()).isEqualTo(file.length);
		Files.createDirectories(WRITTEN);
		Files.write(WRITTEN.resolve(name + ".nir"), file);
		Network back = NirFiles.read(file, CountingAllowance.defaults());
		assertThat(back.edges()).isEqualTo(network.edges());
		assertThat(back.nodes().keySet()).containsExactlyInAnyOrderElementsOf(network.nodes().keySet());
		back.nodes()
			.forEach((node, found) -> assertThat(describe(found)).as(node)
				.isEqualTo(describe(NirFiles.node(network, node, Node.class))));
	}

	/** Everything but the types the elements once had, and what is left out. */
	private static List<Object> describe(Node node) {
		return switch (node) {
			case Node.Conv2d conv ->
				Arrays.asList(elements(conv.weight()), elements(Objects.requireNonNull(conv.bias())), conv.stride(),
						conv.padding(), conv.dilation(), conv.groups(), conv.inputSize());
			case Node.Linear linear ->
				Arrays.asList(elements(linear.weight()), (linear.bias() != null) ? elements(linear.bias()) : null);
			case Node.IntegrateAndFire neurons -> List.of(elements(neurons.r()), elements(neurons.threshold()));
			default -> List.of(node);
		};
	}

	private static List<Object> elements(FloatTensor tensor) {
		return List.of(tensor.shape(), Arrays.toString(Arrays.copyOf(tensor.array(), tensor.elements())));
	}

	@Test
	void writesAGraphInAGraph() throws IOException {
		byte[] packed = Objects.requireNonNull(NirWriterTests.class.getResourceAsStream("/networks/nested.nir.gz"))
			.readAllBytes();
		byte[] file = new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();
		Network network = NirFiles.read(file, CountingAllowance.defaults());
		byte[] written = NirFiles.bytes(NirWriter.encode(network, TEXT));
		Files.createDirectories(WRITTEN);
		Files.write(WRITTEN.resolve("nested.nir"), written);
		Network back = NirFiles.read(written, CountingAllowance.defaults());
		assertThat(back.edges()).isEqualTo(network.edges());
		Network block = NirFiles.node(back, "block", Node.Graph.class).network();
		Network expected = NirFiles.node(network, "block", Node.Graph.class).network();
		assertThat(block.edges()).isEqualTo(expected.edges()).hasSize(3);
		assertThat(block.nodes().keySet()).containsExactly("conv", "if", "input", "output");
		block.nodes()
			.forEach((node, found) -> assertThat(describe(found)).as(node)
				.isEqualTo(describe(NirFiles.node(expected, node, Node.class))));
	}

	@Test
	void writesWhatJhdfReads() throws IOException {
		Network network = NirFiles.read(NirFiles.bytes("read/names"), CountingAllowance.defaults());
		try (HdfFile file = HdfFile.fromBytes(NirFiles.bytes(NirWriter.encode(network, TEXT)))) {
			assertThat(file.getDatasetByPath("version").getData()).isEqualTo("1.0.4");
			assertThat(file.getDatasetByPath("node/type").getData()).isEqualTo("NIRGraph");
			assertThat(file.getDatasetByPath("node/metadata/discretizer").getData()).isEqualTo(TEXT);
			assertThat((String[][]) file.getDatasetByPath("node/edges").getData()).hasDimensions(6, 2)
				.contains(new String[] { "слой.0", "層 1" }, atIndex(0));
			Dataset weight = file.getDatasetByPath("node/nodes/層 1/weight");
			assertThat(weight.getDimensions()).containsExactly(2, 1, 3, 3);
			float[] expected = NirFiles.node(network, "層 1", Node.Conv2d.class).weight().array();
			assertThat((float[]) weight.getDataFlat()).isEqualTo(expected);
			assertThat(file.getDatasetByPath("node/nodes/層 1/groups").getData()).isEqualTo(1L);
		}
	}

	@Test
	void leavesOutWhatTheChipDoesNotHave() throws IOException {
		Network network = NirFiles.read(NirFiles.bytes("read/network-1.0.8"), CountingAllowance.defaults());
		assertThat(NirFiles.node(network, "1", Node.IntegrateAndFire.class).reset()).isNotNull();
		Network back = NirFiles.read(NirFiles.bytes(NirWriter.encode(network, TEXT)), CountingAllowance.defaults());
		assertThat(NirFiles.node(back, "1", Node.IntegrateAndFire.class).reset()).isNull();
	}

	@Test
	void givesAConvolutionWithoutBiasOneOfZeros() throws IOException {
		Node.Conv2d back = NirFiles.node(roundTrip(conv(5)), "conv", Node.Conv2d.class);
		assertThat(back.bias()).isNotNull().satisfies((bias) -> {
			assertThat(bias.shape()).isEqualTo(Shape.of(5));
			assertThat(bias.max()).isZero();
		});
	}

	/** Five weights are 20 bytes: what follows them is aligned to 24. */
	@ParameterizedTest
	@ValueSource(ints = { 1, 5, 16384, 16385, 40001 })
	void writesTensorsOfAnyNumberOfElements(int elements) throws IOException {
		Node.Conv2d back = NirFiles.node(roundTrip(conv(elements)), "conv", Node.Conv2d.class);
		assertThat(back.weight().max()).isEqualTo(elements);
		assertThat(back.weight().array()).isEqualTo(conv(elements).weight().array());
	}

	private static Node.Conv2d conv(int channels) {
		float[] weights = new float[channels];
		for (int i = 0; i < channels; i++) {
			weights[i] = i + 1;
		}
		Size2d one = new Size2d(1, 1);
		return new Node.Conv2d(FloatTensor.of(Shape.of(channels, 1, 1, 1), weights), null, one, one, one, 1, null);
	}

	private static Network roundTrip(Node.Conv2d conv) throws IOException {
		Network network = new Network(Map.of("conv", conv), List.of(new Edge("a", "conv")));
		return NirFiles.read(NirFiles.bytes(NirWriter.encode(network, TEXT)), CountingAllowance.defaults());
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 8, 9, 256, 257, 1024 })
	void writesAnyNumberOfNodesAndEdges(int count) throws IOException {
		Map<String, Node> nodes = new LinkedHashMap<>();
		List<Edge> edges = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			nodes.put("n" + i, new Node.Input(Shape.of(i + 1)));
			edges.add(new Edge("n" + i, "n" + (i + 1)));
		}
		byte[] file = NirFiles.bytes(NirWriter.encode(new Network(nodes, edges), "x".repeat(100_000)));
		Network back = NirFiles.read(file, CountingAllowance.defaults());
		assertThat(back.nodes()).isEqualTo(nodes);
		assertThat(back.edges()).isEqualTo(edges);
		try (HdfFile jhdf = HdfFile.fromBytes(file)) {
			assertThat(((Group) jhdf.getByPath("node/nodes")).getChildren()).hasSize(count);
			assertThat((String) jhdf.getDatasetByPath("node/metadata/discretizer").getData()).hasSize(100_000);
		}
		Files.createDirectories(WRITTEN);
		Files.write(WRITTEN.resolve("inputs-" + count + ".nir"), file);
	}

	@Test
	void writesTheSameBytesWhateverTheOrderOfNodes() throws IOException {
		Network network = NirFiles.read(NirFiles.bytes("read/network-1.0.8"), CountingAllowance.defaults());
		byte[] file = NirFiles.bytes(NirWriter.encode(network, TEXT));
		Map<String, Node> shuffled = new HashMap<>(network.nodes());
		Encoded again = NirWriter.encode(new Network(shuffled, network.edges()), TEXT);
		assertThat(NirFiles.bytes(again)).isEqualTo(file).isEqualTo(NirFiles.bytes(again));
	}

	@Test
	void refusesWhatCannotBeWritten() {
		Node input = new Node.Input(Shape.of(1));
		assertThatIllegalArgumentException().isThrownBy(() -> encode("a", new Node.Other("LIF")))
			.withMessageContaining("LIF");
		assertThatIllegalArgumentException().isThrownBy(() -> encode("a", new Node.Output(null)))
			.withMessageContaining("no shape");
		for (String name : List.of("", ".", "a/b", "a\0b")) {
			assertThatIllegalArgumentException().isThrownBy(() -> encode(name, input)).withMessageContaining("named");
		}
	}

	private static Encoded encode(String name, Node node) {
		return NirWriter.encode(new Network(Map.of(name, node), List.of()), TEXT);
	}

}
