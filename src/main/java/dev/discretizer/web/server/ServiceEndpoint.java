package dev.discretizer.web.server;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

import org.apache.juli.logging.Log;
import org.apache.juli.logging.LogFactory;
import org.apache.tomcat.util.net.NioEndpoint;

/**
 * Tomcat's endpoint, with two differences. When it stops listening, connections that the
 * kernel has completed but Tomcat has not accepted are accepted and served, instead of
 * being reset. When most of its connections are in use, new connections get less time to
 * send their heads, so that half-sent heads do not keep other clients out.
 */
final class ServiceEndpoint extends NioEndpoint {

	private static final Log LOG = LogFactory.getLog(ServiceEndpoint.class);

	/** Share of the connections in use from which the endpoint counts as crowded. */
	private static final double CROWDED = 0.75;

	/**
	 * Time limit for the head of a request if the endpoint is crowded, in milliseconds.
	 */
	private static final int CROWDED_TIMEOUT = 2000;

	/**
	 * How long nobody may have connected before the endpoint stops listening, in
	 * nanoseconds: clients that connect anew for each request are waiting for answers
	 * then, see {@link ConnectionDrain}.
	 */
	private static final long QUIET = TimeUnit.MILLISECONDS.toNanos(100);

	/** How long the endpoint waits for that at most, in nanoseconds. */
	private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(1);

	/**
	 * How long a connection may be silent before the end of its head, in milliseconds.
	 */
	@Override
	public int getConnectionTimeout() {
		int usual = super.getConnectionTimeout();
		boolean crowded = getMaxConnections() > 0 && getConnectionCount() > CROWDED * getMaxConnections();
		return crowded ? Math.min(usual, CROWDED_TIMEOUT) : usual;
	}

	/** Called after Tomcat has stopped its own acceptor. */
	@Override
	protected void doCloseServerSocket() throws IOException {
		if (isRunning() && getServerSocket() instanceof ServerSocketChannel listening && listening.isOpen()) {
			try {
				acceptAll(listening);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			catch (IOException ex) {
				LOG.debug("connections that nobody has accepted are lost", ex);
			}
		}
		super.doCloseServerSocket();
	}

	/** Accepts until nobody has connected for a while. */
	private void acceptAll(ServerSocketChannel listening) throws IOException, InterruptedException {
		listening.configureBlocking(false);
		long started = System.nanoTime();
		long last = started;
		while (System.nanoTime() - last < QUIET && System.nanoTime() - started < LONGEST_WAIT) {
			SocketChannel accepted = listening.accept();
			if (accepted == null) {
				Thread.sleep(1);
				continue;
			}
			last = System.nanoTime();
			if (!serve(accepted)) {
				accepted.close();
			}
		}
	}

	/** Counts a connection, as Tomcat's acceptor does, and passes it to the poller. */
	private boolean serve(SocketChannel accepted) throws InterruptedException {
		countUpOrAwaitConnection();
		if (setSocketOptions(accepted)) {
			return true;
		}
		countDownConnection();
		return false;
	}

}
