package dev.discretizer.behaviour;

import org.jspecify.annotations.Nullable;

/**
 * What integer min_v_mem a layer gets from a float one.
 */
public interface Bounds {

	/**
	 * The integer that discretizing the layer with this min_v_mem gives.
	 * @param layer index in the network
	 * @param minVMem below the layer's threshold
	 * @return null where the layer's scale would be another one then
	 */
	@Nullable Integer integer(int layer, float minVMem);

	/**
	 * A float min_v_mem that gives the layer the integer that it has; null where none
	 * does.
	 */
	@Nullable Float own(int layer);

}
