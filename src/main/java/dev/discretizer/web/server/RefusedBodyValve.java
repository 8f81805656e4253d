package dev.discretizer.web.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Semaphore;

import dev.discretizer.budget.BodyDeadline;
import dev.discretizer.budget.Limits;
import dev.discretizer.budget.SlowBodyException;
import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.springframework.http.HttpStatus;

import org.jspecify.annotations.Nullable;

/**
 * Reads and throws away what is left of a refused body, after the answer is sent: a
 * client that sends everything before it reads would otherwise get a reset connection in
 * place of its answer. Bounded in bytes, time and rate; what is left then is cut.
 *
 * <p>
 * A valve, since Tomcat closes the servlet's input once an answer has all its bytes, and
 * its own way to swallow a body spares the statuses that matter most here: 400 and 413.
 */
final class RefusedBodyValve extends ValveBase {

	private static final Duration LONGEST = Duration.ofSeconds(60);

	/**
	 * For bodies of callers who are not known, or may not: enough for one who has the
	 * wrong key, and cheap where many have none. Each holds a thread meanwhile.
	 */
	private static final Duration LONGEST_OF_STRANGERS = Duration.ofSeconds(5);

	/** A small part of the threads; what comes on top is cut at once. */
	private static final int MOST_STRANGERS = 16;

	private final Semaphore strangers = new Semaphore(MOST_STRANGERS);

	private final Limits limits;

	/**
	 * Makes the valve.
	 * @param limits how much of a body is read at most, and at what rate at least
	 */
	RefusedBodyValve(Limits limits) {
		super(true);
		this.limits = limits;
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		getNext().invoke(request, response);
		boolean refused = response.getStatus() >= HttpStatus.BAD_REQUEST.value() && response.isCommitted();
		org.apache.coyote.Request body = request.getCoyoteRequest();
		if (refused && !(mayArrive(body) && drain(body, response.getStatus()))) {
			// Else Tomcat would begin to wait for it in its turn.
			body.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
		}
	}

	/**
	 * Whether there is a rest to wait for. Not where reading has failed before, and not
	 * where the client waits for a 100 Continue that it will not get.
	 */
	private static boolean mayArrive(org.apache.coyote.Request body) {
		boolean neverAsked = body.hasExpectation() && body.getBytesRead() == 0;
		return !neverAsked && !body.isExceptionPresent();
	}

	private boolean drain(org.apache.coyote.Request body, int status) {
		if (status != HttpStatus.UNAUTHORIZED.value() && status != HttpStatus.FORBIDDEN.value()) {
			return drain(body, LONGEST);
		}
		if (!this.strangers.tryAcquire()) {
			return body.isFinished();
		}
		try {
			return drain(body, LONGEST_OF_STRANGERS);
		}
		finally {
			this.strangers.release();
		}
	}

	/** Whether the body was read to its end. */
	private boolean drain(org.apache.coyote.Request body, Duration longest) {
		long end = System.nanoTime() + longest.toNanos();
		BodyDeadline deadline = BodyStream.deadline(this.limits);
		long count = 0;
		Waste waste = new Waste();
		try {
			while (!body.isFinished()) {
				int read = body.doRead(waste);
				count += Math.max(0, read);
				if (read < 0 || count > this.limits.body() || System.nanoTime() > end) {
					// The end of a chunked body is known only once it is read.
					return read < 0 && body.isFinished();
				}
				deadline.check(count, System.nanoTime());
			}
			return true;
		}
		catch (IOException | SlowBodyException ex) {
			// The client has gone, or sends no more: it has its answer.
			this.container.getLogger().debug("a refused body broke off", ex);
			return false;
		}
	}

	/** Takes Tomcat's own buffers, and does nothing with them. */
	private static final class Waste implements ApplicationBufferHandler {

		private @Nullable ByteBuffer buffer;

		@Override
		public void setByteBuffer(ByteBuffer buffer) {
			this.buffer = buffer;
		}

		@Override
		public @Nullable ByteBuffer getByteBuffer() {
			return this.buffer;
		}

		@Override
		public void expand(int size) {
			// Nothing is kept.
		}

	}

}
