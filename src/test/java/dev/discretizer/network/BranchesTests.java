package dev.discretizer.network;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.discretizer.codec.CountingAllowance;
import dev.discretizer.codec.nir.NirReader;
import dev.discretizer.device.ChipLimit;
import dev.discretizer.device.Devices;
import dev.discretizer.device.Fit;
import dev.discretizer.device.LayerFit;
import dev.discretizer.device.Violation;
import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.Finding.Code;
import dev.discretizer.graph.Connections;
import dev.discretizer.graph.Destination;
import dev.discretizer.graph.Geometry;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.PlannedLayer;
import dev.discretizer.graph.Source;
import dev.discretizer.graph.UnsupportedNetworkException;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Networks with branches and merges, against sinabs' own DynapcnnNetwork and, where
 * sinabs cannot build them, against a planner in numpy.
 */
class BranchesTests {

	private static final NetworkOptions ON_SPECK = GivenOptions.on(Devices.named("speck2e"));

	private static final JsonNode GOLDEN = golden();

	private static JsonNode golden() {
		return BranchFixtures.JSON.readTree(BranchFixtures.open("golden/expected.json"));
	}

	static Stream<String> goldenNames() {
		return GOLDEN.propertyNames().stream().filter((name) -> GOLDEN.get(name).has("answer"));
	}

	@ParameterizedTest
	@MethodSource("goldenNames")
	void networkIsWhatSinabsMakesOfIt(String name) throws IOException {
		JsonNode expected = GOLDEN.get(name);
		Network network = read("golden/" + name + ".nir");
		if (expected.get("answer").asInt() == 422) {
			assertThatExceptionOfType(UnsupportedNetworkException.class)
				.isThrownBy(() -> NetworkDiscretization.discretize(network, ON_SPECK));
			return;
		}
		DiscretizedNetwork result = NetworkDiscretization.discretize(network, ON_SPECK);
		assertThat(result.layers()).hasSize(expected.get("layers").size());
		for (NetworkLayer layer : result.layers()) {
			check(layer, expected.get("layers").get(layer.name()));
		}
		checkFit(result, expected.get("layers"));
		assertThat(Objects.requireNonNull(result.plan().input())).isEqualTo(shape(expected, "input_shape"));
	}

	private static Network read(String resource) throws IOException {
		try (InputStream in = BranchFixtures.open(resource)) {
			return NirReader.read(in, -1, CountingAllowance.defaults());
		}
	}

	private static void check(NetworkLayer layer, JsonNode expected) {
		DiscretizedLayer result = layer.layer();
		assertThat(BranchFixtures.sha256(result.weight())).isEqualTo(expected.get("weight_int8_sha256").asString());
		assertThat(result.weight().shape()).isEqualTo(shape(expected, "shape"));
		// NIR's Conv2d always has a bias, sinabs has none where it was none in torch.
		if (result.bias() != null) {
			assertThat(IntStream.of(BranchFixtures.ints(result.bias())).boxed().toList())
				.isEqualTo(expected.get("bias").isNull() ? zeros(result.bias().shape().elements())
						: expected.get("bias").valueStream().map(JsonNode::asInt).toList());
		}
		assertThat(BranchFixtures.ints(result.spikeThreshold())[0]).isEqualTo(expected.get("spike_threshold").asInt());
		assertThat(BranchFixtures.ints(result.minVMem())[0]).isEqualTo(expected.get("min_v_mem").asInt());
		assertThat(layer.rescale()).isEqualTo(expected.get("rescale").floatValue());
		Connections connections = Objects.requireNonNull(layer.connections());
		if (expected.has("sources")) {
			assertThat(connections.sources()).extracting(BranchesTests::text)
				.containsExactlyElementsOf(expected.get("sources")
					.valueStream()
					.map((source) -> source.get(0).asString() + " " + source.get(1) + " " + source.get(2).asDouble())
					.toList());
		}
		else {
			assertThat(connections.destinations()).extracting(BranchesTests::text)
				.containsExactlyElementsOf(expected.get("destinations")
					.valueStream()
					.map((destination) -> destination.get(0).asString() + " " + destination.get(1).get(0))
					.toList());
		}
	}

	private static List<Integer> zeros(int count) {
		return IntStream.generate(() -> 0).limit(count).boxed().toList();
	}

	private static String text(Source source) {
		assertThat(source.pool().height()).isEqualTo(source.pool().width());
		return ((source.layer() != null) ? source.layer() : "input") + " " + source.pool().height() + " "
				+ source.factor();
	}

	private static String text(Destination destination) {
		assertThat(destination.pool().height()).isEqualTo(destination.pool().width());
		assertThat(destination.layer() == null).isNotEqualTo(destination.output() == null);
		// sinabs does not name outputs.
		return ((destination.layer() != null) ? destination.layer() : "output") + " " + destination.pool().height();
	}

	private static void checkFit(DiscretizedNetwork result, JsonNode expected) {
		for (LayerFit layer : Objects.requireNonNull(result.fit()).layers()) {
			JsonNode memory = expected.get(layer.name()).get("memory");
			if (memory != null) {
				assertThat(layer.kernel().needs()).isEqualTo(memory.get("kernel").asLong());
				assertThat(layer.neuron().needs()).isEqualTo(memory.get("neuron").asLong());
			}
		}
		for (PlannedLayer layer : result.plan().layers()) {
			if (expected.get(layer.name()).has("in_shape")) {
				assertThat(geometry(layer).input()).isEqualTo(shape(expected.get(layer.name()), "in_shape"));
			}
		}
	}

	private static Geometry geometry(PlannedLayer layer) {
		return Objects.requireNonNull(layer.geometry());
	}

