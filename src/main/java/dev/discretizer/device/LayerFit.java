package dev.discretizer.device;

import org.jspecify.annotations.Nullable;

/**
 * The core of a layer, and the memory it takes there.
 *
 * @param name the layer's
 * @param core index of its core; null unless every layer has one
 */
public record LayerFit(String name, @Nullable Integer core, Memory kernel, Memory neuron, Memory bias) {
}
