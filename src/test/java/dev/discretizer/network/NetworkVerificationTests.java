package dev.discretizer.network;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.discretizer.codec.nir.NirReader;
import dev.discretizer.codec.safetensors.SafetensorsReader;
import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.Finding.Code;
import dev.discretizer.discretize.ImpossibleInputException;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.discretize.ScaleRule;
import dev.discretizer.graph.Edge;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Node;
import dev.discretizer.graph.Plan;
import dev.discretizer.graph.StateDict;
import dev.discretizer.graph.StateDictOptions;
import dev.discretizer.graph.TestNetwork;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Networks against their own integers, as graphs and as state dicts, and against those
 * with one integer changed. The pretrained networks lie beside the project, and their
 * tests are skipped where they do not.
 */
class NetworkVerificationTests {

	private static final Path DATA = Path.of(System.getProperty("user.dir"), "..", "shared", "data");

	private static final List<String> PRETRAINED = List.of("mnist", "scnn_mnist");

	/** What a state dict does not tell: layers of mnist behind an average pool. */
	private static final List<String> POOLED_OF_MNIST = List.of("3", "6", "10");

	@Test
	void everyLayerOfThePretrainedNetworksVerifies() throws IOException {
		for (String name : PRETRAINED) {
			Network network = graph(name);
			Plan plan = Plan.of(network);
			for (ScaleRule rule : ScaleRule.values()) {
				NetworkOptions options = options(4, rule);
				DiscretizedNetwork result = NetworkDiscretization.discretize(network, options);
				for (DType type : List.of(DType.INT8, DType.FLOAT32)) {
					check(NetworkVerification.verify(plan, options(4, ScaleRule.REFERENCE),
							NetworkVerification.integers(integers(result, type, true), Map.of())), result, rule, 4);
				}
				check(NetworkVerification.verify(plan, options(4, ScaleRule.REFERENCE),
						Plan.of(result.applyTo(network))), result, rule, 2);
			}
		}
	}

	/** A state dict of floats against a graph of integers, and the other way round. */
	@Test
	void graphsAndStateDictsVerifyEachOther() throws IOException {
		for (String name : PRETRAINED) {
			Network network = graph(name);
			DiscretizedNetwork result = NetworkDiscretization.discretize(network, NetworkOptions.DEFAULTS);
			Map<String, FloatTensor> floats = new HashMap<>(stateDict(name));
			if (name.equals("mnist")) {
				POOLED_OF_MNIST.forEach((layer) -> floats.put(layer + ".rescale", FloatTensor.scalar(0.25f)));
			}
			Plan plan = StateDict.plan(floats, new StateDictOptions(1f, null, Map.of()));
			check(NetworkVerification.verify(plan, GivenOptions.minVMem(-1), Plan.of(result.applyTo(network))), result,
					ScaleRule.REFERENCE, 2);
			check(NetworkVerification.verify(plan, GivenOptions.minVMem(-1),
					NetworkVerification.integers(integers(result, DType.INT16, false), Map.of())), result,
					ScaleRule.REFERENCE, 1);
		}
	}

	private static void check(NetworkMatch match, DiscretizedNetwork result, ScaleRule rule, int least) {
		assertThat(match.match()).isTrue();
		assertThat(match.findings()).isEmpty();
		assertThat(match.layers()).hasSameSizeAs(result.layers());
		for (int i = 0; i < result.layers().size(); i++) {
			LayerMatch layer = match.layers().get(i).layer();
			float scale = result.layers().get(i).layer().scale();
			assertThat(match.layers().get(i).name()).isEqualTo(result.layers().get(i).name());
			assertThat(layer.rule()).isEqualTo(rule);
			assertThat(layer.scale()).isEqualTo(scale);
			assertThat(Objects.requireNonNull(layer.scaleRange()).contains(scale)).isTrue();
			assertThat(layer.tensors()).hasSizeGreaterThanOrEqualTo(least).allSatisfy((tensor) -> {
				assertThat(tensor.elements()).isPositive();
				assertThat(tensor.mismatches()).isZero();
			});
		}
	}

