package dev.discretizer.behaviour.simulator;

/**
 * The number of events of each place in one time step: the places with events, and their
 * counts. A place is {@code (y * W + x) * C + c}. Not thread-safe.
 */
public final class StepCounts {

	/** Counts by place; zero except for the places in {@link #places}. */
	private final double[] counts;

	private final int[] places;

	private int size;

	public StepCounts(int places) {
		this.counts = new double[places];
		this.places = new int[places];
	}

	/** Bytes of memory that the counts of this number of places take. */
	public static long bytes(int places) {
		return places * (long) (Double.BYTES + Integer.BYTES);
	}

	public void clear() {
		for (int i = 0; i < this.size; i++) {
			this.counts[this.places[i]] = 0;
		}
		this.size = 0;
	}

	/** Adds events to a place; a count above 0. */
	public void add(int place, double count) {
		if (this.counts[place] == 0) {
			this.places[this.size++] = place;
		}
		this.counts[place] += count;
	}

	/** Number of places that have events. */
	public int size() {
		return this.size;
	}

	/** The place at this index, in the order of their first event. */
	public int place(int i) {
		return this.places[i];
	}

	/** Events of a place. */
	public double count(int place) {
		return this.counts[place];
	}

}
