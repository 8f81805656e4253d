package dev.discretizer.graph;

import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * A weight and the neurons it feeds, which together take one core of the chip. Tensors
 * are shared and never written to.
 *
 * @param name the weight's node or module
 * @param spikeName the neurons' node or module
 * @param weight as the chip takes it: output channels, input channels, kernel height,
 * kernel width; of a state dict as it is there
 * @param bias one for each output channel, or null for none
 * @param threshold of any shape; all elements are equal, or not finite
 * @param minVMem as the threshold, or null where the file has none
 * @param vMem membrane potentials, or null where the file has none
 * @param rescale factor of the weight alone, see {@link Connections}; of a state dict as
 * it was given, or 1; may be 0
 * @param resetToZero whether the file has a v_reset, which is zero
 * @param geometry null where the file does not tell the sizes
 * @param connections null for a state dict, which does not tell them
 */
public record PlannedLayer(String name, String spikeName, FloatTensor weight, @Nullable FloatTensor bias,
		FloatTensor threshold, @Nullable FloatTensor minVMem, @Nullable FloatTensor vMem, double rescale,
		boolean resetToZero, @Nullable Geometry geometry, @Nullable Connections connections) {
}