	private static Shape shape(JsonNode parent, String name) {
		return BranchFixtures.shape(parent.get(name));
	}

	@Test
	void moreThanTwoDestinationsDoNotFit() throws IOException {
		DiscretizedNetwork result = NetworkDiscretization.discretize(read("golden/three_destinations.nir"), ON_SPECK);
		Fit fit = Objects.requireNonNull(result.fit());
		assertThat(fit.fits()).isFalse();
		assertThat(fit.violations()).singleElement().satisfies((violation) -> {
			assertThat(violation.limit()).isEqualTo(ChipLimit.DESTINATIONS);
			assertThat(violation.layer()).isEqualTo("c1");
			assertThat(violation.found()).isEqualTo(3);
			assertThat(violation.allowed()).containsExactly(2);
			assertThat(violation.message()).isEqualTo("layer c1: it has 3 destinations, speck2e allows at most 2");
		});
	}

	// Random networks

	/**
	 * The planner's order, sources, destinations, rescale, shapes, integers, memory and
	 * cores.
	 */
	@Test
	void randomNetworksAreWhatTheWitnessMakesOfThem() {
		int planned = 0;
		int merged = 0;
		int conflicts = 0;
		int refused = 0;
		for (JsonNode line : BranchFixtures.random()) {
			Network network = BranchFixtures.network(line);
			if (line.has("refused")) {
				assertThatExceptionOfType(UnsupportedNetworkException.class)
					.isThrownBy(() -> NetworkDiscretization.discretize(network, ON_SPECK))
					.withMessageContaining(line.get("refused").asString());
				refused++;
				continue;
			}
			DiscretizedNetwork result = NetworkDiscretization.discretize(network, ON_SPECK);
			checkRandom(result, line);
			planned++;
			merged += result.layers().stream().anyMatch((layer) -> connections(layer).sources().size() > 1) ? 1 : 0;
			conflicts += result.findings().stream().map(Finding::code).anyMatch(Code.RESCALE_CONFLICT::equals) ? 1 : 0;
		}
		assertThat(planned + refused).isEqualTo(400);
		assertThat(refused).isBetween(20, 100);
		assertThat(merged).isGreaterThan(120);
		assertThat(conflicts).isGreaterThan(20);
	}

	private static Connections connections(NetworkLayer layer) {
		return Objects.requireNonNull(layer.connections());
	}

	private static void checkRandom(DiscretizedNetwork result, JsonNode line) {
		JsonNode layers = line.get("layers");
		assertThat(result.layers()).extracting(NetworkLayer::name).containsExactlyElementsOf(layers.propertyNames());
		Fit fit = Objects.requireNonNull(result.fit());
		for (int i = 0; i < result.layers().size(); i++) {
			NetworkLayer layer = result.layers().get(i);
			JsonNode expected = layers.get(layer.name());
			DiscretizedLayer integers = layer.layer();
			assertThat(layer.spikeName()).isEqualTo(expected.get("neurons").asString());
			assertThat(layer.rescale()).isEqualTo(expected.get("rescale").floatValue());
			assertThat(connections(layer).sources()).extracting(BranchesTests::row)
				.isEqualTo(rows(expected.get("sources")));
			assertThat(connections(layer).destinations()).extracting(BranchesTests::row)
				.isEqualTo(rows(expected.get("destinations")));
			Geometry geometry = geometry(result.plan().layers().get(i));
			assertThat(geometry.input()).isEqualTo(shape(expected, "input"));
			assertThat(geometry.output()).isEqualTo(shape(expected, "output"));
			assertThat(BranchFixtures.sha256(integers.weight(), integers.bias()))
				.startsWith(expected.get("sha256").asString());
			assertThat(BranchFixtures.ints(integers.spikeThreshold())[0])
				.isEqualTo(expected.get("spike_threshold").asInt());
			assertThat(BranchFixtures.ints(integers.minVMem())[0]).isEqualTo(expected.get("min_v_mem").asInt());
			checkCore(fit.layers().get(i), expected, line.get("mapped").asBoolean());
		}
		assertThat(
				fit.violations()
					.stream()
					.map(Violation::limit)
					.noneMatch(List.of(ChipLimit.LAYERS, ChipLimit.CORES, ChipLimit.KERNEL_MEMORY,
							ChipLimit.NEURON_MEMORY, ChipLimit.BIAS_MEMORY)::contains))
			.isEqualTo(line.get("mapped").asBoolean());
	}

	private static void checkCore(LayerFit layer, JsonNode expected, boolean mapped) {
		assertThat(List.of(layer.kernel().needs(), layer.neuron().needs(), layer.bias().needs()))
			.isEqualTo(expected.get("memory").valueStream().map(JsonNode::asLong).toList());
		if (mapped) {
			assertThat(expected.get("cores").valueStream().map(JsonNode::asInt).toList()).contains(layer.core());
		}
		else {
			assertThat(layer.core()).isNull();
		}
	}

	private static List<@Nullable Object> row(Source source) {
		return values(source.layer(), source.pool().height(), source.factor());
	}

	private static List<@Nullable Object> row(Destination destination) {
		return values(destination.layer(), destination.output(), destination.pool().height());
	}

	private static List<@Nullable Object> values(@Nullable Object... values) {
		List<@Nullable Object> list = new ArrayList<>();
		for (Object value : values) {
			list.add(value);
		}
		return list;
	}

	private static List<List<@Nullable Object>> rows(JsonNode array) {
		return array.valueStream()
			.map((row) -> values(row.valueStream()
				.map((value) -> value.isNull() ? null
						: value.isInt() ? (Object) value.asInt()
								: value.isDouble() ? value.asDouble() : value.asString())
				.toArray()))
			.toList();
	}

}
