package dev.discretizer.discretize;

/**
 * How often each integer of a precision occurs. Immutable.
 */
public final class Histogram {

	/** Most bits of a precision whose integers are counted: at most 1024 counts. */
	public static final int MAX_BITS = 10;

	private final int low;

	private final int[] counts;

	/**
	 * Takes the counts.
	 * @param low the integer that the first count is of
	 * @param counts of the integers from {@code low} up; shared
	 */
	Histogram(int low, int[] counts) {
		this.low = low;
		this.counts = counts;
	}

	/** The integer that the first count is of: the smallest of the precision. */
	public int low() {
		return this.low;
	}

	/**
	 * One count for each integer from {@link #low()} up to the largest of the precision;
	 * a copy. They add up to the number of elements, unless values were not clamped and
	 * left the precision.
	 */
	public int[] counts() {
		return this.counts.clone();
	}

}
