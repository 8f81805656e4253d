package dev.discretizer.budget;

import java.time.Duration;
import java.util.Locale;

/**
 * A body arrives at less than the lowest allowed rate.
 */
public final class SlowBodyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Names the rates.
	 * @param bytes number of bytes that have arrived
	 * @param elapsed time since the service began to read the body
	 * @param minRate lowest allowed rate in bytes per second
	 */
	public SlowBodyException(long bytes, Duration elapsed, long minRate) {
		super(String.format(Locale.ROOT,
				"the body: %d bytes arrived in %.1f s, at least %d bytes a second are expected "
						+ "(discretizer.limits.body-min-rate)",
				bytes, elapsed.toMillis() / 1e3, minRate));
	}

}
