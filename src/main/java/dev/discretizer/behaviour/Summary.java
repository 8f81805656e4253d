package dev.discretizer.behaviour;

import org.jspecify.annotations.Nullable;

/**
 * What a network did in one mode. The strongest output neuron is the one with the most
 * spikes, the first of equals, of all layers that feed an Output.
 *
 * @param agreement share of recordings whose strongest output neuron is that of
 * {@link Mode#FLOAT_STEP}; null where that was not run
 * @param accuracy share of recordings whose strongest output neuron is their label; null
 * without labels
 * @param divergence sum over all layers and recordings of |n - f|, by that of f; null
 * where undefined
 */
public record Summary(@Nullable Double agreement, @Nullable Double accuracy, @Nullable Double divergence) {
}
