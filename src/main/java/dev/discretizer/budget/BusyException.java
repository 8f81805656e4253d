package dev.discretizer.budget;

import java.time.Duration;

/**
 * As many requests simulate as may at once, and none of them ended in time.
 */
public final class BusyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Names the limit.
	 * @param atOnce how many may simulate
	 * @param waited how long this one has waited
	 */
	public BusyException(int atOnce, Duration waited) {
		super(("%d simulations run, as many as may at once (discretizer.limits.simulations), and none ended in %d ms; "
				+ "try again after Retry-After seconds")
			.formatted(atOnce, waited.toMillis()));
	}

}
