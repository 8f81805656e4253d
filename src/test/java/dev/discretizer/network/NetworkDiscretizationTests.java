package dev.discretizer.network;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.DoubleStream;

import dev.discretizer.device.ChipLimit;
import dev.discretizer.device.Devices;
import dev.discretizer.device.Fit;
import dev.discretizer.device.Violation;
import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.Finding.Code;
import dev.discretizer.discretize.Finding.Severity;
import dev.discretizer.discretize.ImpossibleInputException;
import dev.discretizer.discretize.ImpossibleInputException.Cause;
import dev.discretizer.discretize.Layer;
import dev.discretizer.discretize.LayerDiscretization;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.discretize.ScaleRule;
import dev.discretizer.discretize.UnsetMinVMem;
import dev.discretizer.graph.MalformedNetworkException;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.NetworkFault;
import dev.discretizer.graph.Node;
import dev.discretizer.graph.Size2d;
import dev.discretizer.graph.StateDictOptions;
import dev.discretizer.graph.TestNetwork;
import dev.discretizer.graph.UnsupportedNetworkException;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.discretizer.graph.TestNetwork.average;
import static dev.discretizer.graph.TestNetwork.conv;
import static dev.discretizer.graph.TestNetwork.flatten;
import static dev.discretizer.graph.TestNetwork.linear;
import static dev.discretizer.graph.TestNetwork.neurons;
import static dev.discretizer.graph.TestNetwork.size;
import static dev.discretizer.graph.TestNetwork.sum;
import static dev.discretizer.graph.TestNetwork.vector;
import static dev.discretizer.graph.TestNetwork.weight;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class NetworkDiscretizationTests {

	private static final StateDictOptions THRESHOLD_1 = new StateDictOptions(1f, 1.0, Map.of());

	// Layers

	@Test
	void layersAreDiscretizedEachOnItsOwn() {
		List<NetworkLayer> layers = NetworkDiscretization.discretize(twoLayers(), NetworkOptions.DEFAULTS).layers();
		assertThat(layers).extracting(NetworkLayer::name).containsExactly("w", "v");
		assertThat(layers).extracting(NetworkLayer::spikeName).containsExactly("n", "m");
		assertThat(layers).extracting(NetworkLayer::rescale).containsExactly(1f, 0.25f);
		same(layers.get(0).layer(), new Layer(weight(2, 1, 3, 3), null, FloatTensor.scalar(1), null, null), 1);
		same(layers.get(1).layer(), new Layer(weight(3, 2, 3, 3), null, FloatTensor.scalar(2), null, null), 0.25);
		assertThat(layers.get(1).layer().weight().shape()).isEqualTo(Shape.of(3, 2, 3, 3));
	}

	/** An image of 8 by 8, an average pool, a Flatten and a Linear. */
	private static Network twoLayers() {
		return TestNetwork.from(1, 8, 8)
			.then("w", conv(2, 1, 3))
			.then("n", neurons(1, 1))
			.then("p", average(2))
			.then("f", flatten())
			.then("v", linear(3, 18))
			.then("m", neurons(2))
			.network();
	}

	private static void same(DiscretizedLayer found, Layer layer, double rescale) {
		DiscretizedLayer expected = LayerDiscretization.discretize(layer, new LayerOptions(true, 8, 8, 16, rescale,
				UnsetMinVMem.NEGATIVE_THRESHOLD, true, ScaleRule.REFERENCE, false));
		assertThat(found.scale()).isEqualTo(expected.scale());
		assertThat(values(found.weight())).isEqualTo(values(expected.weight()));
		assertThat(values(found.spikeThreshold())).isEqualTo(values(expected.spikeThreshold()));
		assertThat(values(found.minVMem())).isEqualTo(values(expected.minVMem()));
		assertThat(found.findings()).isEqualTo(expected.findings());
	}

	/** A factor of a power of two, before or after, makes no difference to any bit. */
	@Test
	void averagePoolIsASumPoolAndSmallerWeights() {
		for (int seed = 0; seed < 20; seed++) {
			Random random = new Random(seed);
			float[] large = new float[18];
			float[] small = new float[18];
			for (int i = 0; i < large.length; i++) {
				large[i] = (float) random.nextGaussian();
				small[i] = large[i] / 16;
			}
			DiscretizedNetwork average = NetworkDiscretization.discretize(pooled(average(4), large),
					NetworkOptions.DEFAULTS);
			DiscretizedNetwork sum = NetworkDiscretization.discretize(pooled(sum(4), small), NetworkOptions.DEFAULTS);
			assertThat(values(average.layers().get(1).layer().weight()))
				.isEqualTo(values(sum.layers().get(1).layer().weight()));
			assertThat(average.layers().get(1).layer().scale()).isEqualTo(sum.layers().get(1).layer().scale());
		}
	}

	private static Network pooled(Node pool, float[] weight) {
		return TestNetwork.from(1, 12, 12)
			.then("w", conv(1, 1, 1))
			.then("n", neurons(1))
			.then("p", pool)
			.then("v", conv(FloatTensor.of(Shape.of(2, 1, 3, 3), weight), 1, 0))
			.then("m", neurons(1))
			.network();
	}

	@Test
	void optionsReachEveryLayer() {
		NetworkOptions options = new NetworkOptions(
				new LayerOptions(false, 4, 5, 6, 1, UnsetMinVMem.CHIP_MINIMUM, false, ScaleRule.REFERENCE, false),
				false, null, Map.of(), Map.of(), false, null);
		DiscretizedNetwork result = NetworkDiscretization.discretize(twoLayers(), options);
		assertThat(result.layers()).allSatisfy((layer) -> {
			assertThat(layer.layer().report()).isNull();
			assertThat(layer.layer().weight().dtype()).isEqualTo(DType.FLOAT32);
			assertThat(values(layer.layer().minVMem())).containsExactly(-32);
			assertThat(DoubleStream.of(values(layer.layer().weight())))
				.allMatch((value) -> value == Math.rint(value) && value >= -8 && value <= 7);
		});
		assertThat(values(result.layers().get(0).layer().weight())).contains(7);
	}

	// min_v_mem

	@Test
	void missingMinVMemIsMinusTheThresholdAndSaidSo() {
		DiscretizedNetwork result = NetworkDiscretization.discretize(twoLayers(), NetworkOptions.DEFAULTS);
		assertThat(result.layers()).allSatisfy((layer) -> assertThat(values(layer.layer().minVMem())[0])
			.isEqualTo(-values(layer.layer().spikeThreshold())[0]));
		Finding finding = finding(result, Code.MIN_V_MEM_ASSUMED);
		assertThat(finding.severity()).isEqualTo(Severity.INFO);
		assertThat(finding.message()).contains("2 of 2 layers (w, v)");
		assertThat(finding.hint()).contains("unset_min_v_mem=chip_minimum");
	}

	@ParameterizedTest
	@EnumSource(UnsetMinVMem.class)
	void meaningOfAMissingMinVMemThatIsChosenIsNotAssumed(UnsetMinVMem choice) {
		DiscretizedNetwork result = NetworkDiscretization.discretize(twoLayers(), GivenOptions.unset(choice));
		assertThat(result.findings()).isEmpty();
		double expected = switch (choice) {
			case REFERENCE, CHIP_MINIMUM -> -32768;
			case NEGATIVE_THRESHOLD -> -values(result.layers().get(0).layer().spikeThreshold())[0];
		};
		assertThat(values(result.layers().get(0).layer().minVMem())).containsExactly(expected);
	}

	@Test
	void minVMemOfAllLayersAndOfOne() {
		DiscretizedNetwork all = discretize(-0.5f, Map.of());
		assertThat(all.findings()).extracting(Finding::code).doesNotContain(Code.MIN_V_MEM_ASSUMED);
		assertThat(minVMem(all, 0)).isEqualTo(-0.5);
		assertThat(minVMem(all, 1)).isEqualTo(-0.5);
		for (String name : List.of("v", "m")) {
			DiscretizedNetwork one = discretize(null, Map.of(name, -0.25f));
			assertThat(minVMem(one, 0)).isEqualTo(-1);
			assertThat(minVMem(one, 1)).isEqualTo(-0.25);
			assertThat(finding(one, Code.MIN_V_MEM_ASSUMED).message()).contains("1 of 2 layers (w)");
			DiscretizedNetwork both = discretize(-0.5f, Map.of(name, -0.25f));
			assertThat(minVMem(both, 0)).isEqualTo(-0.5);
			assertThat(minVMem(both, 1)).isEqualTo(-0.25);
			assertThat(both.findings()).extracting(Finding::code).doesNotContain(Code.MIN_V_MEM_ASSUMED);
		}
	}

	private static DiscretizedNetwork discretize(@Nullable Float minVMem, Map<String, Float> of) {
		return NetworkDiscretization.discretize(twoLayers(), GivenOptions.minVMem(minVMem, of));
	}

	/** As it was before scaling, to within what rounding makes of it. */
	private static double minVMem(DiscretizedNetwork network, int layer) {
		DiscretizedLayer discretized = network.layers().get(layer).layer();
		double value = values(discretized.minVMem())[0] / discretized.scale();
		return Math.round(value * 32) / 32.0;
	}

	@Test
	void minVMemOfNoLayerIsRefused() {
		MalformedNetworkException failure = catchThrowableOfType(MalformedNetworkException.class,
				() -> discretize(null, Map.of("p", -1f, "gone", -1f, "w", -1f)));
		assertThat(failure.cause()).isEqualTo(MalformedNetworkException.Cause.UNKNOWN_MEMBER);
		assertThat(failure.faults()).extracting(NetworkFault::name).containsExactly("min_v_mem.gone", "min_v_mem.p");
	}

	@Test
	void minVMemOfAWeightAndItsNeuronsIsRefused() {
		MalformedNetworkException failure = catchThrowableOfType(MalformedNetworkException.class,
				() -> discretize(null, Map.of("v", -1f, "m", -1f)));
		assertThat(failure.cause()).isEqualTo(MalformedNetworkException.Cause.DUPLICATE_NAME);
		assertThat(failure).hasMessageContaining("parameter min_v_mem.v: is given, and min_v_mem.m");
	}

	@Test
	void minVMemThatIsATensorTooIsRefused() {
		Map<String, FloatTensor> tensors = Map.of("0.weight", weight(2, 2), "0.min_v_mem", vector(-1));
		for (NetworkOptions options : List.of(GivenOptions.minVMem(-1), GivenOptions.minVMem(null, Map.of("0", -1f)))) {
			MalformedNetworkException failure = catchThrowableOfType(MalformedNetworkException.class,
					() -> NetworkDiscretization.discretize(tensors, THRESHOLD_1, options));
			assertThat(failure.cause()).isEqualTo(MalformedNetworkException.Cause.DUPLICATE_NAME);
			assertThat(failure).hasMessageContaining("the tensor 0.min_v_mem");
		}
	}

	@Test
	void minVMemOfOneLayerOfAStateDict() {
		DiscretizedNetwork result = NetworkDiscretization.discretize(
				Map.of("0.weight", weight(2, 2), "1.weight", weight(2, 2)), THRESHOLD_1,
				GivenOptions.minVMem(null, Map.of("0", -0.5f)));
		assertThat(minVMem(result, 0)).isEqualTo(-0.5);
		assertThat(finding(result, Code.MIN_V_MEM_ASSUMED).message()).contains("1 of 2 layers (1)");
	}

	// State dicts

	@Test
	void stateDictKeepsItsShapesAndState() {
		Map<String, FloatTensor> tensors = new HashMap<>();
		tensors.put("0.weight", weight(2, 3));
		tensors.put("0.bias", vector(0.25f, -0.5f));
		tensors.put("1.spike_threshold", vector(1));
		tensors.put("1.min_v_mem", vector(-2));
		tensors.put("1.v_mem", vector(-1, 0.5f, 0.25f));
		DiscretizedNetwork result = NetworkDiscretization.discretize(tensors,
				new StateDictOptions(null, 0.5, Map.of("0", "1")), NetworkOptions.DEFAULTS);
		NetworkLayer layer = result.layers().get(0);
		assertThat(layer.spikeName()).isEqualTo("1");
		assertThat(layer.rescale()).isEqualTo(0.5f);
		assertThat(layer.layer().weight().shape()).isEqualTo(Shape.of(2, 3));
		assertThat(Objects.requireNonNull(layer.layer().bias()).shape()).isEqualTo(Shape.of(2));
		assertThat(Objects.requireNonNull(layer.layer().vMem()).shape()).isEqualTo(Shape.of(3));
		assertThat(result.findings()).isEmpty();
	}

	@Test
	void poolingOfAStateDictIsUnknownWithoutRescale() {
		Map<String, FloatTensor> tensors = Map.of("0.weight", weight(2, 2));
		NetworkOptions options = GivenOptions.minVMem(-1);
		Finding finding = finding(
				NetworkDiscretization.discretize(tensors, new StateDictOptions(1f, null, Map.of()), options),
				Code.POOLING_UNKNOWN);
		assertThat(finding.severity()).isEqualTo(Severity.WARNING);
		assertThat(NetworkDiscretization.discretize(tensors, THRESHOLD_1, options).findings()).isEmpty();
	}

	@Test
	void stateDictHasNoSizesForAChip() {
		UnsupportedNetworkException failure = catchThrowableOfType(UnsupportedNetworkException.class,
				() -> NetworkDiscretization.discretize(Map.of("0.weight", weight(2, 2)), THRESHOLD_1, onSpeck(8, 16)));
		assertThat(failure.faults()).singleElement().satisfies((fault) -> {
			assertThat(fault.subject()).isEqualTo(NetworkFault.Subject.PARAMETER);
			assertThat(fault.name()).isEqualTo("device");
			assertThat(fault.reason()).contains("speck2e", "layer 0");
		});
	}

	// Findings

	@Test
	void resetToZeroIsSaid() {
		FloatTensor one = FloatTensor.scalar(1);
		TestNetwork network = TestNetwork.from(3);
		for (int i = 0; i < 12; i++) {
			network.then("w" + i, linear(3, 3))
				.then("n" + i, new Node.IntegrateAndFire(one, one, (i == 0) ? null : FloatTensor.scalar(0)));
		}
		Finding finding = finding(NetworkDiscretization.discretize(network.network(), NetworkOptions.DEFAULTS),
				Code.RESET_MODE_ASSUMED);
		assertThat(finding.severity()).isEqualTo(Severity.INFO);
		assertThat(finding.tensor()).isEqualTo("v_reset");
		assertThat(finding.message()).contains("11 of 12 IF nodes (n1, n2,", "n10 and 1 more)");
	}

	@Test
	void tenNamesAreAllGiven() {
		TestNetwork network = TestNetwork.from(3);
		for (int i = 0; i < 10; i++) {
			network.then("w" + i, linear(3, 3)).then("n" + i, neurons(1));
		}
		assertThat(finding(NetworkDiscretization.discretize(network.network(), NetworkOptions.DEFAULTS),
				Code.MIN_V_MEM_ASSUMED)
			.message()).contains("w8, w9)");
	}

	@Test
	void poolBeforeTheOutputIsSaid() {
		DiscretizedNetwork one = NetworkDiscretization
			.discretize(TestNetwork.oneLayer().then("p", average(2)).network(), NetworkOptions.DEFAULTS);
		Finding finding = finding(one, Code.POOLING_NOT_ON_CHIP);
		assertThat(finding.severity()).isEqualTo(Severity.WARNING);
		assertThat(finding.tensor()).isEqualTo("p");
		assertThat(finding.message()).startsWith("1 pool lies").contains("(p)", "that of layer w,");
		DiscretizedNetwork two = NetworkDiscretization.discretize(
				TestNetwork.oneLayer().then("p", average(2)).then("q", sum(2)).network(), NetworkOptions.DEFAULTS);
		assertThat(finding(two, Code.POOLING_NOT_ON_CHIP).message()).startsWith("2 pools lie").contains("(p, q)");
		assertThat(two.layers().get(0).rescale()).isEqualTo(1f);
	}

	// Rescale

	/**
	 * v is fed by w through an average pool, and by u as it is; v is scaled by factors
	 * alike.
	 */
	private static Network conflict(int pool, int stride, Node.Pool2d other) {
		return TestNetwork.from(1, pool, pool)
			.then("w", conv(2, 1, 1))
			.then("n", neurons(1))
			.then("p", average(pool))
			.then("v", conv(2, 2, 1))
			.then("m", neurons(1))
			.aside("u", conv(weight(2, 1, 1, 1), stride, 0))
			.edge("input", "u")
			.edge("u", "o")
			.aside("o", neurons(1))
			.aside("q", other)
			.edge("o", "q")
			.edge("q", "v")
			.network();
	}

	private static NetworkOptions rescale(Map<String, Double> of) {
		NetworkOptions defaults = NetworkOptions.DEFAULTS;
		return new NetworkOptions(defaults.layer(), true, null, Map.of(), of, false, null);
	}

	@Test
	void averagePoolsThatDisagreeAreWarnedOf() {
		DiscretizedNetwork result = NetworkDiscretization.discretize(conflict(2, 2, sum(1)), NetworkOptions.DEFAULTS);
		Finding finding = finding(result, Code.RESCALE_CONFLICT);
		assertThat(finding.severity()).isEqualTo(Severity.WARNING);
		assertThat(finding.tensor()).isEqualTo("v.weight");
		assertThat(finding.message()).contains("layer v", "0.31", "u (factor 1.0) arrives 3.226 times too weak",
				"w (factor 0.25) arrives 1.240 times too strong");
		assertThat(finding.hint()).contains("rescale.v=");
		assertThat(result.layers()).extracting(NetworkLayer::rescale).containsExactly(1f, 1f, 0.31f);
		same(result.layers().get(2).layer(), new Layer(weight(2, 2, 1, 1), null, FloatTensor.scalar(1), null, null),
				0.31);
	}

	@Test
	void averagePoolsThatAgreeAreNot() {
		DiscretizedNetwork result = NetworkDiscretization.discretize(conflict(2, 1, average(2)),
				NetworkOptions.DEFAULTS);
		assertThat(result.findings()).extracting(Finding::code).containsExactly(Code.MIN_V_MEM_ASSUMED);
		assertThat(result.layers().get(2).rescale()).isEqualTo(0.25f);
	}

	@ParameterizedTest
	@ValueSource(strings = { "v", "m" })
	void givenRescaleIsUsedInstead(String name) {
		DiscretizedNetwork result = NetworkDiscretization.discretize(conflict(2, 2, sum(1)),
				rescale(Map.of(name, 0.1)));
		assertThat(result.findings()).extracting(Finding::code).containsExactly(Code.MIN_V_MEM_ASSUMED);
		assertThat(result.layers()).extracting(NetworkLayer::rescale).containsExactly(1f, 1f, 0.1f);
		same(result.layers().get(2).layer(), new Layer(weight(2, 2, 1, 1), null, FloatTensor.scalar(1), null, null),
				0.1);
	}

	@Test
	void rescaleThatRoundsToZeroIsRefused() {
		Network network = conflict(16, 2, average(8));
		UnsupportedNetworkException failure = catchThrowableOfType(UnsupportedNetworkException.class,
				() -> NetworkDiscretization.discretize(network, NetworkOptions.DEFAULTS));
		assertThat(failure.faults()).singleElement().satisfies((fault) -> {
			assertThat(fault.name()).isEqualTo("v");
			assertThat(fault.reason()).contains("u 0.015625, w 0.00390625", "is 0", "rescale.v=<factor>");
		});
		assertThat(NetworkDiscretization.discretize(network, rescale(Map.of("v", 0.015625))).layers()).hasSize(3);
	}

	@Test
	void rescaleOfNoLayerAndOfOneLayerTwiceIsRefused() {
		MalformedNetworkException unknown = catchThrowableOfType(MalformedNetworkException.class,
				() -> NetworkDiscretization.discretize(twoLayers(), rescale(Map.of("p", 1.0))));
		assertThat(unknown.cause()).isEqualTo(MalformedNetworkException.Cause.UNKNOWN_MEMBER);
		assertThat(unknown).hasMessageContaining("parameter rescale.p: names no layer");
		MalformedNetworkException twice = catchThrowableOfType(MalformedNetworkException.class,
				() -> NetworkDiscretization.discretize(twoLayers(), rescale(Map.of("v", 1.0, "m", 1.0))));
		assertThat(twice.cause()).isEqualTo(MalformedNetworkException.Cause.DUPLICATE_NAME);
		assertThat(twice)
			.hasMessage("parameter rescale.v: is given, and rescale.m for the same layer: one of the two is expected");
	}

	@ParameterizedTest
	@ValueSource(doubles = { 0, -1, Double.NaN, 1e-60 })
	void rescaleThatIsNotAboveZeroIsImpossible(double factor) {
		ImpossibleInputException failure = catchThrowableOfType(ImpossibleInputException.class,
				() -> NetworkDiscretization.discretize(twoLayers(), rescale(Map.of("v", factor))));
		assertThat(failure.field()).isEqualTo("v.rescale");
	}

	@Test
	void poolsBeforeSeveralOutputsAreSaidWithTheirLayers() {
		Network network = TestNetwork.oneLayer()
			.then("p", average(2))
			.then("v", conv(2, 2, 1))
			.then("m", neurons(1))
			.then("q", sum(1))
			.then("r", sum(3))
			.edge("p", "out")
			.aside("out", new Node.Output(null))
			.network();
		Finding finding = finding(NetworkDiscretization.discretize(network, NetworkOptions.DEFAULTS),
				Code.POOLING_NOT_ON_CHIP);
		assertThat(finding.message()).startsWith("3 pools lie").contains("(p, q, r)", "that of layer w, v,");
	}

	/**
	 * The names that a graph within the graph gives are those of its options and
	 * integers.
	 */
	@Test
	void graphInAGraphKeepsItsForm() {
		Network block = TestNetwork.from(2, 6, 6).then("c", conv(2, 2, 1)).then("b", neurons(1)).network();
		Network network = TestNetwork.oneLayer().then("block", new Node.Graph(block)).network();
		DiscretizedNetwork result = NetworkDiscretization.discretize(network,
				GivenOptions.minVMem(null, Map.of("block.c", -0.5f)));
		assertThat(minVMem(result, 1)).isEqualTo(-0.5);
		Network integers = result.applyTo(network);
		assertThat(integers.edges()).isEqualTo(network.edges());
		Node.Graph inner = (Node.Graph) Objects.requireNonNull(integers.nodes().get("block"));
		assertThat(inner.network().edges()).isEqualTo(block.edges());
		Node.Conv2d conv = (Node.Conv2d) Objects.requireNonNull(inner.network().nodes().get("c"));
		assertThat(conv.weight().array()[0]).isEqualTo(127f);
	}

	private static Finding finding(DiscretizedNetwork network, Code code) {
		return network.findings().stream().filter((finding) -> finding.code() == code).findFirst().orElseThrow();
	}

	// INHIBITION_LOST

	/**
	 * The smallest weight is -0.5, a quarter of that after the average pool; thresholds
	 * are 1 and 2.
	 */
	@Test
	void inhibitionAboveAQuarterOfTheRangeOfStatesIsLost() {
		assertThat(inhibition(GivenOptions.minVMem(-1))).isEmpty();
		Finding one = inhibition(GivenOptions.minVMem(-0.999f)).get(0);
		assertThat(one.severity()).isEqualTo(Severity.INFO);
		assertThat(one.tensor()).isEqualTo("w.weight");
		assertThat(one.message()).contains("layer w, -0.5, is 0.2501 of", "1 of 2 layers (w)");
		assertThat(one.hint()).contains("/calibrate");
	}

	/** w takes 0.5 of 1.5, v 0.125 of 2 - 1.75. */
	@Test
	void layerThatInhibitsMostIsNamed() {
		List<Finding> found = inhibition(GivenOptions.minVMem(null, Map.of("w", -0.5f, "v", 1.75f)));
		assertThat(found).singleElement()
			.extracting(Finding::message)
			.asString()
			.contains("layer v, -0.125, is 0.5000 of spike_threshold - min_v_mem = 0.25;", "2 of 2 layers (w, v)");
	}

	@Test
	void layersWithoutALowerBoundLoseNoInhibition() {
		assertThat(inhibition(GivenOptions.unset(UnsetMinVMem.CHIP_MINIMUM))).isEmpty();
		assertThat(inhibition(GivenOptions.unset(UnsetMinVMem.REFERENCE))).isEmpty();
	}

	private static List<Finding> inhibition(NetworkOptions options) {
		return NetworkDiscretization.discretize(twoLayers(), options)
			.findings()
			.stream()
			.filter((finding) -> finding.code() == Code.INHIBITION_LOST)
			.toList();
	}

	// Impossible values

	@Test
	void impossibleValuesNameTheirLayer() {
		FloatTensor nan = FloatTensor.of(Shape.of(2, 3), 1, 2, 3, Float.NaN, 5, 6);
		fails(new Node.Linear(nan, null), neurons(1), Cause.NOT_FINITE, "w.weight",
				"layer w: tensor weight: element 3");
		fails(new Node.Linear(weight(2, 3), vector(0, Float.POSITIVE_INFINITY)), neurons(1), Cause.NOT_FINITE, "w.bias",
				"layer w: tensor bias: element 1");
		fails(linear(2, 3), neurons(Float.NaN), Cause.NOT_FINITE, "n.spike_threshold",
				"layer w (neurons n): tensor spike_threshold: element 0");
		fails(linear(2, 3), neurons(-1, -1), Cause.THRESHOLD_IMPOSSIBLE, "n.spike_threshold", "-1.0, a value above");
	}

	private static void fails(Node weight, Node neurons, Cause cause, String field, String message) {
		Network network = TestNetwork.from(3).then("w", weight).then("n", neurons).network();
		ImpossibleInputException failure = catchThrowableOfType(ImpossibleInputException.class,
				() -> NetworkDiscretization.discretize(network, NetworkOptions.DEFAULTS));
		assertThat(failure.cause()).isEqualTo(cause);
		assertThat(failure.field()).isEqualTo(field);
		assertThat(failure).hasMessageContaining(message);
	}

	@Test
	void minVMemThatIsNotBelowTheThreshold() {
		ImpossibleInputException failure = catchThrowableOfType(ImpossibleInputException.class,
				() -> discretize(1.5f, Map.of()));
		assertThat(failure.field()).isEqualTo("n.min_v_mem");
	}

	@Test
	void layerWithoutAnyScale() {
		Map<String, FloatTensor> tensors = Map.of("a.weight", FloatTensor.of(Shape.of(1, 1), 0));
		ImpossibleInputException failure = catchThrowableOfType(ImpossibleInputException.class,
				() -> NetworkDiscretization.discretize(tensors, new StateDictOptions(1e-40f, 1.0, Map.of()),
						NetworkOptions.DEFAULTS));
		assertThat(failure.cause()).isEqualTo(Cause.NO_SCALE);
		assertThat(failure.field()).isEqualTo("a");
	}

	@Test
	void impossibleBitsAreOfNoLayer() {
		ImpossibleInputException failure = catchThrowableOfType(ImpossibleInputException.class,
				() -> NetworkDiscretization.discretize(twoLayers(), GivenOptions.layer(true, 99, 8, 16, true)));
		assertThat(failure.field()).isEqualTo("weight_bits");
		assertThat(failure).hasMessage("weight_bits is 99, expected 2 to 24");
	}

	// Fit

	@Test
	void fitIsThatOfTheSizes() {
		Fit fit = Objects.requireNonNull(NetworkDiscretization.discretize(twoLayers(), onSpeck(8, 16)).fit());
		assertThat(fit.fits()).isTrue();
		assertThat(fit.layers()).extracting((layer) -> layer.kernel().needs()).containsExactly(32L, 128L);
		assertThat(fit.layers()).extracting((layer) -> layer.neuron().needs()).containsExactly(128L, 3L);
		assertThat(fit.layers()).extracting((layer) -> layer.bias().needs()).containsExactly(0L, 0L);
		assertThat(NetworkDiscretization.discretize(twoLayers(), NetworkOptions.DEFAULTS).fit()).isNull();
	}

	@Test
	void everySizeReachesTheFit() {
		Node.Conv2d odd = new Node.Conv2d(weight(2, 1, 17, 17), vector(0, 0), new Size2d(3, 5), new Size2d(8, 9),
				size(1), 1, null);
		Network network = TestNetwork.from(1, 400, 700)
			.then("w", odd)
			.then("n", neurons(1))
			.then("p", average(3))
			.then("v", conv(2, 2, 1))
			.then("m", neurons(1))
			.then("q", average(5))
			.network();
		Fit fit = Objects.requireNonNull(NetworkDiscretization.discretize(network, onSpeck(9, 17)).fit());
		assertThat(fit.violations().stream().filter((violation) -> "w".equals(violation.layer())))
			.extracting(Violation::limit)
			.contains(ChipLimit.INPUT_HEIGHT, ChipLimit.INPUT_WIDTH, ChipLimit.OUTPUT_HEIGHT, ChipLimit.OUTPUT_WIDTH,
					ChipLimit.KERNEL_SIZE, ChipLimit.STRIDE_HEIGHT, ChipLimit.STRIDE_WIDTH, ChipLimit.PADDING_HEIGHT,
					ChipLimit.PADDING_WIDTH, ChipLimit.POOLING);
		assertThat(found(fit, ChipLimit.INPUT_HEIGHT)).isEqualTo(400);
		assertThat(found(fit, ChipLimit.INPUT_WIDTH)).isEqualTo(700);
		assertThat(found(fit, ChipLimit.OUTPUT_HEIGHT)).isEqualTo(134);
		assertThat(found(fit, ChipLimit.OUTPUT_WIDTH)).isEqualTo(141);
		assertThat(found(fit, ChipLimit.STRIDE_HEIGHT)).isEqualTo(3);
		assertThat(found(fit, ChipLimit.STRIDE_WIDTH)).isEqualTo(5);
		assertThat(found(fit, ChipLimit.PADDING_HEIGHT)).isEqualTo(8);
		assertThat(found(fit, ChipLimit.PADDING_WIDTH)).isEqualTo(9);
		assertThat(found(fit, ChipLimit.POOLING)).isEqualTo(3);
		assertThat(found(fit, ChipLimit.WEIGHT_BITS)).isEqualTo(9);
		assertThat(found(fit, ChipLimit.BIAS_BITS)).isEqualTo(9);
		assertThat(found(fit, ChipLimit.STATE_BITS)).isEqualTo(17);
		assertThat(fit.layers().get(0).bias().needs()).isEqualTo(2);
		assertThat(fit.violations()).noneMatch((violation) -> "v".equals(violation.layer()));
	}

	private static long found(Fit fit, ChipLimit limit) {
		return fit.violations()
			.stream()
			.filter((violation) -> violation.limit() == limit)
			.findFirst()
			.orElseThrow()
			.found();
	}

	private static NetworkOptions onSpeck(long bits, long stateBits) {
		return new NetworkOptions(GivenOptions.layer(true, bits, bits, stateBits, true).layer(), true, null, Map.of(),
				Map.of(), false, Devices.named("speck2e"));
	}

	// The graph of integers

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void graphOfIntegersHasIntegersForFloats(boolean toInt) {
		Node.Conv2d conv = new Node.Conv2d(weight(2, 1, 2, 2), vector(0.1f, -0.2f), new Size2d(2, 2), new Size2d(0, 0),
				size(1), 1, size(8));
		Network network = TestNetwork.from(1, 8, 8)
			.then("w", conv)
			.then("n",
					new Node.IntegrateAndFire(FloatTensor.scalar(1), FloatTensor.of(Shape.of(2, 1, 1), 1, 1),
							vector(0)))
			.then("p", average(2))
			.then("q", sum(1))
			.then("f", flatten())
			.then("v", linear(1500, 8))
			.then("m", neurons(1))
			.network();
		DiscretizedNetwork result = NetworkDiscretization.discretize(network,
				GivenOptions.layer(toInt, 8, 8, 16, false));
		Network integers = result.applyTo(network);
		assertThat(integers.edges()).isEqualTo(network.edges());
		assertThat(integers.nodes().keySet()).containsExactlyElementsOf(network.nodes().keySet());
		DiscretizedLayer first = result.layers().get(0).layer();
		Node.Conv2d w = (Node.Conv2d) Objects.requireNonNull(integers.nodes().get("w"));
		assertThat(values(w.weight())).isEqualTo(values(first.weight()));
		assertThat(values(Objects.requireNonNull(w.bias()))).isEqualTo(values(Objects.requireNonNull(first.bias())));
		assertThat(List.of(w.stride(), Objects.requireNonNull(w.padding()), w.dilation(), w.groups(),
				Objects.requireNonNull(w.inputSize())))
			.isEqualTo(List.of(size(2), size(0), size(1), 1, size(8)));
		Node.IntegrateAndFire n = (Node.IntegrateAndFire) Objects.requireNonNull(integers.nodes().get("n"));
		assertThat(n.threshold().shape()).isEqualTo(Shape.of(2, 1, 1));
		assertThat(values(n.threshold())).containsOnly(values(first.spikeThreshold())[0]).hasSize(2);
		assertThat(n.reset()).isNull();
		assertThat(values(n.r())).containsExactly(1);
		Node.Linear v = (Node.Linear) Objects.requireNonNull(integers.nodes().get("v"));
		assertThat(v.weight().shape()).isEqualTo(Shape.of(1500, 8));
		assertThat(values(v.weight())).isEqualTo(values(result.layers().get(1).layer().weight()));
		assertThat(DoubleStream.of(values(v.weight()))).allMatch((value) -> value == Math.rint(value));
		assertThat(values(Objects.requireNonNull(v.bias()))).hasSize(1500).containsOnly(0);
		assertThat(integers.nodes().get("p")).isEqualTo(sum(2));
		assertThat(integers.nodes().get("q")).isEqualTo(sum(1));
		assertThat(integers.nodes().get("f")).isEqualTo(network.nodes().get("f"));
		assertThat(integers.nodes().get("input")).isEqualTo(network.nodes().get("input"));
		assertThat(integers.nodes().get("output")).isEqualTo(network.nodes().get("output"));
	}

	@Test
	void graphOfAnotherNetworkIsNotFilled() {
		DiscretizedNetwork result = NetworkDiscretization.discretize(twoLayers(), NetworkOptions.DEFAULTS);
		Network other = TestNetwork.from(3).then("x", linear(2, 3)).then("n", neurons(1)).network();
		assertThatIllegalArgumentException().isThrownBy(() -> result.applyTo(other)).withMessageContaining("node x");
	}

	private static double[] values(DiscreteTensor tensor) {
		double[] values = new double[tensor.shape().elements()];
		float[] floats = new float[values.length];
		int[] ints = new int[values.length];
		boolean floating = tensor.dtype() == DType.FLOAT32;
		if (floating) {
			tensor.floats(0, floats, 0, floats.length);
		}
		else {
			tensor.ints(0, ints, 0, ints.length);
		}
		for (int i = 0; i < values.length; i++) {
			values[i] = floating ? floats[i] : ints[i];
		}
		return values;
	}

	private static double[] values(FloatTensor tensor) {
		double[] values = new double[tensor.elements()];
		for (int i = 0; i < values.length; i++) {
			values[i] = tensor.array()[i];
		}
		return values;
	}

}
