package dev.discretizer.web.server;

import java.io.IOException;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Tomcat's HTTP/1.1 on a {@link ServiceEndpoint}, with requests that know their socket,
 * for {@link SocketBody}. Public with a public constructor, as Tomcat makes it by its
 * name.
 */
public final class SocketProtocol extends Http11NioProtocol {

	/** One of the notes of Tomcat's requests, which nobody else uses. */
	private static final int NOTE = 24;

	public SocketProtocol() {
		super(new ServiceEndpoint());
	}

	@Override
	protected Processor createProcessor() {
		return new SocketProcessor(this);
	}

	private static final class SocketProcessor extends Http11Processor {

		SocketProcessor(SocketProtocol protocol) {
			super(protocol, protocol.getAdapter());
		}

		@Override
		public SocketState service(SocketWrapperBase<?> socket) throws IOException {
			getRequest().setNote(NOTE, socket.getSocket());
			return super.service(socket);
		}

	}

	/**
	 * Hands the socket of a request on to the servlets, where it can be read directly.
	 */
	static final class SocketValve extends ValveBase {

		SocketValve() {
			super(true);
		}

		@Override
		public void invoke(Request request, Response response) throws IOException, ServletException {
			org.apache.coyote.Request body = request.getCoyoteRequest();
			// Not a channel of TLS, which is a subclass: what is in the socket is
			// encrypted then.
			if (body.getNote(NOTE) instanceof NioChannel channel && channel.getClass() == NioChannel.class) {
				SocketBody.offer(request, body, channel);
			}
			getNext().invoke(request, response);
		}

	}

}
