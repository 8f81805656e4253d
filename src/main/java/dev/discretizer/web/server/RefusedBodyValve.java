package dev.discretizer.web.server;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

import dev.discretizer.budget.BodyDeadline;
import dev.discretizer.budget.Limits;
import dev.discretizer.budget.SlowBodyException;
import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.springframework.http.HttpStatus;

import org.jspecify.annotations.Nullable;

/**
 * Reads and discards the rest of a refused body after the answer is sent: otherwise a
 * client that sends everything before it reads would see a reset connection in place of
 * its answer. Bounded in bytes and rate, and in time once another client waits for the
 * thread or the connection; when a bound is reached, the connection is closed.
 *
 * <p>
 * A valve, since Tomcat closes the servlet's input once an answer has all its bytes, and
 * Tomcat's own way to swallow a body leaves out the most important statuses: 400 and 413.
 */
final class RefusedBodyValve extends ValveBase {

	/** For how long a body may keep a thread that another request waits for. */
	private static final Duration LONGEST = Duration.ofSeconds(60);

	/**
	 * Time limit for bodies of callers that are not authenticated or not allowed: long
	 * enough for a client with a wrong key, and short enough for many such clients. Each
	 * body occupies a thread meanwhile.
	 */
	private static final Duration LONGEST_OF_STRANGERS = Duration.ofSeconds(5);

	/**
	 * Largest number of such bodies drained at once, a small part of the threads; further
	 * connections are closed immediately.
	 */
	private static final int MOST_STRANGERS = 16;

	private final Semaphore strangers = new Semaphore(MOST_STRANGERS);

	private final Limits limits;

	private final Duration longest;

	/**
	 * Makes the valve.
	 * @param limits largest number of body bytes read, and lowest rate
	 */
	RefusedBodyValve(Limits limits) {
		this(limits, LONGEST);
	}

	/**
	 * Makes the valve, for a test that cannot wait as long.
	 * @param longest for how long a body may keep a thread that another request waits for
	 */
	RefusedBodyValve(Limits limits, Duration longest) {
		super(true);
		this.limits = limits;
		this.longest = longest;
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		getNext().invoke(request, response);
		boolean refused = response.getStatus() >= HttpStatus.BAD_REQUEST.value() && response.isCommitted();
		org.apache.coyote.Request body = request.getCoyoteRequest();
		if (refused && !(mayArrive(body) && drain(request, response.getStatus()))) {
			// Otherwise Tomcat would wait for the rest itself.
			body.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
		}
	}

	/**
	 * Whether the rest of the body may arrive. False if reading has failed before, or if
	 * the client waits for a 100 Continue that it will not get.
	 */
	private static boolean mayArrive(org.apache.coyote.Request body) {
		boolean neverAsked = body.hasExpectation() && body.getBytesRead() == 0;
		return !neverAsked && !body.isExceptionPresent();
	}

	private boolean drain(Request request, int status) {
		Connector connector = request.getConnector();
		if (status != HttpStatus.UNAUTHORIZED.value() && status != HttpStatus.FORBIDDEN.value()) {
			return drain(request, this.longest, () -> isAwaited(connector));
		}
		if (!this.strangers.tryAcquire()) {
			return request.getCoyoteRequest().isFinished();
		}
		try {
			return drain(request, LONGEST_OF_STRANGERS, () -> true);
		}
		finally {
			this.strangers.release();
		}
	}

	/** Whether another client waits for a thread or for its connection to be accepted. */
	private static boolean isAwaited(Connector connector) {
		if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol
				&& protocol.getExecutor() instanceof ThreadPoolExecutor threads) {
			return !threads.getQueue().isEmpty() || protocol.getConnectionCount() >= protocol.getMaxConnections();
		}
		return true;
	}

	/**
	 * Reads the rest of a body.
	 * @param longest how long that may take where the thread is awaited
	 * @return whether the body was read to its end
	 */
	private boolean drain(Request request, Duration longest, BooleanSupplier awaited) {
		org.apache.coyote.Request body = request.getCoyoteRequest();
		ClientConnection connection = ClientConnection.of(request);
		long start = System.nanoTime();
		BodyDeadline deadline = BodyStream.deadline(this.limits);
		long count = 0;
		Waste waste = new Waste();
		try {
			while (!body.isFinished()) {
				if (connection != null) {
					connection.setReadTimeout(BodyStream.GRACE);
				}
				int read = read(body, waste);
				count += Math.max(0, read);
				boolean late = System.nanoTime() - start > longest.toNanos() && awaited.getAsBoolean();
				if (read < 0 || count > this.limits.body() || late) {
					// The end of a chunked body is known only after it is read.
					return read < 0 && body.isFinished();
				}
				deadline.check(count, System.nanoTime());
			}
			return true;
		}
		catch (IOException | SlowBodyException ex) {
			// The client has closed the connection or is late; its answer was sent.
			this.container.getLogger().debug("a refused body broke off", ex);
			return false;
		}
	}

	/**
	 * Reads some of a body: nothing where nothing has come for as long as the connector
	 * waits. A client that a busy service has stopped often by a closed window asks
	 * whether it has opened at intervals that double, and so pauses for longer than that.
	 * Whether it is late is up to the deadline.
	 */
	private static int read(org.apache.coyote.Request body, Waste waste) throws IOException {
		try {
			return body.doRead(waste);
		}
		catch (SocketTimeoutException ex) {
			return 0;
		}
	}

	/** Takes Tomcat's own buffers and ignores them. */
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
			// The bytes are discarded.
		}

	}

}
