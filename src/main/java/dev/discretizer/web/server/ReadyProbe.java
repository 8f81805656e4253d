package dev.discretizer.web.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The health check of the image: asks the service on this machine whether it is ready,
 * and fails with what it says when it is not. A program of its own, since an image fit
 * for production has no curl and need not have a shell.
 *
 * <p>
 * Asks on the management port, which takes neither TLS nor keys, and which the clients of
 * a busy service cannot fill. A JVM is started for it every few seconds, so it loads next
 * to nothing: a bare socket and no HTTP client, and not even a concatenated string, which
 * costs a tenth of all its time.
 */
final class ReadyProbe {

	private static final int PATIENCE_MILLIS = 2000;

	private static final String DEFAULT_PORT = "8081";

	private static final String REQUEST = "GET /actuator/health/readiness HTTP/1.1\r\nHost: localhost\r\n"
			+ "Connection: close\r\n\r\n";

	private ReadyProbe() {
	}

	/**
	 * Asks on the port of MANAGEMENT_SERVER_PORT, as Spring Boot reads it.
	 * @throws IOException if there is no answer
	 * @throws IllegalStateException if the answer is another than 200
	 */
	public static void main(String[] args) throws IOException {
		String status = ask(Integer.parseInt(System.getenv().getOrDefault("MANAGEMENT_SERVER_PORT", DEFAULT_PORT)));
		if (!status.startsWith("HTTP/1.1 200")) {
			throw new IllegalStateException(status);
		}
	}

	/** Returns the status line. */
	private static String ask(int port) throws IOException {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
			socket.setSoTimeout(PATIENCE_MILLIS);
			socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
			String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
				.readLine();
			return (line != null) ? line : "no answer";
		}
	}

}
