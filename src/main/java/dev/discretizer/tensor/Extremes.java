package dev.discretizer.tensor;

/**
 * The extremes of what was scanned so far, by {@link Math#min} and {@link Math#max}: a
 * NaN makes both NaN, which is how a decoder learns of it without a pass of its own.
 * Positive and negative infinity before anything is scanned.
 */
final class Extremes {

	private float min = Float.POSITIVE_INFINITY;

	private float max = Float.NEGATIVE_INFINITY;

	/**
	 * Takes in {@code a[from .. to - 1]}. Both in one loop, which is vectorized: two
	 * loops with a minimum and a maximum each take four times as long (JDK 25).
	 */
	void scan(float[] a, int from, int to) {
		float min = this.min;
		float max = this.max;
		for (int i = from; i < to; i++) {
			min = Math.min(min, a[i]);
			max = Math.max(max, a[i]);
		}
		this.min = min;
		this.max = max;
	}

	float min() {
		return this.min;
	}

	float max() {
		return this.max;
	}

}
