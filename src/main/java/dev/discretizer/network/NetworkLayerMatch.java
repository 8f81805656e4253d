package dev.discretizer.network;

/**
 * The comparison of integers with the discretization of a layer of a network.
 *
 * @param name the weight's node or module in the original network
 * @param spikeName the neurons' node or module there
 * @param layer the comparison of its tensors
 */
public record NetworkLayerMatch(String name, String spikeName, LayerMatch layer) {
}
