package dev.discretizer.behaviour;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Simulators for several threads: as many are made as are used at once. Thread-safe.
 */
final class Pool<T> {

	private final Supplier<T> maker;

	private final ConcurrentLinkedQueue<T> idle = new ConcurrentLinkedQueue<>();

	Pool(Supplier<T> maker) {
		this.maker = maker;
	}

	/** Uses one that nobody else uses meanwhile. */
	void use(Consumer<T> user) {
		T found = this.idle.poll();
		T used = (found != null) ? found : this.maker.get();
		user.accept(used);
		this.idle.add(used);
	}

}
