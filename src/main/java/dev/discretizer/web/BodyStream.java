package dev.discretizer.web;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

import dev.discretizer.budget.BodyDeadline;
import dev.discretizer.budget.Limits;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.Limit;
import dev.discretizer.tensor.LimitExceededException;
import jakarta.servlet.http.HttpServletRequest;

/**
 * A request's body, held to the limit on its size, by the length it declares before a
 * byte is read and by what it really sends; and to the time it may take.
 */
final class BodyStream extends InputStream {

	private static final String BODY = "the body";

	/** Enough for a round trip and a slow start; also in the README. */
	private static final Duration GRACE = Duration.ofSeconds(5);

	private final InputStream in;

	private final Allowance allowance;

	private final BodyDeadline deadline;

	private long count;

	private BodyStream(InputStream in, Allowance allowance, BodyDeadline deadline) {
		this.in = in;
		this.allowance = allowance;
		this.deadline = deadline;
	}

	/**
	 * Checks the length that a request declares, before anything is done for its body.
	 * @param length bytes, or -1 where it declares none
	 * @throws LimitExceededException if it is over the limit
	 */
	static void checkDeclared(long length, Limits limits) {
		if (length > limits.body()) {
			throw new LimitExceededException(Limit.BODY, limits.body(), length, BODY);
		}
	}

	/** The body of a request, not read yet. */
	static BodyStream of(HttpServletRequest request, Limits limits, Allowance allowance) throws IOException {
		return new BodyStream(request.getInputStream(), allowance,
				new BodyDeadline(GRACE, limits.bodyMinRate(), System.nanoTime()));
	}

	@Override
	public int read() throws IOException {
		byte[] one = new byte[1];
		return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xff;
	}

	@Override
	public int read(byte[] dest, int offset, int length) throws IOException {
		int read = this.in.read(dest, offset, length);
		if (read > 0) {
			this.count += read;
			this.allowance.check(Limit.BODY, this.count, BODY);
			this.deadline.check(this.count, System.nanoTime());
		}
		return read;
	}

}
