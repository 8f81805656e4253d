package dev.discretizer.service;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import dev.discretizer.behaviour.simulator.Monitor;
import dev.discretizer.budget.ClientGoneException;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.RequestLimit;

/**
 * Stops the simulations of one request when they exceed a limit, or when the client has
 * gone. All other work counts as the additions that take as long: events that reach no
 * state, or many steps of a large network, would otherwise run without bound.
 * Thread-safe.
 */
final class RequestMonitor implements Monitor {

	/** Nanoseconds between two looks at the client's connection. */
	private static final long INTERVAL = 50_000_000;

	private final Allowance limits;

	private final BooleanSupplier clientGone;

	private final AtomicLong work = new AtomicLong();

	private final ReentrantLock looking = new ReentrantLock();

	private volatile long looked = System.nanoTime();

	private volatile boolean gone;

	/**
	 * Makes a monitor.
	 * @param limits checked only, from any thread
	 * @param clientGone called by one thread at a time
	 */
	RequestMonitor(Allowance limits, BooleanSupplier clientGone) {
		this.limits = limits;
		this.clientGone = clientGone;
	}

	@Override
	public void steps(String recording, long steps) {
		this.limits.check(RequestLimit.STEPS, steps, "recording " + recording);
	}

	@Override
	public void work(long synops, long other) {
		this.limits.check(RequestLimit.SYNOPS, this.work.addAndGet(synops + other), "the simulations");
		if (System.nanoTime() - this.looked > INTERVAL && this.looking.tryLock()) {
			try {
				this.looked = System.nanoTime();
				this.gone |= this.clientGone.getAsBoolean();
			}
			finally {
				this.looking.unlock();
			}
		}
		if (this.gone) {
			throw new ClientGoneException();
		}
	}

}
