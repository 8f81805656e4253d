package dev.discretizer.behaviour;

import java.util.List;

import dev.discretizer.behaviour.simulator.StepClock;
import dev.discretizer.tensor.RasterRecording;
import dev.discretizer.tensor.Recording;
import org.jspecify.annotations.Nullable;

/**
 * Computes the durations of recordings.
 */
final class Durations {

	private static final double MICROSECONDS = 1e6;

	private Durations() {
	}

	/**
	 * Total duration of all recordings in seconds, or null if one is unknown or all are
	 * 0.
	 */
	static @Nullable Double seconds(List<Recording> recordings, StepClock clock) {
		double microseconds = 0;
		for (Recording recording : recordings) {
			Long duration = clock.duration(recording);
			if (duration == null) {
				return null;
			}
			microseconds += duration;
		}
		return (microseconds == 0) ? null : (Double) (microseconds / MICROSECONDS);
	}

	/** Time steps of a recording, or null if dt is unknown. */
	static @Nullable Long steps(Recording recording, StepClock clock) {
		return (clock.dt() == null && !(recording instanceof RasterRecording)) ? null : (Long) clock.steps(recording);
	}

}
