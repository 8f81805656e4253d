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
 * @param rescale what the weight was multiplied by, for the average pools before it
 * @param connections what it is connected to; null for a state dict, which does not tell
 * @param minVMem its min_v_mem before scaling, given or of its file; null for unset
 * @param layer its weight is as the chip takes it: output channels, input channels,
 * kernel height, kernel width; of a state dict as it was there
 */
public record NetworkLayer(String name, String spikeName, float rescale, @Nullable Connections connections,
		@Nullable FloatTensor minVMem, DiscretizedLayer layer) {
}
