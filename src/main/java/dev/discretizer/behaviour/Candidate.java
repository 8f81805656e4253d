package dev.discretizer.behaviour;

import org.jspecify.annotations.Nullable;

/**
 * A min_v_mem that was tried for a layer.
 *
 * @param factor k of {@code -k * threshold}, or null for the layer's own
 * @param minVMem the integer
 * @param divergenceSum sum over recordings and neurons of |event count - float_step
 * count|
 * @param spikes of the layer over all recordings, by events
 */
public record Candidate(@Nullable Double factor, int minVMem, long divergenceSum, long spikes) {
}
