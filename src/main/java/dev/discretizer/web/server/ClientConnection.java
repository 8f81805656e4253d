package dev.discretizer.web.server;

import java.time.Duration;

import jakarta.servlet.ServletRequest;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Request;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.jspecify.annotations.Nullable;

/**
 * The connection that a request came by: how long a read waits for its bytes, and whether
 * the client has closed it. Not thread-safe.
 */
public final class ClientConnection {

	private static final String ATTRIBUTE = ClientConnection.class.getName();

	private final Request request;

	private final Http11InputBuffer buffer;

	private final NioSocketWrapper socket;

	private ClientConnection(Request request, Http11InputBuffer buffer, NioSocketWrapper socket) {
		this.request = request;
		this.buffer = buffer;
		this.socket = socket;
	}

	/** Makes the connection of a request known. */
	static void offer(ServletRequest request, Request body, NioSocketWrapper socket) {
		if (body.getInputBuffer() instanceof Http11InputBuffer buffer) {
			request.setAttribute(ATTRIBUTE, new ClientConnection(body, buffer, socket));
		}
	}

	/** The connection of a request, or null if {@code discretizer.socket-body} is off. */
	public static @Nullable ClientConnection of(ServletRequest request) {
		return (ClientConnection) request.getAttribute(ATTRIBUTE);
	}

	/**
	 * Sets how long a read from now on waits for bytes of this request. Tomcat's poller,
	 * which closes connections that have been silent for as long, counts from now on too:
	 * it knows nothing of what was read directly from the socket, nor of a wait for
	 * memory.
	 */
	void setReadTimeout(Duration timeout) {
		this.socket.updateLastRead();
		this.socket.setReadTimeout(timeout.toMillis());
	}

	/**
	 * Whether the client has closed it. Only after the body was read to the end.
	 *
	 * <p>
	 * Asks Tomcat to read without waiting. Bytes of a next request stay in Tomcat's
	 * buffer, where the next request is read from.
	 */
	public boolean isClosed() {
		this.request.action(ActionCode.AVAILABLE, Boolean.TRUE);
		// At the end of the stream, and if reading fails, Tomcat claims that there is a
		// byte, so that a read follows and throws.
		return this.request.getAvailable() > 0 && !this.buffer.getByteBuffer().hasRemaining();
	}

}
