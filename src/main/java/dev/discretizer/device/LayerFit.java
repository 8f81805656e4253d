package dev.discretizer.device;

import org.jspecify.annotations.Nullable;

/**
 * Where a layer goes.
 *
 * @param name the layer's
 * @param core index of its core; null where not all layers find one
 */
public record LayerFit(String name, @Nullable Integer core, Memory kernel, Memory neuron, Memory bias) {
}
