package dev.discretizer.budget;

import java.time.Duration;

/**
 * The time by which the next byte of a body must have arrived.
 *
 * <pre>
 * deadline(bytes) = grace + bytes / minRate
 * </pre>
 *
 * Not thread-safe; one instance serves one body.
 */
public final class BodyDeadline {

	private final long graceNanos;

	private final long minRate;

	private final long start;

	/**
	 * Starts the clock.
	 * @param grace time that any body may take, whatever its size
	 * @param minRate lowest rate in bytes per second after that, at least 1
	 * @param now {@link System#nanoTime()}
	 */
	public BodyDeadline(Duration grace, long minRate, long now) {
		this.graceNanos = grace.toNanos();
		this.minRate = minRate;
		this.start = now;
	}

	/**
	 * Checks the time.
	 * @param bytes number of bytes that have arrived
	 * @param now {@link System#nanoTime()}
	 * @throws SlowBodyException if the body is late
	 */
	public void check(long bytes, long now) {
		long elapsed = now - this.start;
		if (elapsed - this.graceNanos > bytes * 1e9 / this.minRate) {
			throw new SlowBodyException(bytes, Duration.ofNanos(elapsed), this.minRate);
		}
	}

}
