package dev.discretizer.web.server;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;

/**
 * Keeps the service open for a while after it was told to stop. At that time Spring Boot
 * has already reported the service as not ready; it closes the connector after this
 * drain. Without the drain, requests that clients send on open connections meanwhile
 * would be reset; with it, each of them gets its answer, with {@code Connection: close}.
 *
 * <p>
 * The listening socket is closed first, while requests on accepted connections are still
 * answered: closing both at once, as Spring Boot does, resets every connection that was
 * made a moment before. While it is being closed, requests are held back: a client that
 * connects anew for each request waits for its answer then, and connects to a closed
 * listener afterwards, which it can tell from an answer.
 */
final class ConnectionDrain implements SmartLifecycle {

	/**
	 * Time limit for requests on the connections accepted last; idle connections are not
	 * waited for.
	 */
	private static final Duration LONGEST_SETTLING = Duration.ofSeconds(2);

	/**
	 * How long requests are held back before listening ends, so that nobody connects
	 * then. On a machine with more work than cores a client may take that long to connect
	 * after its last answer: with 50 ms, one of 16 was reset.
	 */
	private static final Duration HOLD = Duration.ofMillis(150);

	private final Duration period;

	private final List<Connector> connectors = new CopyOnWriteArrayList<>();

	private volatile boolean running;

	private volatile boolean draining;

	/** Closed for as long as the listening sockets are being closed. */
	private volatile CountDownLatch gate = new CountDownLatch(0);

	ConnectionDrain(Duration period) {
		this.period = period;
	}

	/** Adds a connector to be drained. */
	void add(Connector connector) {
		this.connectors.add(connector);
	}

	@Override
	public void start() {
		this.running = true;
		this.draining = false;
	}

	@Override
	public void stop() {
		this.draining = true;
		try {
			if (this.period.isPositive()) {
				Thread.sleep(this.period);
				settle();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.running = false;
	}

	private void settle() throws InterruptedException {
		this.gate = new CountDownLatch(1);
		try {
			// Tomcat's acceptor resets the connection at which it learns that it shall
			// stop.
			Thread.sleep(HOLD);
			this.connectors.forEach((connector) -> connector.getProtocolHandler().closeServerSocketGraceful());
		}
		finally {
			this.gate.countDown();
		}
		long deadline = System.nanoTime() + LONGEST_SETTLING.toNanos();
		while (isConnected() && System.nanoTime() < deadline) {
			Thread.sleep(10);
		}
	}

	private void awaitGate() {
		try {
			this.gate.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean isConnected() {
		return this.connectors.stream()
			.anyMatch((connector) -> connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol
					&& protocol.getConnectionCount() > 0);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Stops before the web server, whose phase is lower. */
	@Override
	public int getPhase() {
		return DEFAULT_PHASE;
	}

	/**
	 * Tells clients to close their connections once draining has begun.
	 */
	static final class CloseFilter implements Filter {

		private final ConnectionDrain drain;

		CloseFilter(ConnectionDrain drain) {
			this.drain = drain;
		}

		@Override
		public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			if (this.drain.draining) {
				this.drain.awaitGate();
				((HttpServletResponse) response).setHeader(HttpHeaders.CONNECTION, "close");
			}
			chain.doFilter(request, response);
		}

	}

}
