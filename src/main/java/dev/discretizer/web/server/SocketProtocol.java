package dev.discretizer.web.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's HTTP/1.1 on a {@link ServiceEndpoint}, with access to the socket of a request,
 * for {@link SocketBody} and {@link ClientConnection}. Public with a public constructor,
 * as Tomcat creates it by class name.
 */
public final class SocketProtocol extends Http11NioProtocol {

	/**
	 * Index of the note in Tomcat's requests that holds the socket; not used otherwise.
	 */
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
			getRequest().setNote(NOTE, socket);
			return super.service(socket);
		}

		/**
		 * Takes names with underscores too, as compose and nginx's upstreams have them:
		 * RFC 3986 allows them, Tomcat does not. It checks the name with letters in their
		 * place.
		 */
		@Override
		protected void parseHost(@Nullable MessageBytes value) {
			String host = (value != null && !value.isNull()) ? value.toString() : "";
			if (host.indexOf('_') < 0) {
				super.parseHost(value);
				return;
			}
			byte[] checked = host.replace('_', 'x').getBytes(StandardCharsets.ISO_8859_1);
			MessageBytes copy = MessageBytes.newInstance();
			copy.setBytes(checked, 0, checked.length);
			super.parseHost(copy);
			MessageBytes name = getRequest().serverName();
			if (!name.isNull()) {
				name.setString(host.substring(0, name.getLength()));
			}
		}

	}

	/**
	 * Passes the socket of a request to the servlets, which can read it directly.
	 */
	static final class SocketValve extends ValveBase {

		SocketValve() {
			super(true);
		}

		@Override
		public void invoke(Request request, Response response) throws IOException, ServletException {
			org.apache.coyote.Request body = request.getCoyoteRequest();
			if (body.getNote(NOTE) instanceof NioSocketWrapper socket) {
				ClientConnection.offer(request, body, socket);
				// Not a TLS channel, which is a subclass: the bytes in its socket are
				// encrypted.
				if (socket.getSocket() instanceof NioChannel channel && channel.getClass() == NioChannel.class) {
					SocketBody.offer(request, body, channel);
				}
			}
			getNext().invoke(request, response);
		}

	}

}
