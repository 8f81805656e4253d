package dev.discretizer.web.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The health check of the image: asks the service on this machine whether it is ready; if
 * it is not, fails and prints the answer. A Java program, since an image for production
 * has no curl and may have no shell.
 *
 * <p>
 * Asks on the management port, which uses neither TLS nor keys, and whose connections
 * clients of a busy service cannot exhaust. Each check starts a JVM every few seconds, so
 * the program loads few classes: a bare socket, no HTTP client, and no concatenated
 * strings, which would cost a tenth of its whole time.
 */
final class ReadyProbe {

	private static final int PATIENCE_MILLIS = 2000;

	private static final String DEFAULT_PORT = "8081";

	private static final String REQUEST = "GET /actuator/health/readiness HTTP/1.1\r\nHost: localhost\r\n"
			+ "Connection: close\r\n\r\n";

	private ReadyProbe() {
	}

	/**
	 * Asks on the port of MANAGEMENT_SERVER_PORT, which Spring Boot reads too.
	 * @throws IOException if there is no answer
	 * @throws IllegalStateException if the status is not 200
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
