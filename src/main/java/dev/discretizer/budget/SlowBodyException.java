package dev.discretizer.budget;

import java.time.Duration;
import java.util.Locale;

/**
 * A body arrives more slowly than a client may take.
 */
public final class SlowBodyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Names the rates.
	 * @param bytes how many bytes have arrived
	 * @param elapsed since the body was first asked for
	 * @param minRate bytes a second that are expected
	 */
	public SlowBodyException(long bytes, Duration elapsed, long minRate) {
		super(String.format(Locale.ROOT,
				"the body: %d bytes arrived in %.1f s, at least %d bytes a second are expected "
						+ "(discretizer.limits.body-min-rate)",
				bytes, elapsed.toMillis() / 1e3, minRate));
	}

}
