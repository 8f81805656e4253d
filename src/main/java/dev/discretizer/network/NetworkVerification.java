package dev.discretizer.network;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.Finding.Code;
import dev.discretizer.discretize.Finding.Severity;
import dev.discretizer.discretize.ImpossibleInputException;
import dev.discretizer.discretize.ImpossibleInputException.Cause;
import dev.discretizer.discretize.LayerDiscretization;
import dev.discretizer.discretize.ScaleRule;
import dev.discretizer.graph.MalformedNetworkException;
import dev.discretizer.graph.Plan;
import dev.discretizer.graph.PlannedLayer;
import dev.discretizer.graph.StateDict;
import dev.discretizer.graph.StateDictOptions;
import dev.discretizer.tensor.FloatTensor;

/**
 * Checks layer by layer whether a network is the discretization of another one: see
 * {@link LayerVerification}. Each may be a graph or a state dict; any program may have
 * made the discretized one, with integers of any type.
 *
 * <p>
 * Layers are paired by the names of their weights, or by their order if the names differ.
 * A graph has no min_v_mem, and a state dict may lack any tensor but weights: tensors
 * that the discretized network lacks are not compared.
 */
public final class NetworkVerification {

	/** Marks a spike_threshold that a state dict of integers lacks. */
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
	 * @param options how they were discretized; the scale rule and the chip are not used
	 * @param discretized integers, as {@link Plan#of} or {@link #integers} gives them
	 * @throws MalformedNetworkException if the options name a layer that the original
	 * does not have
	 * @throws ImpossibleInputException if a layer of the original cannot be discretized,
	 * the networks have different numbers of layers, or the tensors of a layer have
	 * different shapes
	 */
	public static NetworkMatch verify(Plan original, NetworkOptions options, Plan discretized) {
		return new NetworkVerification(original, options, discretized).verify();
	}

	/**
	 * Discretizes a network by the rules that gave the integers of another one.
	 * @param match the comparison of both, every layer of which matches
	 */
	public static DiscretizedNetwork expected(Plan original, NetworkOptions options, NetworkMatch match) {
		NetworkDiscretization inputs = NetworkDiscretization.of(original, options);
		List<NetworkLayer> layers = new ArrayList<>();
		for (int i = 0; i < original.layers().size(); i++) {
			PlannedLayer layer = original.layers().get(i);
			ScaleRule rule = Objects.requireNonNull(match.layers().get(i).layer().rule());
			layers.add(inputs.with(layer,
					(input, given) -> new NetworkLayer(layer.name(), layer.spikeName(), (float) given.rescale(),
							layer.connections(), input.minVMem(),
							LayerDiscretization.discretize(input, given.withReport(false).withScaleRule(rule)))));
		}
		return new DiscretizedNetwork(original, layers, List.of(), null);
	}

	/**
	 * The plan of a state dict of integers. Its thresholds may all be missing. Its
	 * rescale factors are ignored, as the integers already include them.
	 * @param tensors by module and parameter; shared
	 * @param spike the modules with the layers' spike tensors, as given for the original;
	 * pairs with missing modules are ignored
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

	/** Sorts the other layers in the order of the layers with the same names. */
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
		boolean one = this.original.layers().size() == 1;
		return new Finding(Code.PAIRED_BY_ORDER, Severity.INFO, this.discretized.layers().get(0).name(),
				(one ? "the one layer has two names (%s and %s) and was paired by its order."
						: "the %3$d layers have different names (%1$s and %2$s) and were paired by their order.")
					.formatted(shown(this.original), shown(this.discretized), this.original.layers().size()),
				"If a layer does not match, look whether both networks have the same order; state dicts are in the "
						+ "natural order of their names.");
	}

	private static String shown(Plan plan) {
		return NetworkFindings.names(plan.layers().stream().map(PlannedLayer::name).toList());
	}

}
