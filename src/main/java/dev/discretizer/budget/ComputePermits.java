package dev.discretizer.budget;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Bounds how many requests compute at once, so that many threads waiting for the network
 * do not become many threads fighting for the cores; the others queue in order. Nobody
 * holds a permit while reading from or writing to a client. Thread-safe.
 */
public final class ComputePermits {

	private final Semaphore permits;

	/**
	 * Makes permits.
	 * @param permits how many may compute at once, at least 1
	 */
	public ComputePermits(int permits) {
		this.permits = new Semaphore(permits, true);
	}

	/** Twice as many permits as there are cores. */
	public static ComputePermits twiceTheCores() {
		return new ComputePermits(2 * Runtime.getRuntime().availableProcessors());
	}

	/** Computes as soon as a permit is free. */
	public <T> T with(Supplier<T> computation) {
		this.permits.acquireUninterruptibly();
		try {
			return computation.get();
		}
		finally {
			this.permits.release();
		}
	}

}
