package dev.discretizer.behaviour;

import java.util.List;

import dev.discretizer.discretize.Finding;

/**
 * The result of a calibration: for each layer, the min_v_mem whose integer_event spikes
 * are nearest to those of float_step.
 *
 * @param layers in the order of the network
 * @param before the integer_event result with the layers' own min_v_mem
 * @param after the integer_event result with the chosen min_v_mem
 * @param findings of the result after
 */
public record CalibrationResult(List<CalibratedLayer> layers, ModeResult before, ModeResult after,
		List<Finding> findings) {

	/** Copies the lists. */
	public CalibrationResult {
		layers = List.copyOf(layers);
		findings = List.copyOf(findings);
	}

}
