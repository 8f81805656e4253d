package dev.discretizer.graph;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.discretizer.graph.MalformedNetworkException.Cause;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.NaturalOrder;
import dev.discretizer.tensor.Shape;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.discretizer.graph.TestNetwork.vector;
import static dev.discretizer.graph.TestNetwork.weight;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class StateDictTests {

	private static final FloatTensor EMPTY = FloatTensor.of(Shape.of(0));

	private final Map<String, FloatTensor> tensors = new LinkedHashMap<>();

	private StateDictOptions options = new StateDictOptions(1f, null, Map.of());

	// Layers

	@Test
	void layersAreWeightsOfRankTwoOrFourInNaturalOrder() {
		layer("10").layer("2").tensor("2.bias", vector(1, 2)).tensor("0.weight", weight(4, 1, 3, 3));
		Plan plan = plan();
		assertThat(plan.layers()).extracting(PlannedLayer::name).containsExactly("0", "2", "10");
		assertThat(plan.layers()).extracting((layer) -> layer.bias() != null).containsExactly(false, true, false);
		assertThat(plan.layers().get(0).weight()).isSameAs(this.tensors.get("0.weight"));
		assertThat(plan.layers()).allSatisfy((layer) -> {
			assertThat(layer.spikeName()).isEqualTo(layer.name());
			assertThat(layer.threshold().array()).containsExactly(1);
			assertThat(layer.geometry()).isNull();
			assertThat(layer.minVMem()).isNull();
			assertThat(layer.resetToZero()).isFalse();
		});
	}

	@Test
	void poolingIsKnownOnceAnyRescaleIsGiven() {
		layer("0").layer("3");
		assertThat(plan().poolingKnown()).isFalse();
		assertThat(plan().layers()).extracting(PlannedLayer::rescale).containsExactly(1.0, 1.0);
		this.options = new StateDictOptions(1f, 0.25, Map.of());
		assertThat(plan().poolingKnown()).isTrue();
		assertThat(plan().layers()).extracting(PlannedLayer::rescale).containsExactly(0.25, 0.25);
		this.options = new StateDictOptions(1f, null, Map.of());
		tensor("3.rescale", FloatTensor.of(Shape.of(1, 1), 0.5f));
		assertThat(plan().poolingKnown()).isTrue();
		assertThat(plan().layers()).extracting(PlannedLayer::rescale).containsExactly(1.0, 0.5);
	}

	@Test
	void spikeTensorsAreOfTheSameName() {
		this.options = StateDictOptions.NONE;
		layer("a.b").tensor("a.b.spike_threshold", vector(2))
			.tensor("a.b.min_v_mem", vector(-3))
			.tensor("a.b.v_mem", vector(1, 2));
		PlannedLayer layer = plan().layers().get(0);
		assertThat(layer.threshold()).isSameAs(this.tensors.get("a.b.spike_threshold"));
		assertThat(layer.minVMem()).isSameAs(this.tensors.get("a.b.min_v_mem"));
		assertThat(layer.vMem()).isSameAs(this.tensors.get("a.b.v_mem"));
	}

	/**
	 * The names of nn.Sequential(Conv2d, IAF, Conv2d, IAF), of which the last has run.
	 */
	@Test
	void stateDictOfSinabsWithItsPairs() {
		layer("0").tensor("1.spike_threshold", FloatTensor.scalar(1))
			.tensor("1.min_v_mem", FloatTensor.scalar(-1))
			.tensor("1.v_mem", EMPTY)
			.layer("2")
			.tensor("3.spike_threshold", FloatTensor.of(Shape.of(2, 1, 1), 2, 2))
			.tensor("3.v_mem", weight(1, 2, 1, 1));
		this.options = new StateDictOptions(null, 1.0, StateDictOptions.pairs("0:1,2:3"));
		List<PlannedLayer> layers = plan().layers();
		assertThat(layers).extracting(PlannedLayer::name).containsExactly("0", "2");
		assertThat(layers).extracting(PlannedLayer::spikeName).containsExactly("1", "3");
		assertThat(layers.get(0).minVMem()).isSameAs(this.tensors.get("1.min_v_mem"));
		assertThat(layers.get(0).vMem()).isNull();
		assertThat(layers.get(1).threshold().elements()).isEqualTo(2);
		assertThat(layers.get(1).vMem()).isSameAs(this.tensors.get("3.v_mem"));
	}

	/** The names of a model with features and classifier, each an nn.Sequential. */
	@Test
	void onlySpikingModuleAfterANumberedWeightIsItsOwn() {
		layer("features.0").tensor("features.1.spike_threshold", vector(1))
			.layer("features.3")
			.tensor("features.10.spike_threshold", vector(2))
			.layer("classifier.1")
			.tensor("classifier.2.spike_threshold", vector(3));
		this.options = StateDictOptions.NONE;
		assertThat(plan().layers()).extracting(PlannedLayer::name)
			.containsExactly("classifier.1", "features.0", "features.3");
		assertThat(plan().layers()).extracting(PlannedLayer::spikeName)
			.containsExactly("classifier.2", "features.1", "features.10");
	}

	@Test
	void pairsThatAreGivenComeFirst() {
		this.options = new StateDictOptions(null, null, Map.of("0", "3"));
		layer("0").tensor("1.spike_threshold", vector(1))
			.layer("2")
			.tensor("3.spike_threshold", vector(1))
			.tensor("2.spike_threshold", vector(1));
		refused("1.spike_threshold belongs to no layer");
	}

	@Test
	void spikingModulesOfOtherNamesAreNotPaired() {
		layer("conv1").layer("conv2")
			.tensor("spike1.spike_threshold", vector(1))
			.tensor("spike2.spike_threshold", vector(1));
		refused("spike1.spike_threshold belongs to no layer, spike=<weight>:spike1", "spike2.spike_threshold belongs");
	}

	@Test
	void emptyStateOfNoLayerIsPassedOver() {
		layer("0").tensor("1.v_mem", EMPTY);
		assertThat(plan().layers()).hasSize(1);
	}

	// Refused

	@Test
	void noLayer() {
		refused("null has no layer");
	}

	@Test
	void batchNormIsRefusedByItsVarianceAlone() {
		layer("0").tensor("1.weight", vector(1, 1))
			.tensor("1.bias", vector(1, 1))
			.tensor("1.running_mean", vector(1, 1))
			.tensor("1.running_var", vector(1, 1))
			.tensor("1.num_batches_tracked", FloatTensor.scalar(1));
		refused("1.running_var is of a batch norm");
	}

	@Test
	void batchNormAloneIsNotAlsoAMissingLayer() {
		tensor("1.running_var", vector(1, 1));
		refused("1.running_var is of a batch norm");
	}

	/** What snnTorch's Leaky and sinabs' LIF call theirs. */
	@Test
	void namesOfOtherFrameworksAreToldForWhatTheyAre() {
		layer("0").tensor("1.threshold", vector(1)).tensor("1.beta", vector(0.5f)).tensor("2.tau_mem", vector(20));
		refused("1.threshold is a spike threshold under the name of another framework (snnTorch, NIR), "
				+ "1.spike_threshold is expected", "1.beta is the decay of a leaky neuron",
				"2.tau_mem is the time constant of a leaky neuron");
	}

	/**
	 * Two spiking modules after one weight, as in a list of all weights, then all
	 * neurons.
	 */
	@Test
	void spikeTensorsOfNoLayer() {
		layer("0").tensor("1.spike_threshold", vector(1))
			.tensor("1.min_v_mem", vector(1))
			.tensor("2.v_mem", vector(1))
			.tensor("3.rescale", vector(1));
		refused("1.min_v_mem belongs to no layer, spike=<weight>:1", "1.spike_threshold belongs to no layer",
				"2.v_mem belongs to no layer", "3.rescale belongs to no layer");
	}

	@Test
	void spikeTensorsOfAWeightThatIsPairedWithOthers() {
		layer("0").tensor("0.spike_threshold", vector(1)).tensor("1.spike_threshold", vector(1));
		this.options = new StateDictOptions(null, null, Map.of("0", "1"));
		refused("0.spike_threshold belongs to no layer");
	}

	@Test
	void tensorsWithoutMeaning() {
		layer("0").tensor("0.weight_g", vector(1))
			.tensor("1.tau_mem", vector(1))
			.tensor("2.running_mean", vector(1))
			.tensor("3.bias", vector(1))
			.tensor("weight", weight(2, 2))
			.tensor("alpha", vector(1));
		refused("0.weight_g has no meaning", "1.tau_mem is the time constant", "2.running_mean is of a batch norm",
				"3.bias belongs to no layer, a tensor 3.weight", "weight is of no module",
				"alpha is the decay of a leaky neuron");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 3, 5 })
	void weightOfAnotherRank(int rank) {
		long[] shape = new long[rank];
		Arrays.fill(shape, 1);
		layer("0").tensor("1.weight", weight(shape)).tensor("1.bias", vector(1));
		refused("1.weight has shape ");
	}

	@Test
	void recurrentWeights() {
		layer("0").tensor("1.rec_connect.weight", weight(2, 2))
			.tensor("1.rec_connect.bias", vector(1, 1))
			.tensor("2.rec_connect.0.weight", weight(2, 2));
		refused("1.rec_connect.weight is of a recurrent layer", "2.rec_connect.0.weight is of a recurrent layer");
	}

	@Test
	void shapesThatDoNotFit() {
		layer("0").tensor("0.bias", vector(1))
			.tensor("1.weight", weight(1, 1, 2, 3))
			.tensor("2.weight", weight(0, 2))
			.tensor("0.rescale", vector(1, 1));
		refused("0.weight its bias has shape [1], [2]", "1.weight has a kernel of 2x3", "2.weight its weight of shape",
				"0.rescale has shape [2]");
	}

	@Test
	void thresholdsThatDiffer() {
		this.options = StateDictOptions.NONE;
		layer("0").tensor("0.spike_threshold", vector(1, 2)).tensor("0.min_v_mem", vector(-1, -3));
		refused("0.spike_threshold spike_threshold has values from 1.0 to 2.0",
				"0.min_v_mem min_v_mem has values from -3.0 to -1.0");
	}

	// Malformed

	@Test
	void valueThatIsGivenTwice() {
		layer("0").tensor("0.spike_threshold", vector(1)).layer("1");
		malformed(Cause.DUPLICATE_NAME, "spike_threshold is given for all layers, and the tensor 0.spike_threshold");
		this.options = new StateDictOptions(null, 1.0, Map.of());
		tensor("1.rescale", vector(1));
		malformed(Cause.DUPLICATE_NAME, "rescale is given for all layers, and the tensor 1.rescale");
	}

	@Test
	void thresholdThatIsGivenNowhere() {
		this.options = new StateDictOptions(null, null, Map.of("1", "2"));
		layer("0").layer("1").tensor("2.min_v_mem", vector(-1));
		malformed(Cause.MISSING_MEMBER,
				"0.spike_threshold is missing, it or the parameter spike_threshold is expected (spike=0:<module>",
				"2.spike_threshold is missing, it or the parameter spike_threshold is expected");
	}

	@Test
	void pairsOfWhatIsNotThere() {
		this.options = new StateDictOptions(1f, null, StateDictOptions.pairs("0:1,7:2"));
		layer("0").tensor("2.min_v_mem", vector(-1));
		malformed(Cause.UNKNOWN_MEMBER, "spike pairs 0 with 1, but there is no tensor 1.spike_threshold",
				"spike names the layer 7, but there is no tensor 7.weight");
	}

	/**
	 * A batch norm, or a spike tensor of no layer, is told before a missing threshold.
	 */
	@Test
	void whatIsImpossibleIsToldBeforeWhatIsMissing() {
		this.options = StateDictOptions.NONE;
		layer("0").tensor("spike.spike_threshold", vector(1));
		refused("spike.spike_threshold belongs to no layer");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "0", "0:", ":1", "0:1,", "0:1:2", "0:1,,2:3" })
	void pairsThatAreNone(String text) {
		MalformedNetworkException failure = catchMalformed(() -> StateDictOptions.pairs(text));
		assertThat(failure.cause()).isEqualTo(Cause.MALFORMED);
		assertThat(failure.faults().get(0).name()).isEqualTo("spike");
	}

	@Test
	void weightThatIsPairedTwice() {
		assertThat(catchMalformed(() -> StateDictOptions.pairs("0:1,0:2")).cause()).isEqualTo(Cause.DUPLICATE_NAME);
	}

	private StateDictTests layer(String name) {
		return tensor(name + ".weight", weight(2, 3));
	}

	private StateDictTests tensor(String name, FloatTensor tensor) {
		this.tensors.put(name, tensor);
		return this;
	}

	private Plan plan() {
		return StateDict.plan(this.tensors, this.options);
	}

	private void refused(String... expected) {
		UnsupportedNetworkException failure = catchThrowableOfType(UnsupportedNetworkException.class, this::plan);
		assertThat(failure).isNotNull();
		match(failure.faults(), expected);
	}

	private void malformed(Cause cause, String... expected) {
		MalformedNetworkException failure = catchMalformed(this::plan);
		assertThat(failure.cause()).isEqualTo(cause);
		match(failure.faults(), expected);
	}

	private static MalformedNetworkException catchMalformed(ThrowingCallable call) {
		MalformedNetworkException failure = catchThrowableOfType(MalformedNetworkException.class, call);
		assertThat(failure).isNotNull();
		return failure;
	}

	private static void match(List<NetworkFault> faults, String... expected) {
		List<String> found = faults.stream().map((fault) -> fault.name() + " " + fault.reason()).toList();
		assertThat(found).hasSize(expected.length);
		for (String start : expected) {
			assertThat(found).anyMatch((fault) -> fault.startsWith(start));
		}
	}

}
