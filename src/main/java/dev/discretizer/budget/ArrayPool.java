package dev.discretizer.budget;

import java.lang.ref.WeakReference;
import java.lang.reflect.Array;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;

/**
 * Pools large arrays of one type for reuse. Clients mostly send tensors of the same sizes
 * again, and the JVM fills a new array with zeros, which for 64 MiB takes a fifth of the
 * time of reading them, and as long as reading them where the operating system has yet to
 * give it the pages.
 *
 * <p>
 * Pooled arrays are weakly referenced: the collector frees them whenever it runs, so they
 * need no room in the budget. Thread-safe, without locks.
 *
 * @param <A> the type of the arrays, of primitive elements
 */
final class ArrayPool<A> {

	/**
	 * Smallest pooled length in elements: shorter arrays cost less to make than to look
	 * up.
	 */
	static final int SMALLEST = 8 * 1024;

	/** Number of pooled arrays: enough for a few layers of a few clients. */
	private static final int SLOTS = 32;

	private final AtomicReferenceArray<@Nullable WeakReference<A>> slots = new AtomicReferenceArray<>(SLOTS);

	/** The slot that is overwritten next if none is empty. */
	private final AtomicInteger next = new AtomicInteger();

	private final IntFunction<A> maker;

	/**
	 * Makes an empty pool.
	 * @param maker makes an array of a length
	 */
	ArrayPool(IntFunction<A> maker) {
		this.maker = maker;
	}

	/**
	 * Returns an array that no other request uses.
	 * @param length its exact length, in elements
	 * @return an array whose elements may have any values: an earlier request may have
	 * used it
	 */
	A take(int length) {
		for (int i = 0; i < SLOTS && length >= SMALLEST; i++) {
			WeakReference<A> slot = this.slots.get(i);
			A array = (slot == null) ? null : slot.get();
			if (array != null && Array.getLength(array) == length && this.slots.compareAndSet(i, slot, null)) {
				return array;
			}
		}
		return this.maker.apply(length);
	}

	/** Returns an array to the pool; the caller must not use it afterwards. */
	void give(A array) {
		if (Array.getLength(array) >= SMALLEST) {
			WeakReference<A> reference = new WeakReference<>(array);
			for (int i = 0; i < SLOTS; i++) {
				WeakReference<A> slot = this.slots.get(i);
				if ((slot == null || slot.refersTo(null)) && this.slots.compareAndSet(i, slot, reference)) {
					return;
				}
			}
			this.slots.set(Math.floorMod(this.next.getAndIncrement(), SLOTS), reference);
		}
	}

}
