package dev.discretizer.behaviour.simulator;

import java.util.Objects;

import dev.discretizer.tensor.EventRecording;
import dev.discretizer.tensor.ImpossibleRecordingException;
import dev.discretizer.tensor.ImpossibleRecordingException.Cause;
import dev.discretizer.tensor.RasterRecording;
import dev.discretizer.tensor.Recording;
import org.jspecify.annotations.Nullable;

/**
 * Computes the time step of each event of a recording.
 *
 * <pre>
 * step = (t - t0) div dt
 * </pre>
 *
 * @param dt microseconds of a step, at least 1, or null if unknown
 * @param t0 microseconds at which the first step begins, or null for the first event's
 * time
 */
public record StepClock(@Nullable Long dt, @Nullable Long t0) {

	/**
	 * Checks dt.
	 * @throws IllegalArgumentException if it is below 1
	 */
	public StepClock {
		if (dt != null && dt < 1) {
			throw new IllegalArgumentException("dt is %d, at least 1 is expected".formatted(dt));
		}
	}

	/**
	 * Number of time steps up to the last event; a raster has its own number, regardless
	 * of dt.
	 * @throws ImpossibleRecordingException if an event is before t0, or events have no dt
	 */
	public long steps(Recording recording) {
		return switch (recording) {
			case RasterRecording raster -> raster.steps();
			case EventRecording events -> steps(events);
		};
	}

	private long steps(EventRecording events) {
		if (this.dt == null) {
			throw new ImpossibleRecordingException(Cause.STEP_LENGTH_MISSING, events.name(), -1, null,
					("recording %s holds events, and dt is not given; the microseconds of a time step are expected"
							+ " to simulate by steps")
						.formatted(events.name()));
		}
		checkStart(events);
		return (events.size() == 0) ? 0 : saturated(step(events, events.size() - 1), 1);
	}

	/**
	 * Checks that no event is before t0.
	 * @throws ImpossibleRecordingException if one is
	 */
	public void checkStart(EventRecording events) {
		if (events.size() > 0 && this.t0 != null && events.times()[0] < this.t0) {
			String value = Long.toString(events.times()[0]);
			throw new ImpossibleRecordingException(Cause.BEFORE_START, events.name(), 0, value,
					"recording %s: t[0] is %s, at least t0 = %d is expected".formatted(events.name(), value, this.t0));
		}
	}

	/** The step of an event; times are never below t0. */
	long step(EventRecording events, int event) {
		long length = Objects.requireNonNull(this.dt);
		long start = (this.t0 != null) ? this.t0 : events.times()[0];
		// The distance of two longs is below 2^64.
		return Long.divideUnsigned(events.times()[event] - start, length);
	}

	/**
	 * Duration of a recording in microseconds: that of its steps or, if dt is unknown,
	 * the time from its first event to its last; null for a raster without dt.
	 */
	public @Nullable Long duration(Recording recording) {
		if (this.dt != null) {
			long steps = steps(recording);
			return (steps > Long.MAX_VALUE / this.dt) ? Long.MAX_VALUE : steps * this.dt;
		}
		return switch (recording) {
			case RasterRecording raster -> null;
			case EventRecording events ->
				(events.size() == 0) ? 0 : saturated(events.times()[events.size() - 1] - events.times()[0], 0);
		};
	}

	/** Adds 0 or 1 to an unsigned number, saturating at 2^63 - 1. */
	private static long saturated(long unsigned, int more) {
		return (unsigned < 0 || unsigned == Long.MAX_VALUE) ? Long.MAX_VALUE : unsigned + more;
	}

}
