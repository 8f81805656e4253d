package dev.discretizer.graph;

import org.jspecify.annotations.Nullable;

/**
 * Where events of a layer go to: another layer or an Output. Only the first takes one of
 * a core's destinations.
 *
 * @param layer name of the layer; null for an Output
 * @param output name of the Output; null for a layer
 * @param pool kernel and stride of the one sum pool that all pools on the way amount to;
 * 1x1 for none
 */
public record Destination(@Nullable String layer, @Nullable String output, Size2d pool) {
}
