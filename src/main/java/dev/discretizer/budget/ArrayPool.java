package dev.discretizer.budget;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * Large arrays of requests that are done, for requests to come: a client mostly sends
 * tensors of the same sizes again, and a new array must be filled with zeros, which for
 * 64 MiB takes a fifth of the time that reading them does.
 *
 * <p>
 * Arrays are held weakly, so they are garbage as before and need no room in the budget:
 * the collector takes them whenever it runs. Thread-safe, without locks.
 */
final class ArrayPool {

	/** Below this an array costs less to make than to look for, in elements. */
	static final int SMALLEST = 8 * 1024;

	/** A few layers of a few clients. */
	private static final int SLOTS = 32;

	private final AtomicReferenceArray<@Nullable WeakReference<float[]>> slots = new AtomicReferenceArray<>(SLOTS);

	/** Where the next array goes if no slot is empty. */
	private final AtomicInteger next = new AtomicInteger();

	/**
	 * An array that nobody else has.
	 * @param length its exact length, in elements
	 * @return elements are zero, or whatever a request before has left in them
	 */
	float[] take(int length) {
		for (int i = 0; i < SLOTS && length >= SMALLEST; i++) {
			WeakReference<float[]> slot = this.slots.get(i);
			float[] array = (slot == null) ? null : slot.get();
			if (array != null && array.length == length && this.slots.compareAndSet(i, slot, null)) {
				return array;
			}
		}
		return new float[length];
	}

	/** Gives back an array that the caller will not touch any more. */
	void give(float[] array) {
		if (array.length >= SMALLEST) {
			WeakReference<float[]> reference = new WeakReference<>(array);
			for (int i = 0; i < SLOTS; i++) {
				WeakReference<float[]> slot = this.slots.get(i);
				if ((slot == null || slot.refersTo(null)) && this.slots.compareAndSet(i, slot, reference)) {
					return;
				}
			}
			this.slots.set(Math.floorMod(this.next.getAndIncrement(), SLOTS), reference);
		}
	}

}
