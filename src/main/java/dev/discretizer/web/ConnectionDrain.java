package dev.discretizer.web;

import java.io.IOException;
import java.time.Duration;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Keeps the service open for a while after it was told to stop. Spring Boot has taken
 * readiness down by then and closes the connector after this, which would reset the
 * requests that clients send on open connections meanwhile; here each of them still gets
 * its answer, with word that the connection is to be closed.
 */
final class ConnectionDrain implements SmartLifecycle {

	private final Duration period;

	private volatile boolean running;

	private volatile boolean draining;

	ConnectionDrain(Duration period) {
		this.period = period;
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.draining = true;
		try {
			Thread.sleep(this.period);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Stops before the web server, which has a lower phase, does. */
	@Override
	public int getPhase() {
		return DEFAULT_PHASE;
	}

	/**
	 * Tells clients to close their connections once draining has begun.
	 */
	static final class CloseFilter extends OncePerRequestFilter {

		private final ConnectionDrain drain;

		CloseFilter(ConnectionDrain drain) {
			this.drain = drain;
		}

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			if (this.drain.draining) {
				response.setHeader(HttpHeaders.CONNECTION, "close");
			}
			chain.doFilter(request, response);
		}

	}

}
