package dev.discretizer.tensor;

/**
 * The extremes of a slice, by {@link Math#min} and {@link Math#max}: a NaN in the slice
 * makes the result NaN, which is how a decoder learns of it without a pass of its own.
 */
final class Extremes {

	private Extremes() {
	}

	/** The smallest of {@code a[from .. to - 1]}; positive infinity for none. */
	static float min(float[] a, int from, int to) {
		float min = Float.POSITIVE_INFINITY;
		for (int i = from; i < to; i++) {
			min = Math.min(min, a[i]);
		}
		return min;
	}

	/** The largest of {@code a[from .. to - 1]}; negative infinity for none. */
	static float max(float[] a, int from, int to) {
		float max = Float.NEGATIVE_INFINITY;
		for (int i = from; i < to; i++) {
			max = Math.max(max, a[i]);
		}
		return max;
	}

}
