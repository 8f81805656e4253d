package dev.discretizer.behaviour;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The min_v_mem chosen for a layer.
 *
 * @param scale factor of its floats
 * @param spikeThreshold integer
 * @param reference integer min_v_mem before
 * @param chosen integer min_v_mem after
 * @param factor k of the chosen {@code -k * threshold}, or null for the layer's own
 * @param minVMem the float that gives the chosen integer; null if no float does and the
 * layer keeps its own
 * @param candidates in the order tried
 * @param floatSpikes spikes of all recordings by float_step
 */
public record CalibratedLayer(String name, float scale, int spikeThreshold, int reference, int chosen,
		@Nullable Double factor, @Nullable Float minVMem, List<Candidate> candidates, long floatSpikes) {

	/** Copies the list. */
	public CalibratedLayer {
		candidates = List.copyOf(candidates);
	}

}
