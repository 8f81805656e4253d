package dev.discretizer.behaviour.simulator;

/**
 * How many events each place has in one time step: places that have any, and their
 * counts. A place is {@code (y * W + x) * C + c}. Not thread-safe.
 */
public final class StepCounts {

	/** By place; zero but for those in {@link #places}. */
	private final double[] counts;

	private final int[] places;

	private int size;

	public StepCounts(int places) {
		this.counts = new double[places];
		this.places = new int[places];
	}

	/** Bytes that counts of so many places take. */
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

	/** How many places have events. */
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
