package dev.discretizer.tensor;

/**
 * A recording as counts of events {@code [T, C, H, W]}: how many fell into each time step
 * and place. Counts are 0 to 65535, held as char.
 */
public final class RasterRecording implements Recording {

	private final String name;

	private final Shape input;

	private final int steps;

	private final char[] counts;

	private final long events;

	/**
	 * Makes a recording.
	 * @param input channels, height and width of the sensor
	 * @param steps number of time steps
	 * @param counts {@code [T, C, H, W]} in C order; shared, may be longer
	 */
	public RasterRecording(String name, Shape input, int steps, char[] counts) {
		assert counts.length >= Math.multiplyExact(steps, input.elements());
		this.name = name;
		this.input = input;
		this.steps = steps;
		this.counts = counts;
		long sum = 0;
		for (int i = 0; i < steps * input.elements(); i++) {
			sum += counts[i];
		}
		this.events = sum;
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
		return this.events;
	}

	/** Number of time steps. */
	public int steps() {
		return this.steps;
	}

	/** The counts in C order, shared; may be longer than the recording. */
	public char[] counts() {
		return this.counts;
	}

}
