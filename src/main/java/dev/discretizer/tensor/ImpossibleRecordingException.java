package dev.discretizer.tensor;

import org.jspecify.annotations.Nullable;

/**
 * A recording is well formed, but not one that the network can be given.
 */
public final class ImpossibleRecordingException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** All that can be impossible about a recording. */
	public enum Cause {

		/** A field is missing, or has another shape than expected. */
		SHAPE_IMPOSSIBLE("The recording's shape does not fit"),
		/** A value is not a whole number, or beyond the range of its field. */
		VALUE_IMPOSSIBLE("A value of the recording is impossible"),
		/** An event is outside the network's input. */
		OUTSIDE_INPUT("An event is outside the input"),
		/** An event is earlier than the one before it. */
		TIME_DECREASES("The recording goes back in time"),
		/** An event is before t0. */
		BEFORE_START("An event is before t0"),
		/** Events are to be simulated by steps, but dt is missing. */
		STEP_LENGTH_MISSING("dt is missing"),
		/** A step must last at least a microsecond. */
		STEP_LENGTH_IMPOSSIBLE("dt is impossible"),
		/** A label is missing, or names no output neuron. */
		LABEL_IMPOSSIBLE("A label does not fit"),
		/** No recording makes a layer spike. */
		NO_SPIKES("No layer spikes");

		private final String title;

		Cause(String title) {
			this.title = title;
		}

		/** One short sentence that holds for every failure of this cause. */
		public String title() {
			return this.title;
		}

	}

	private final Cause cause;

	private final @Nullable String recording;

	private final long index;

	private final @Nullable String value;

	/**
	 * Names what is impossible.
	 * @param cause the kind
	 * @param recording name of the recording, or null for all of them
	 * @param index index of the first event or element at fault, in C order, or -1
	 * @param value what was found there, or null
	 * @param detail what was found and what was expected, naming recording, index and
	 * value; for the client to read
	 */
	public ImpossibleRecordingException(Cause cause, @Nullable String recording, long index, @Nullable String value,
			String detail) {
		super(detail);
		this.cause = cause;
		this.recording = recording;
		this.index = index;
		this.value = value;
	}

	public Cause cause() {
		return this.cause;
	}

	public @Nullable String recording() {
		return this.recording;
	}

	/** Index of the first event or element at fault, or -1. */
	public long index() {
		return this.index;
	}

	public @Nullable String value() {
		return this.value;
	}

}
