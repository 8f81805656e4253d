package dev.discretizer.tensor;

/**
 * A recording as events {@code (t, c, y, x)}, in the order of their times. Events are
 * held in parallel arrays, 12 bytes each.
 */
public final class EventRecording implements Recording {

	private final String name;

	private final Shape input;

	private final int size;

	private final long[] times;

	private final int[] places;

	/**
	 * Makes a recording.
	 * @param input channels, height and width of the sensor
	 * @param size number of events
	 * @param times microseconds, never decreasing; shared, may be longer
	 * @param places {@code (c * H + y) * W + x} of each event, inside the input; shared,
	 * may be longer
	 */
	public EventRecording(String name, Shape input, int size, long[] times, int[] places) {
		assert times.length >= size && places.length >= size && input.rank() == 3;
		this.name = name;
		this.input = input;
		this.size = size;
		this.times = times;
		this.places = places;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public Shape input() {
		return this.input;
	}

	@Override
	public long events() {
		return this.size;
	}

	/** Number of events. */
	public int size() {
		return this.size;
	}

	/** Microseconds of each event, shared; may be longer than {@link #size()}. */
	public long[] times() {
		return this.times;
	}

	/**
	 * {@code (c * H + y) * W + x} of each event, shared; may be longer than
	 * {@link #size()}.
	 */
	public int[] places() {
		return this.places;
	}

}
