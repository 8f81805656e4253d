package dev.discretizer.budget;

import java.time.Duration;

/**
 * The time by which the next byte of a body must have arrived.
 *
 * <pre>
 * deadline(bytes) = grace + bytes / minRate
 * </pre>
 *
 * A read waits until that time, but for the grace at least, and for
 * {@link #LONGEST_PAUSE} at most. A client that behaves does pause: its kernel asks
 * whether a window that a busy service has closed is open again at intervals that double.
 *
 * <p>
 * Not thread-safe; one instance serves one body.
 */
public final class BodyDeadline {

	/**
	 * How long nothing may arrive at most, whatever arrived before: the client may be
	 * gone without a word. Stated in docs/reference.md too.
	 */
	public static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

	private final long graceNanos;

	private final long minRate;

	private final long start;

	/**
	 * Starts the clock.
	 * @param grace time that any body may take, whatever its size; below
	 * {@link #LONGEST_PAUSE}
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

	/**
	 * How long to wait for the next byte, in nanoseconds.
	 * @param bytes number of bytes that have arrived
	 * @param now {@link System#nanoTime()}
	 */
	public long patience(long bytes, long now) {
		double left = this.graceNanos + bytes * 1e9 / this.minRate - (now - this.start);
		return Math.clamp((long) left, this.graceNanos, LONGEST_PAUSE.toNanos());
	}

}
