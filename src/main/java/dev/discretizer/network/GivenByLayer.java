package dev.discretizer.network;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.discretizer.graph.MalformedNetworkException;
import dev.discretizer.graph.MalformedNetworkException.Cause;
import dev.discretizer.graph.NetworkFault;
import dev.discretizer.graph.PlannedLayer;
import org.jspecify.annotations.Nullable;

/**
 * The values of a parameter that a request gives for single layers, by the name of a
 * layer's weight or of its neurons.
 *
 * @param <T> the type of a value
 */
final class GivenByLayer<T> {

	private final String parameter;

	private final Map<String, T> values;

	/**
	 * Checks that every name belongs to a layer.
	 * @param parameter its name without the dot and the layer, for messages
	 * @throws MalformedNetworkException if a name belongs to no layer
	 */
	GivenByLayer(String parameter, Map<String, T> values, List<PlannedLayer> layers) {
		this.parameter = parameter;
		this.values = values;
		Set<String> names = new HashSet<>();
		layers.forEach((layer) -> names.addAll(List.of(layer.name(), layer.spikeName())));
		List<NetworkFault> unknown = values.keySet()
			.stream()
			.filter((name) -> !names.contains(name))
			.sorted()
			.map((name) -> NetworkFault.ofParameter(parameter + "." + name,
					"names no layer, the weight or the neurons of one are expected"))
			.toList();
		MalformedNetworkException.throwIfAny(Cause.UNKNOWN_MEMBER, unknown);
	}

	/** The error that a layer is given a value by both of its names, or null. */
	@Nullable NetworkFault twice(PlannedLayer layer) {
		boolean twice = !layer.name().equals(layer.spikeName()) && this.values.containsKey(layer.name())
				&& this.values.containsKey(layer.spikeName());
		return twice
				? NetworkFault.ofParameter(name(layer), "is given, and %s.%s for the same layer: one of the two is "
					.formatted(this.parameter, layer.spikeName()) + "expected")
				: null;
	}

	/** The parameter of a layer, named by its weight. */
	String name(PlannedLayer layer) {
		return this.parameter + "." + layer.name();
	}

	/** The value given for a layer, or null. */
	@Nullable T of(PlannedLayer layer) {
		T own = this.values.get(layer.name());
		return (own != null) ? own : this.values.get(layer.spikeName());
	}

}
