package dev.discretizer.network;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.discretizer.graph.MalformedNetworkException;
import dev.discretizer.graph.MalformedNetworkException.Cause;
import dev.discretizer.graph.NetworkFault;
import dev.discretizer.graph.PlannedLayer;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the min_v_mem of each layer: that of its file, else that given for the layer,
 * else that given for all layers.
 */
final class MinVMems {

	private static final String PARAMETER = "min_v_mem";

	private final List<PlannedLayer> layers;

	private final @Nullable FloatTensor all;

	private final Map<String, FloatTensor> of;

	/**
	 * Checks the options against the layers.
	 * @throws MalformedNetworkException if a name is of no layer, or a layer gets two
	 * values
	 */
	MinVMems(List<PlannedLayer> layers, NetworkOptions options) {
		this.layers = layers;
		this.all = options.minVMem();
		this.of = options.minVMemOf();
		checkNames();
		checkGivenOnce();
	}

	private void checkNames() {
		Set<String> names = new HashSet<>();
		this.layers.forEach((layer) -> names.addAll(List.of(layer.name(), layer.spikeName())));
		List<NetworkFault> unknown = this.of.keySet()
			.stream()
			.filter((name) -> !names.contains(name))
			.sorted()
			.map((name) -> NetworkFault.ofParameter(PARAMETER + "." + name,
					"names no layer, the weight or the neurons of one are expected"))
			.toList();
		throwIfAny(Cause.UNKNOWN_MEMBER, unknown);
	}

	private void checkGivenOnce() {
		List<NetworkFault> twice = new ArrayList<>();
		for (PlannedLayer layer : this.layers) {
			String own = PARAMETER + "." + layer.name();
			String neurons = PARAMETER + "." + layer.spikeName();
			if (!own.equals(neurons) && this.of.containsKey(layer.name()) && this.of.containsKey(layer.spikeName())) {
				twice.add(NetworkFault.ofParameter(own,
						"is given, and %s for the same layer: one of the two is expected".formatted(neurons)));
			}
			if (layer.minVMem() != null && (this.all != null || givenFor(layer) != null)) {
				twice.add(NetworkFault.ofParameter((givenFor(layer) == null) ? PARAMETER : own,
						"is given, and the tensor %s.min_v_mem: one of the two is expected"
							.formatted(layer.spikeName())));
			}
		}
		throwIfAny(Cause.DUPLICATE_NAME, twice);
	}

	private static void throwIfAny(Cause cause, List<NetworkFault> faults) {
		if (!faults.isEmpty()) {
			throw new MalformedNetworkException(cause, faults);
		}
	}

	private @Nullable FloatTensor givenFor(PlannedLayer layer) {
		FloatTensor own = this.of.get(layer.name());
		return (own != null) ? own : this.of.get(layer.spikeName());
	}

	/** The layer's min_v_mem, or null for unset. */
	@Nullable FloatTensor of(PlannedLayer layer) {
		if (layer.minVMem() != null) {
			return layer.minVMem();
		}
		FloatTensor given = givenFor(layer);
		return (given != null) ? given : this.all;
	}

}
