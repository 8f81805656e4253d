package dev.discretizer.behaviour;

import java.util.Set;

import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.behaviour.simulator.SimulatedLayer;
import dev.discretizer.discretize.ImpossibleInputException;
import dev.discretizer.discretize.ImpossibleInputException.Cause;

/**
 * Checks that the neurons of a network can be simulated.
 */
final class Thresholds {

	private Thresholds() {
	}

	/**
	 * Checks the integer thresholds: a neuron with a threshold of 0 fires without end.
	 * @throws ImpossibleInputException if one is 0
	 */
	static void check(SimulatedNetwork network, Set<Mode> modes) {
		if (!modes.contains(Mode.INTEGER_STEP) && !modes.contains(Mode.INTEGER_EVENT)) {
			return;
		}
		for (SimulatedLayer layer : network.layers()) {
			if (layer.integers().threshold() <= 0) {
				throw new ImpossibleInputException(Cause.THRESHOLD_IMPOSSIBLE, layer.name() + ".spike_threshold",
						("layer %s: spike_threshold %s is 0 as an integer at scale %s, a value above 0 is expected to"
								+ " simulate it")
							.formatted(layer.name(), (float) layer.floats().threshold(), layer.integers().scale()));
			}
		}
	}

}
