package dev.discretizer.budget;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Bounds how many requests compute at once; the others queue in order. Hundreds of
 * threads may wait for clients at the same time, and must not compete for the cores when
 * their bodies arrive together. No thread holds a permit while it reads from or writes to
 * a client. Thread-safe.
 */
public final class ComputePermits {

	private final Semaphore permits;

	/**
	 * Makes permits.
	 * @param permits number of requests that may compute at once, at least 1
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
