package dev.discretizer.behaviour;

import org.jspecify.annotations.Nullable;

/**
 * Converts min_v_mem between float and integer for each layer.
 */
public interface Bounds {

	/**
	 * The integer min_v_mem that discretizing the layer with this float min_v_mem gives.
	 * @param layer index in the network
	 * @param minVMem below the layer's threshold
	 * @return null if the layer's scale would then differ
	 */
	@Nullable Integer integer(int layer, float minVMem);

	/**
	 * A float min_v_mem that gives the layer's own integer min_v_mem; null if none does.
	 */
	@Nullable Float own(int layer);

}
