package dev.discretizer.behaviour;

import org.jspecify.annotations.Nullable;

/**
 * The result of one recording.
 *
 * @param events number of events
 * @param steps number of time steps, or null if dt is unknown
 * @param duration microseconds, or null if unknown
 * @param label the right output neuron, or null
 * @param counts of the layers that feed an Output and have at most
 * {@value SimulationOptions#LARGEST_OUTPUT} neurons, or of all layers if requested
 */
public record RecordingResult(String name, long events, @Nullable Long steps, @Nullable Long duration,
		@Nullable Integer label, SpikeCounts counts) {
}
