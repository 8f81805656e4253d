package dev.discretizer.behaviour;

import java.util.List;

import dev.discretizer.discretize.Finding;

/**
 * The min_v_mem of each layer that keeps the spikes by events nearest to those as
 * trained, by simulation.
 *
 * @param layers in the order of the network
 * @param before integer_event with the layers' own min_v_mem
 * @param after integer_event with the chosen ones
 * @param findings of the network after
 */
public record CalibrationResult(List<CalibratedLayer> layers, ModeResult before, ModeResult after,
		List<Finding> findings) {

	/** Copies the lists. */
	public CalibrationResult {
		layers = List.copyOf(layers);
		findings = List.copyOf(findings);
	}

}