	@Test
	void oneChangedIntegerOfAPretrainedNetworkIsFound() throws IOException {
		Network network = graph("scnn_mnist");
		Plan plan = Plan.of(network);
		DiscretizedNetwork result = NetworkDiscretization.discretize(network, NetworkOptions.DEFAULTS);
		for (String name : integers(result, DType.INT8, true).keySet()) {
			Map<String, FloatTensor> integers = integers(result, DType.INT8, true);
			FloatTensor tensor = Objects.requireNonNull(integers.get(name));
			int at = tensor.elements() / 2;
			tensor.array()[at] += 1;
			NetworkMatch match = NetworkVerification.verify(plan, NetworkOptions.DEFAULTS,
					NetworkVerification.integers(integers, Map.of()));
			assertThat(match.match()).as(name).isFalse();
			List<NetworkLayerMatch> wrong = match.layers().stream().filter((layer) -> !layer.layer().match()).toList();
			assertThat(wrong).hasSize(1);
			TensorMatch found = wrong.get(0)
				.layer()
				.tensors()
				.stream()
				.filter((each) -> each.mismatches() > 0)
				.findFirst()
				.orElseThrow();
			assertThat(name).endsWith("." + found.name());
			assertThat(found.first()).singleElement().satisfies((difference) -> {
				assertThat(difference.index()).isEqualTo(at);
				assertThat(difference.found()).isEqualTo(difference.expected() + 1);
				assertThat(Math.rint(difference.product())).isEqualTo(difference.expected());
			});
		}
	}

	/** Names of sinabs' DynapcnnNetwork, thresholds in modules of their own. */
	@Test
	void otherNamesArePairedByOrder() {
		Network network = twoLayers();
		DiscretizedNetwork result = NetworkDiscretization.discretize(network, NetworkOptions.DEFAULTS);
		Map<String, FloatTensor> integers = new LinkedHashMap<>();
		for (int i = 0; i < 2; i++) {
			NetworkLayer layer = result.layers().get(i);
			integers.put("dynapcnn_layers.%d.conv.weight".formatted(i), floats(layer.layer().weight(), DType.FLOAT32));
			integers.put("dynapcnn_layers.%d.spk.spike_threshold".formatted(i),
					floats(layer.layer().spikeThreshold(), DType.FLOAT32));
		}
		NetworkMatch match = NetworkVerification.verify(Plan.of(network), NetworkOptions.DEFAULTS,
				NetworkVerification.integers(integers, Map.of("dynapcnn_layers.0.conv", "dynapcnn_layers.0.spk",
						"dynapcnn_layers.1.conv", "dynapcnn_layers.1.spk", "elsewhere", "nowhere")));
		assertThat(match.match()).isTrue();
		assertThat(match.layers()).extracting(NetworkLayerMatch::name).containsExactly("a", "b");
		assertThat(match.findings()).extracting(Finding::code).containsExactly(Code.PAIRED_BY_ORDER);
	}

	/** Names decide where they are the same, in whatever order they come. */
	@Test
	void sameNamesArePairedByName() {
		Network network = twoLayers();
		DiscretizedNetwork result = NetworkDiscretization.discretize(network, NetworkOptions.DEFAULTS);
		Network integers = result.applyTo(network);
		Map<String, Node> nodes = new LinkedHashMap<>();
		List.of("out", "m", "b", "n", "a", "in")
			.forEach((name) -> nodes.put(name, Objects.requireNonNull(integers.nodes().get(name))));
		NetworkMatch match = NetworkVerification.verify(Plan.of(network), NetworkOptions.DEFAULTS,
				Plan.of(new Network(nodes, integers.edges())));
		assertThat(match.match()).isTrue();
		assertThat(match.findings()).isEmpty();
	}

