package dev.discretizer.network;

/**
 * Whether integers are those of a layer of a network.
 *
 * @param name the weight's node or module in the original network
 * @param spikeName the neurons' node or module there
 * @param layer how its tensors compare
 */
public record NetworkLayerMatch(String name, String spikeName, LayerMatch layer) {
}
