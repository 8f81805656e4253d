package dev.discretizer.network;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.Finding.Code;
import dev.discretizer.discretize.Finding.Severity;
import dev.discretizer.discretize.ImpossibleInputException;
import dev.discretizer.discretize.ImpossibleInputException.Cause;
import dev.discretizer.graph.MalformedNetworkException;
import dev.discretizer.graph.Plan;
import dev.discretizer.graph.PlannedLayer;
import dev.discretizer.graph.StateDict;
import dev.discretizer.graph.StateDictOptions;
import dev.discretizer.tensor.FloatTensor;

/**
 * Says whether one network is another one discretized, layer by layer: see
 * {@link LayerVerification}. Either may be a graph or a state dict, and the discretized
 * one may come from anywhere, its integers in any type.
 *
 * <p>
 * Layers are paired by the names of their weights, or by their order where the names
 * differ. A graph has no min_v_mem and a state dict may lack what it likes but weights:
 * what the discretized network does not have is not compared.
 */
public final class NetworkVerification {

	/** Stands for a spike_threshold that a state dict of integers does not have. */
	private static final float MISSING = Float.NaN;

	private static final String THRESHOLD = ".spike_threshold";

	private final Plan original;

	private final Plan discretized;

	private final NetworkDiscretization inputs;

	private NetworkVerification(Plan original, NetworkOptions options, Plan discretized) {
		this.original = original;
		this.discretized = discretized;
		this.inputs = NetworkDiscretization.of(original, options);
	}

	/**
	 * Compares two networks.
	 * @param original floats
	 * @param options how they were discretized; the scale rule is found out, and no chip
	 * is asked
	 * @param discretized integers, as {@link Plan#of} or {@link #integers} gives them
	 * @throws MalformedNetworkException if the options name what the original does not
	 * have
	 * @throws ImpossibleInputException if a layer of the original has no discretization,
	 * the networks have different numbers of layers, or the tensors of a layer have
	 * different shapes
	 */
	public static NetworkMatch verify(Plan original, NetworkOptions options, Plan discretized) {
		return new NetworkVerification(original, options, discretized).verify();
	}

	/**
	 * The plan of a state dict of integers. Its thresholds may all be missing, and its
	 * factors are passed over: the integers hold them already.
	 * @param tensors by module and parameter; shared
	 * @param spike the module that holds a layer's spike tensors, as of the original;
	 * pairs whose modules it does not have are passed over
	 * @throws MalformedNetworkException if a layer has a spike_threshold and another does
	 * not
	 */
	public static Plan integers(Map<String, FloatTensor> tensors, Map<String, String> spike) {
		Map<String, String> pairs = new LinkedHashMap<>(spike);
		pairs.entrySet()
			.removeIf((pair) -> !tensors.containsKey(pair.getKey() + ".weight")
					|| !(tensors.containsKey(pair.getValue() + THRESHOLD)
							|| tensors.containsKey(pair.getValue() + ".min_v_mem")));
		boolean thresholds = tensors.keySet().stream().anyMatch((name) -> name.endsWith(THRESHOLD));
		return StateDict.plan(tensors, new StateDictOptions(thresholds ? null : MISSING, null, pairs));
	}

	private NetworkMatch verify() {
		checkNumberOfLayers();
		boolean sameNames = names(this.original).equals(names(this.discretized));
		List<PlannedLayer> others = sameNames ? inOrderOf(this.original.layers(), this.discretized.layers())
				: this.discretized.layers();
		List<NetworkLayerMatch> matches = new ArrayList<>();
		for (int i = 0; i < others.size(); i++) {
			matches.add(verify(this.original.layers().get(i), others.get(i)));
		}
		return new NetworkMatch(matches, sameNames ? List.of() : List.of(pairedByOrder()));
	}

	private void checkNumberOfLayers() {
		int expected = this.original.layers().size();
		int found = this.discretized.layers().size();
		if (found != expected) {
			throw new ImpossibleInputException(Cause.SHAPE_IMPOSSIBLE, null,
					"the discretized network has %d layers (%s), %d are expected as in the original (%s)"
						.formatted(found, shown(this.discretized), expected, shown(this.original)));
		}
	}

	private static Set<String> names(Plan plan) {
		return plan.layers().stream().map(PlannedLayer::name).collect(Collectors.toSet());
	}

	/** The others, sorted as their namesakes are. */
	private static List<PlannedLayer> inOrderOf(List<PlannedLayer> layers, List<PlannedLayer> others) {
		List<String> order = layers.stream().map(PlannedLayer::name).toList();
		return others.stream().sorted(Comparator.comparingInt((other) -> order.indexOf(other.name()))).toList();
	}

	private NetworkLayerMatch verify(PlannedLayer layer, PlannedLayer other) {
		float threshold = other.threshold().array()[0];
		LayerIntegers integers = new LayerIntegers(other.weight(), other.bias(),
				Float.isNaN(threshold) ? null : other.threshold(), other.minVMem(), other.vMem());
		return new NetworkLayerMatch(layer.name(), layer.spikeName(),
				this.inputs.with(layer, (input, options) -> LayerVerification.verify(input, options, integers)));
	}

	private Finding pairedByOrder() {
		return new Finding(Code.PAIRED_BY_ORDER, Severity.INFO, this.discretized.layers().get(0).name(),
				"the %d layers have different names (%s and %s) and were paired by their order."
					.formatted(this.original.layers().size(), shown(this.original), shown(this.discretized)),
				"If a layer does not match, look whether both networks have the same order; state dicts are in the "
						+ "natural order of their names.");
	}

	private static String shown(Plan plan) {
		return NetworkFindings.names(plan.layers().stream().map(PlannedLayer::name).toList());
	}

}
