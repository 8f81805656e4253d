package dev.discretizer.behaviour;

import org.jspecify.annotations.Nullable;

/**
 * The summary of a network's activity in one mode. The strongest output neuron is the one
 * with the most spikes, the first of equals, among all layers that feed an Output.
 *
 * @param agreement share of recordings whose strongest output neuron is that of
 * {@link Mode#FLOAT_STEP}; null if that was not run
 * @param accuracy share of recordings whose strongest output neuron is their label; null
 * without labels
 * @param divergence sum over all layers and recordings of |n - f|, divided by the sum of
 * f; null if undefined
 */
public record Summary(@Nullable Double agreement, @Nullable Double accuracy, @Nullable Double divergence) {
}
