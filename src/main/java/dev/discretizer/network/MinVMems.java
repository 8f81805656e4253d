package dev.discretizer.network;

import java.util.ArrayList;
import java.util.List;

import dev.discretizer.graph.MalformedNetworkException;
import dev.discretizer.graph.MalformedNetworkException.Cause;
import dev.discretizer.graph.NetworkFault;
import dev.discretizer.graph.PlannedLayer;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the min_v_mem of each layer: the file's value, else the value given for the
 * layer, else the value given for all layers.
 */
final class MinVMems {

	private static final String PARAMETER = "min_v_mem";

	private final @Nullable FloatTensor all;

	private final GivenByLayer<FloatTensor> given;

	/**
	 * Checks the options against the layers.
	 * @throws MalformedNetworkException if a name belongs to no layer, or a layer gets
	 * two values
	 */
	MinVMems(List<PlannedLayer> layers, NetworkOptions options) {
		this.all = options.minVMem();
		this.given = new GivenByLayer<>(PARAMETER, options.minVMemOf(), layers);
		List<NetworkFault> twice = new ArrayList<>();
		layers.forEach((layer) -> checkOnce(layer, twice));
		MalformedNetworkException.throwIfAny(Cause.DUPLICATE_NAME, twice);
	}

	private void checkOnce(PlannedLayer layer, List<NetworkFault> dest) {
		NetworkFault byBothNames = this.given.twice(layer);
		if (byBothNames != null) {
			dest.add(byBothNames);
		}
		if (layer.minVMem() != null && (this.all != null || this.given.of(layer) != null)) {
			dest.add(NetworkFault.ofParameter((this.given.of(layer) == null) ? PARAMETER : this.given.name(layer),
					"is given, and the tensor %s.min_v_mem: one of the two is expected".formatted(layer.spikeName())));
		}
	}

	/** The layer's min_v_mem, or null for unset. */
	@Nullable FloatTensor of(PlannedLayer layer) {
		if (layer.minVMem() != null) {
			return layer.minVMem();
		}
		FloatTensor own = this.given.of(layer);
		return (own != null) ? own : this.all;
	}

}
