package dev.discretizer.web.server;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

import javax.net.ssl.SSLSocketFactory;

import org.springframework.http.HttpStatus;

import org.jspecify.annotations.Nullable;

/**
 * One keep-alive connection of the service to itself. Far less code than a client of the
 * JDK runs, which would be loaded and compiled while requests wait for the compilers. Not
 * thread-safe.
 */
final class WarmUpConnection implements Closeable {

	private static final int LONGEST_HEAD = 64 * 1024;

	private final URI base;

	private final @Nullable SSLSocketFactory tls;

	private final String headers;

	private final int millis;

	private @Nullable Socket socket;

	private InputStream in = InputStream.nullInputStream();

	/**
	 * Makes a connection, which is opened by the first request.
	 * @param base URL of the service
	 * @param tls connects to a service with TLS, or null
	 * @param headers of every request, each with its line's end
	 * @param wait longest wait for each part of an answer
	 */
	WarmUpConnection(URI base, @Nullable SSLSocketFactory tls, String headers, Duration wait) {
		this.base = base;
		this.tls = tls;
		this.headers = headers;
		this.millis = Math.clamp(wait.toMillis(), 1, Integer.MAX_VALUE);
	}

	/**
	 * Sends a request, and reads its answer.
	 * @throws IOException if the status is not 200
	 */
	void send(WarmUpSample sample) throws IOException {
		Socket open = (this.socket != null) ? this.socket : open();
		OutputStream out = open.getOutputStream();
		out.write(("POST %s%s HTTP/1.1\r\nHost: localhost\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
			.formatted(this.base.getRawPath(), sample.target(), this.headers, sample.mediaType(), sample.length()))
			.getBytes(StandardCharsets.ISO_8859_1));
		sample.writeTo(out);
		readAnswer(sample);
	}

	private Socket open() throws IOException {
		Socket plain = new Socket();
		this.socket = plain;
		plain.setTcpNoDelay(true);
		plain.setSoTimeout(this.millis);
		plain.connect(new InetSocketAddress(this.base.getHost(), this.base.getPort()), this.millis);
		Socket open = (this.tls != null) ? this.tls.createSocket(plain, this.base.getHost(), this.base.getPort(), true)
				: plain;
		this.socket = open;
		this.in = new BufferedInputStream(open.getInputStream());
		return open;
	}

	private void readAnswer(WarmUpSample sample) throws IOException {
		String status = line();
		if (!status.startsWith("HTTP/1.1 " + HttpStatus.OK.value())) {
			throw new IOException("%s is answered with %s, 200 is expected".formatted(sample.target(), status));
		}
		long length = 0;
		boolean last = false;
		for (String line = line(); !line.isEmpty(); line = line()) {
			String header = line.toLowerCase(Locale.ROOT);
			if (header.startsWith("content-length:")) {
				length = Long.parseLong(header.substring(header.indexOf(':') + 1).strip());
			}
			last |= header.equals("connection: close");
		}
		this.in.skipNBytes(length);
		if (last) {
			close();
		}
	}

	private String line() throws IOException {
		StringBuilder line = new StringBuilder();
		for (int c = this.in.read(); c != '\n'; c = this.in.read()) {
			if (c < 0 || line.length() == LONGEST_HEAD) {
				throw new EOFException("the answer ends in its head");
			}
			line.append((char) c);
		}
		return line.toString().stripTrailing();
	}

	@Override
	public void close() throws IOException {
		if (this.socket != null) {
			this.socket.close();
			this.socket = null;
		}
	}

}
