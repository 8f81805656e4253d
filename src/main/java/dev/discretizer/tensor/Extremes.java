package dev.discretizer.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The smallest and largest of the values scanned so far, in the order of {@link Math#min}
 * and {@link Math#max}: negative zero is below zero, and a NaN makes both NaN, so that a
 * decoder notices one without a separate pass. Before the first scan they are positive
 * and negative infinity.
 *
 * <p>
 * Floats are compared as integers: the bits of a float, with all but the sign inverted
 * where that is set, have the same order, and NaNs lie beyond the infinities. Minimum and
 * maximum of integers are one vector instruction each; those of floats are not, because
 * of NaNs and the sign of zero. Measured: 0.06 instead of 0.24 ns per element (JDK 25,
 * AVX-512).
 */
final class Extremes {

	private static final int POSITIVE_INFINITY = key(Float.floatToRawIntBits(Float.POSITIVE_INFINITY));

	private static final int NEGATIVE_INFINITY = key(Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));

	private int min = POSITIVE_INFINITY;

	private int max = NEGATIVE_INFINITY;

	/**
	 * Scans {@code a[from .. to - 1]}. Reads the bits through a segment, since
	 * {@link Float#floatToRawIntBits} prevents vectorization (JDK 25).
	 */
	void scan(float[] a, int from, int to) {
		MemorySegment bits = MemorySegment.ofArray(a);
		int min = this.min;
		int max = this.max;
		for (int i = from; i < to; i++) {
			int key = key(bits.getAtIndex(ValueLayout.JAVA_INT, i));
			min = Math.min(min, key);
			max = Math.max(max, key);
		}
		this.min = min;
		this.max = max;
	}

	/** Its own inverse. */
	private static int key(int bits) {
		return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
	}

	float min() {
		return hasNaN() ? Float.NaN : Float.intBitsToFloat(key(this.min));
	}

	float max() {
		return hasNaN() ? Float.NaN : Float.intBitsToFloat(key(this.max));
	}

	private boolean hasNaN() {
		return this.min < NEGATIVE_INFINITY || this.max > POSITIVE_INFINITY;
	}

}
