import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * The fastest HTTP server possible on this machine, as a lower bound: reads the bytes of a request and writes a quarter
 * as many back. HTTP/1.1 with keep-alive and Content-Length; one thread and one buffer for each connection.
 *
 * <p>
 * {@code java Floor.java PORT}. Loopback only.
 */
final class Floor {

	private static final int BUFFER = 64 * 1024;

	private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

	private final SocketChannel channel;

	private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

	/** Zeros, never written to. */
	private final ByteBuffer zeros = ByteBuffer.allocateDirect(BUFFER);

	private Floor(SocketChannel channel) {
		this.channel = channel;
	}

	public static void main(String[] args) throws IOException {
		ServerSocketChannel server = ServerSocketChannel.open();
		server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 1024);
		while (true) {
			SocketChannel channel = server.accept();
			channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
			Thread.ofPlatform().daemon().start(new Floor(channel)::serve);
		}
	}

	private void serve() {
		try (SocketChannel closed = this.channel) {
			while (true) {
				int head = head();
				if (head < 0) {
					return;
				}
				long length = contentLength(head);
				long left = length - (this.buffer.position() - head);
				while (left > 0) {
					this.buffer.clear();
					left -= read();
				}
				this.buffer.clear();
				answer(length / 4);
			}
		}
		catch (IOException ex) {
			// The client has closed the connection.
		}
	}

	private int read() throws IOException {
		int read = this.channel.read(this.buffer);
		if (read < 0) {
			throw new IOException("the request ends early");
		}
		return read;
	}

	/** Reads at least the head of a request; returns its length, or -1 at the end of the stream. */
	private int head() throws IOException {
		int scanned = 0;
		while (true) {
			if (this.channel.read(this.buffer) < 0) {
				return -1;
			}
			for (; scanned + 4 <= this.buffer.position(); scanned++) {
				if (this.buffer.getInt(scanned) == 0x0d0a0d0a) {
					return scanned + 4;
				}
			}
		}
	}

	private long contentLength(int head) {
		for (int i = 0; i + LENGTH.length < head; i++) {
			int same = 0;
			while (same < LENGTH.length && Character.toLowerCase(this.buffer.get(i + same)) == LENGTH[same]) {
				same++;
			}
			if (same == LENGTH.length) {
				return number(i + same);
			}
		}
		return 0;
	}

	private long number(int from) {
		int i = from;
		while (this.buffer.get(i) == ' ') {
			i++;
		}
		long number = 0;
		for (; this.buffer.get(i) != '\r'; i++) {
			number = number * 10 + this.buffer.get(i) - '0';
		}
		return number;
	}

	private void answer(long length) throws IOException {
		byte[] head = "HTTP/1.1 200 \r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n"
			.formatted(length)
			.getBytes(StandardCharsets.US_ASCII);
		this.buffer.put(head);
		int first = (int) Math.min(length, this.buffer.remaining());
		this.buffer.put(this.zeros.slice(0, first)).flip();
		this.channel.write(this.buffer);
		this.buffer.clear();
		for (long left = length - first; left > 0;) {
			int count = (int) Math.min(left, BUFFER);
			this.channel.write(this.zeros.slice(0, count));
			left -= count;
		}
	}

}
