package dev.discretizer.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The extremes of what was scanned so far, in the order of {@link Math#min} and
 * {@link Math#max}: negative zero is below zero, and a NaN makes both NaN, which is how a
 * decoder learns of it without a pass of its own. Positive and negative infinity before
 * anything is scanned.
 *
 * <p>
 * Floats are compared as integers: the bits of a float, with all but the sign inverted
 * where that is set, are in the same order, and NaNs are beyond the infinities. Minimum
 * and maximum of integers are one instruction each for a whole vector, which those of
 * floats are not, as they must mind NaNs and the sign of zero: 0.06 ns an element for
 * 0.24 (JDK 25, AVX-512).
 */
final class Extremes {

	private static final int POSITIVE_INFINITY = key(Float.floatToRawIntBits(Float.POSITIVE_INFINITY));

	private static final int NEGATIVE_INFINITY = key(Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));

	private int min = POSITIVE_INFINITY;

	private int max = NEGATIVE_INFINITY;

	/**
	 * Takes in {@code a[from .. to - 1]}. Bits are read through a segment, as
	 * {@link Float#floatToRawIntBits} keeps the loop from being vectorized (JDK 25).
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
