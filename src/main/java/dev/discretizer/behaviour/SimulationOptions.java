package dev.discretizer.behaviour;

import dev.discretizer.behaviour.simulator.StepClock;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How recordings are simulated.
 *
 * @param modes which to run, at least one
 * @param clock the time steps
 * @param labels the right output neuron of each recording, or none
 * @param allCounts whether the spikes of every neuron are kept for each recording, not
 * only those of the output
 */
public record SimulationOptions(Set<Mode> modes, StepClock clock, List<Integer> labels, boolean allCounts) {

	/** Output layers with more neurons are not listed neuron by neuron. */
	public static final int LARGEST_OUTPUT = 4096;

	/** Copies both. */
	public SimulationOptions {
		modes = Set.copyOf(EnumSet.copyOf(modes));
		labels = List.copyOf(labels);
	}

}
