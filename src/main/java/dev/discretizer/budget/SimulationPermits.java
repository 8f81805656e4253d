package dev.discretizer.budget;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Bounds how many requests simulate at once. A simulation takes seconds where a
 * discretization takes milliseconds, so it has permits of its own: however many simulate,
 * the {@link ComputePermits} remain for discretizations. Thread-safe.
 */
public final class SimulationPermits {

	private final int atOnce;

	private final Duration wait;

	/** Fair, so that requests run in the order in which they came. */
	private final Semaphore permits;

	private final AtomicInteger waiting = new AtomicInteger();

	/**
	 * Makes permits.
	 * @param atOnce number of requests that may simulate at once, at least 1
	 * @param wait longest time that a request waits for its turn
	 */
	public SimulationPermits(int atOnce, Duration wait) {
		this.atOnce = atOnce;
		this.wait = wait;
		this.permits = new Semaphore(atOnce, true);
	}

	/**
	 * Simulates as soon as a permit is free.
	 * @throws BusyException if none is free in time
	 */
	public <T> T with(Supplier<T> simulation) {
		acquire();
		try {
			return simulation.get();
		}
		finally {
			this.permits.release();
		}
	}

	private void acquire() {
		this.waiting.incrementAndGet();
		try {
			if (!this.permits.tryAcquire(this.wait.toNanos(), TimeUnit.NANOSECONDS)) {
				throw new BusyException(this.atOnce, this.wait);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new BusyException(this.atOnce, this.wait);
		}
		finally {
			this.waiting.decrementAndGet();
		}
	}

	/** How many requests simulate now. */
	public int running() {
		return this.atOnce - this.permits.availablePermits();
	}

	/** How many requests wait for their turn now. */
	public int waiting() {
		return this.waiting.get();
	}

}
