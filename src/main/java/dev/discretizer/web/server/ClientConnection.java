package dev.discretizer.web.server;

import jakarta.servlet.ServletRequest;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Request;
import org.apache.coyote.http11.Http11InputBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the client of a request that was read to the end has closed its
 * connection.
 *
 * <p>
 * Asks Tomcat to read without waiting. Bytes of a next request stay in Tomcat's buffer,
 * where the next request is read from. Not thread-safe.
 */
public final class ClientConnection {

	private static final String ATTRIBUTE = ClientConnection.class.getName();

	private final Request request;

	private final Http11InputBuffer buffer;

	private ClientConnection(Request request, Http11InputBuffer buffer) {
		this.request = request;
		this.buffer = buffer;
	}

	/** Makes the connection of a request known. */
	static void offer(ServletRequest request, Request body) {
		if (body.getInputBuffer() instanceof Http11InputBuffer buffer) {
			request.setAttribute(ATTRIBUTE, new ClientConnection(body, buffer));
		}
	}

	/** The connection of a request, or null if it cannot be asked. */
	public static @Nullable ClientConnection of(ServletRequest request) {
		return (ClientConnection) request.getAttribute(ATTRIBUTE);
	}

	/** Whether the client has closed it. Only after the body was read to the end. */
	public boolean isClosed() {
		this.request.action(ActionCode.AVAILABLE, Boolean.TRUE);
		// At the end of the stream, and if reading fails, Tomcat claims that there is a
		// byte, so that a read follows and throws.
		return this.request.getAvailable() > 0 && !this.buffer.getByteBuffer().hasRemaining();
	}

}
