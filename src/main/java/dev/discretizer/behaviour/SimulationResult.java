package dev.discretizer.behaviour;

import java.util.List;

import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.discretize.Finding;
import org.jspecify.annotations.Nullable;

/**
 * The result of simulating a network.
 *
 * @param modes that were run, in the order of {@link Mode}
 * @param recordings in the order given
 * @param findings of the layers, in their order
 */
public record SimulationResult(SimulatedNetwork network, List<ModeResult> modes, List<RecordingResult> recordings,
		List<Finding> findings) {

	/** Copies the lists. */
	public SimulationResult {
		modes = List.copyOf(modes);
		recordings = List.copyOf(recordings);
		findings = List.copyOf(findings);
	}

	/** The result of a mode, or null if it was not run. */
	public @Nullable ModeResult of(Mode mode) {
		for (ModeResult result : this.modes) {
			if (result.mode() == mode) {
				return result;
			}
		}
		return null;
	}

}