	@Test
	void otherNumbersOfLayersAndOtherShapesAreRefused() {
		Plan two = Plan.of(twoLayers());
		Plan one = Plan.of(TestNetwork.oneLayer().network());
		assertThatExceptionOfType(ImpossibleInputException.class)
			.isThrownBy(() -> NetworkVerification.verify(two, NetworkOptions.DEFAULTS, one))
			.withMessage("the discretized network has 1 layers (w), 2 are expected as in the original (a, b)");
		assertThatExceptionOfType(ImpossibleInputException.class)
			.isThrownBy(() -> NetworkVerification.verify(one, NetworkOptions.DEFAULTS,
					NetworkVerification.integers(Map.of("w.weight", TestNetwork.weight(2, 1, 5, 5)), Map.of())))
			.withMessageContaining("layer w: tensor weight has shape [2, 1, 5, 5] in the discretized network")
			.matches((failure) -> "w.weight".equals(failure.field()));
	}

	private static Network twoLayers() {
		Map<String, Node> nodes = new LinkedHashMap<>();
		nodes.put("in", new Node.Input(Shape.of(1, 8, 8)));
		nodes.put("a", TestNetwork.conv(2, 1, 3));
		nodes.put("n", TestNetwork.neurons(1));
		nodes.put("b", TestNetwork.conv(3, 2, 3));
		nodes.put("m", TestNetwork.neurons(2));
		nodes.put("out", new Node.Output(null));
		return new Network(nodes, List.of(new Edge("in", "a"), new Edge("a", "n"), new Edge("n", "b"),
				new Edge("b", "m"), new Edge("m", "out")));
	}

	private static NetworkOptions options(long bits, ScaleRule rule) {
		NetworkOptions defaults = NetworkOptions.DEFAULTS;
		LayerOptions layer = defaults.layer().withBits(bits, bits).withScaleRule(rule);
		return new NetworkOptions(layer, defaults.unsetAssumed(), null, Map.of(), Map.of(), false, null);
	}

	/** What the service writes as safetensors. */
	private static Map<String, FloatTensor> integers(DiscretizedNetwork result, DType type, boolean spikes) {
		Map<String, FloatTensor> tensors = new LinkedHashMap<>();
		for (NetworkLayer layer : result.layers()) {
			tensors.put(layer.name() + ".weight", floats(layer.layer().weight(), type));
			@Nullable DiscreteTensor bias = layer.layer().bias();
			if (bias != null) {
				tensors.put(layer.name() + ".bias", floats(bias, type));
			}
			if (spikes) {
				tensors.put(layer.name() + ".spike_threshold", floats(layer.layer().spikeThreshold(), type));
				tensors.put(layer.name() + ".min_v_mem", floats(layer.layer().minVMem(), type));
			}
		}
		return tensors;
	}

	private static FloatTensor floats(DiscreteTensor tensor, DType type) {
		int[] ints = new int[tensor.shape().elements()];
		tensor.ints(0, ints, 0, ints.length);
		float[] values = new float[ints.length];
		for (int i = 0; i < ints.length; i++) {
			values[i] = ints[i];
		}
		return FloatTensor.of(tensor.shape(), type, values);
	}

	private static Network graph(String name) throws IOException {
		Path file = file(name + ".nir");
		try (InputStream in = Files.newInputStream(file)) {
			return NirReader.read(in, Files.size(file), Allowance.UNLIMITED);
		}
	}

	private static Map<String, FloatTensor> stateDict(String name) throws IOException {
		Path file = file(name + ".safetensors");
		try (InputStream in = Files.newInputStream(file)) {
			return SafetensorsReader.read(in, Files.size(file), Allowance.UNLIMITED);
		}
	}

	private static Path file(String name) {
		Path file = DATA.resolve(name);
		assumeTrue(Files.exists(file), () -> "the networks are not beside the project: no " + file);
		return file;
	}

}
