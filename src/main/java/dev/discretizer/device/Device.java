package dev.discretizer.device;

import java.util.List;

/**
 * A chip, or a board with one.
 *
 * @param name as sinabs has it
 * @param supported false for one that sinabs 3.0 dropped
 * @param cores each holds one layer
 * @param limits of each layer
 */
public record Device(String name, boolean supported, List<Core> cores, LayerLimits limits) {

	/** Copies the cores. */
	public Device {
		cores = List.copyOf(cores);
	}

}
