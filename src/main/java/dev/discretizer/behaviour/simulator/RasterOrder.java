package dev.discretizer.behaviour.simulator;

import java.util.Arrays;

import dev.discretizer.tensor.Allowance;

/**
 * Orders a raster's events within a time step: scattered like a sensor's events, and the
 * same on every machine.
 *
 * <pre>
 * key(t, c, y, x, r) = mix64((((t * C + c) * H + y) * W + x) * 256 + r)    r = 0 .. count - 1
 * </pre>
 *
 * Keys are compared as unsigned. Only repetitions from the 257th on can have equal keys;
 * these are in the order of their places. Memory is reused from one step to the next. Not
 * thread-safe.
 *
 * <p>
 * Source of mix64: Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators" (2014), the finalizer of SplitMix64.
 */
final class RasterOrder {

	private static final long INCREMENT = 0x9e37_79b9_7f4a_7c15L;

	/** Distance between the key numbers of two adjacent elements. */
	private static final int REPETITIONS = 256;

	private final Allowance allowance;

	private long[] keys = new long[0];

	private long[] sorted = new long[0];

	private int[] places = new int[0];

	private int[] ordered = new int[0];

	private int size;

	RasterOrder(Allowance allowance) {
		this.allowance = allowance;
	}

	/** SplitMix64's finalizer, with its increment added first. */
	static long mix64(long value) {
		long z = value + INCREMENT;
		z = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
		z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
		return z ^ (z >>> 31);
	}

	/** Starts a step. */
	void clear() {
		this.size = 0;
	}

	int size() {
		return this.size;
	}

	/**
	 * Adds the events of one element of the raster.
	 * @param index of the element in C order of {@code [T, C, H, W]}
	 * @param place the element's place, which the result holds
	 */
	void add(long index, int count, int place) {
		room(count);
		for (int repetition = 0; repetition < count; repetition++) {
			// The smallest long is the smallest unsigned key.
			this.keys[this.size] = mix64(index * REPETITIONS + repetition) ^ Long.MIN_VALUE;
			this.places[this.size++] = place;
		}
	}

	private void room(int count) {
		int needed = Math.addExact(this.size, count);
		if (needed > this.keys.length) {
			int length = (int) Math.min(Allowance.LONGEST_ARRAY, Math.max(needed, 2L * this.keys.length));
			this.allowance.reserve(length * 2L * (Long.BYTES + Integer.BYTES));
			this.keys = Arrays.copyOf(this.keys, length);
			this.places = Arrays.copyOf(this.places, length);
			this.sorted = new long[length];
			this.ordered = new int[length];
		}
	}

	/**
	 * The places in order, from index 0 to {@link #size()}; overwritten by the next call.
	 */
	int[] order() {
		System.arraycopy(this.keys, 0, this.sorted, 0, this.size);
		Arrays.sort(this.sorted, 0, this.size);
		Arrays.fill(this.ordered, 0, this.size, -1);
		for (int i = 0; i < this.size; i++) {
			int slot = firstOf(this.keys[i]);
			this.ordered[(this.ordered[slot] < 0) ? slot : firstFree(slot)] = this.places[i];
		}
		return this.ordered;
	}

	/** The first slot without a place of those with the same key, which fill in order. */
	private int firstFree(int first) {
		int low = first + 1;
		int high = this.size;
		while (low < high) {
			int middle = (low + high) >>> 1;
			if (this.sorted[middle] == this.sorted[first] && this.ordered[middle] >= 0) {
				low = middle + 1;
			}
			else {
				high = middle;
			}
		}
		return low;
	}

	private int firstOf(long key) {
		int low = 0;
		int high = this.size;
		while (low < high) {
			int middle = (low + high) >>> 1;
			if (this.sorted[middle] < key) {
				low = middle + 1;
			}
			else {
				high = middle;
			}
		}
		return low;
	}

}
