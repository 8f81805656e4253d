package dev.discretizer.web;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A connection on which anything can be sent, which no HTTP client would.
 */
public final class RawConnection implements AutoCloseable {

	/** Less than the 20 s for which the service waits for a client. */
	private static final int PATIENCE_MILLIS = 15_000;

	private final Socket socket;

	private final InputStream in;

	private final List<Integer> interim = new ArrayList<>();

	public RawConnection(int port) throws IOException {
		this(port, PATIENCE_MILLIS);
	}

	/**
	 * Connects.
	 * @param patienceMillis how long an answer may take
	 */
	public RawConnection(int port, int patienceMillis) throws IOException {
		this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
		this.socket.setSoTimeout(patienceMillis);
		this.socket.setTcpNoDelay(true);
		this.in = new BufferedInputStream(this.socket.getInputStream());
	}

	/** Sends a text as Latin-1. */
	public RawConnection send(String text) throws IOException {
		return send(text.getBytes(StandardCharsets.ISO_8859_1));
	}

	public RawConnection send(byte[] bytes) throws IOException {
		this.socket.getOutputStream().write(bytes);
		return this;
	}

	/** Sends a whole request with its length, and a Host. */
	public RawConnection request(String method, String target, List<String> headers, byte[] body) throws IOException {
		StringBuilder head = new StringBuilder("%s %s HTTP/1.1\r\nHost: localhost\r\n".formatted(method, target));
		headers.forEach((header) -> head.append(header).append("\r\n"));
		if (body.length > 0 || method.equals("POST")) {
			head.append("Content-Length: ").append(body.length).append("\r\n");
		}
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		all.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
		all.writeBytes(body);
		return send(all.toByteArray());
	}

	/** Says that nothing more will be sent. */
	RawConnection finish() throws IOException {
		this.socket.shutdownOutput();
		return this;
	}

	/** Reads the next final answer. */
	public Reply reply() throws IOException {
		return reply(true);
	}

	/** Reads the next final answer to a HEAD. */
	Reply headReply() throws IOException {
		return reply(false);
	}

	private Reply reply(boolean withBody) throws IOException {
		int status = status();
		Map<String, List<String>> headers = headers();
		if (status < 200) {
			this.interim.add(status);
			return reply(withBody);
		}
		List<String> length = headers.getOrDefault("Content-Length", List.of());
		byte[] body = !withBody ? new byte[0]
				: length.isEmpty() ? this.in.readAllBytes() : this.in.readNBytes(Integer.parseInt(length.getFirst()));
		return new Reply(status, headers, body);
	}

	private int status() throws IOException {
		String line = line();
		if (!line.matches("HTTP/1\\.1 [1-5][0-9][0-9] .*")) {
			throw new IOException("status line: " + line);
		}
		return Integer.parseInt(line.substring(9, 12));
	}

	private Map<String, List<String>> headers() throws IOException {
		Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		for (String line = line(); !line.isEmpty(); line = line()) {
			int colon = line.indexOf(':');
			headers.computeIfAbsent(line.substring(0, colon), (name) -> new ArrayList<>())
				.add(line.substring(colon + 1).trim());
		}
		return headers;
	}

	private String line() throws IOException {
		StringBuilder line = new StringBuilder();
		for (int c = this.in.read(); c != '\n'; c = this.in.read()) {
			if (c < 0) {
				throw new EOFException("the connection ends after: " + line);
			}
			line.append((char) c);
		}
		return line.toString().replaceFirst("\r$", "");
	}

	/** Status codes of interim answers so far. */
	List<Integer> interim() {
		return this.interim;
	}

	/** Whether some of an answer is there. */
	public boolean isAnswered() throws IOException {
		return this.in.available() > 0;
	}

	/** Whether the service closes the connection, after it was read to its end. */
	boolean isClosed() throws IOException {
		return this.in.read() < 0;
	}

	/** Waits until the service closes the connection, with an answer or without. */
	boolean isClosedOrRefused() throws IOException {
		this.in.readAllBytes();
		return true;
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
