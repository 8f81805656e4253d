package dev.discretizer.budget;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * Pools large arrays for reuse. Clients mostly send tensors of the same sizes again, and
 * the JVM fills a new array with zeros, which for 64 MiB takes a fifth of the time of
 * reading them.
 *
 * <p>
 * Pooled arrays are weakly referenced: the collector frees them whenever it runs, so they
 * need no room in the budget. Thread-safe, without locks.
 */
final class ArrayPool {

	/**
	 * Smallest pooled length in elements: shorter arrays cost less to make than to look
	 * up.
	 */
	static final int SMALLEST = 8 * 1024;

	/** Number of pooled arrays: enough for a few layers of a few clients. */
	private static final int SLOTS = 32;

	private final AtomicReferenceArray<@Nullable WeakReference<float[]>> slots = new AtomicReferenceArray<>(SLOTS);

	/** The slot that is overwritten next if none is empty. */
	private final AtomicInteger next = new AtomicInteger();

	/**
	 * Returns an array that no other request uses.
	 * @param length its exact length, in elements
	 * @return an array whose elements may have any values: an earlier request may have
	 * used it
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

	/** Returns an array to the pool; the caller must not use it afterwards. */
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
