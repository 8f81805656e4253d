package dev.discretizer.network;

import java.util.Map;

import dev.discretizer.device.Device;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.discretize.UnsetMinVMem;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * How a network is discretized.
 *
 * @param layer options of every layer; the rescale is replaced by that of the layer's
 * plan
 * @param unsetAssumed whether the caller did not choose the meaning of a missing
 * min_v_mem; then a finding names the layers concerned
 * @param minVMem of all layers that have none of their own, before scaling, one element;
 * or null
 * @param minVMemOf of one layer, before scaling, one element, by the name of its weight
 * or of its neurons; takes precedence over that of all layers
 * @param rescaleOf factor of one layer's weight, above zero, by the name of its weight or
 * of its neurons, instead of that of the average pools before it
 * @param ignoreR whether any r of neurons counts as 1, as in sinabs' NIR import
 * @param device the chip to fit the network on, or null for none
 */
public record NetworkOptions(LayerOptions layer, boolean unsetAssumed, @Nullable FloatTensor minVMem,
		Map<String, FloatTensor> minVMemOf, Map<String, Double> rescaleOf, boolean ignoreR, @Nullable Device device) {

	/** The default meaning of a missing min_v_mem: that of sinabs' NIR import. */
	public static final UnsetMinVMem UNSET_MIN_V_MEM = UnsetMinVMem.NEGATIVE_THRESHOLD;

	/** The options that sinabs uses. */
	public static final NetworkOptions DEFAULTS = new NetworkOptions(
			LayerOptions.DEFAULTS.withUnsetMinVMem(UNSET_MIN_V_MEM), true, null, Map.of(), Map.of(), false, null);

	/** The same with other options of every layer. */
	public NetworkOptions withLayer(LayerOptions other) {
		return new NetworkOptions(other, this.unsetAssumed, this.minVMem, this.minVMemOf, this.rescaleOf, this.ignoreR,
				this.device);
	}

	/** Copies the maps. */
	public NetworkOptions {
		minVMemOf = Map.copyOf(minVMemOf);
		rescaleOf = Map.copyOf(rescaleOf);
	}

}
