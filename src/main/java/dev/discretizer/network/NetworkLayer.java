package dev.discretizer.network;

import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.graph.Connections;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * A discretized layer of a network.
 *
 * @param name the weight's node or module
 * @param spikeName the neurons' node or module
 * @param rescale factor of the weight, for the average pools before it
 * @param connections its connections; null for a state dict, which has none
 * @param minVMem its min_v_mem before scaling, from the request or the file; null for
 * unset
 * @param layer the discretized layer; the weight of a graph has the chip's shape (output
 * channels, input channels, kernel height, kernel width), that of a state dict keeps its
 * own
 */
public record NetworkLayer(String name, String spikeName, float rescale, @Nullable Connections connections,
		@Nullable FloatTensor minVMem, DiscretizedLayer layer) {
}
