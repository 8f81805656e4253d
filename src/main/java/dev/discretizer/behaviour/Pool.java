package dev.discretizer.behaviour;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Pools simulators for several threads; a new one is made only if all are in use.
 * Thread-safe.
 */
final class Pool<T> {

	private final Supplier<T> maker;

	private final ConcurrentLinkedQueue<T> idle = new ConcurrentLinkedQueue<>();

	Pool(Supplier<T> maker) {
		this.maker = maker;
	}

	/** Lends a simulator to one user exclusively. */
	void use(Consumer<T> user) {
		T found = this.idle.poll();
		T used = (found != null) ? found : this.maker.get();
		user.accept(used);
		this.idle.add(used);
	}

}
