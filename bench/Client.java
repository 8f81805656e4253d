import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One keep-alive connection that sends prepared requests unchanged and only searches for the end of each answer, so
 * that the time measured is the server's. Not thread-safe.
 */
final class Client implements Closeable {

	private static final int BUFFER = 256 * 1024;

	/** Idle time after which to reconnect, in nanoseconds; every server keeps idle connections for longer. */
	private static final long IDLE = 2_000_000_000;

	private final int port;

	private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

	private SocketChannel channel;

	private boolean closing;

	private long lastUsed = System.nanoTime();

	Client(int port) throws IOException {
		this.port = port;
		this.channel = connect();
	}

	private SocketChannel connect() throws IOException {
		SocketChannel opened = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port));
		opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
		return opened;
	}

	/** Reconnects if the server has closed the connection, or may have. */
	void refresh() throws IOException {
		if (this.closing || System.nanoTime() - this.lastUsed > IDLE) {
			this.channel.close();
			this.channel = connect();
			this.closing = false;
		}
	}

	/**
	 * Sends a request and reads the answer to its end.
	 * @param request read from its start; not changed
	 * @param dest receives the body of the answer; or null
	 * @throws IOException if the answer is not a 200 with a Content-Length
	 */
	void exchange(ByteBuffer request, ByteArrayOutputStream dest) throws IOException {
		if (this.closing) {
			refresh();
		}
		ByteBuffer bytes = request.duplicate();
		while (bytes.hasRemaining()) {
			this.channel.write(bytes);
		}
		long left = head();
		while (left > 0 || this.buffer.hasRemaining()) {
			left -= this.buffer.remaining();
			keep(dest);
			this.buffer.clear();
			if (left > 0) {
				read();
			}
			this.buffer.flip();
		}
		this.lastUsed = System.nanoTime();
	}

	private void keep(ByteArrayOutputStream dest) {
		if (dest != null) {
			byte[] bytes = new byte[this.buffer.remaining()];
			this.buffer.get(bytes);
			dest.writeBytes(bytes);
		}
	}

	private void read() throws IOException {
		if (this.channel.read(this.buffer) < 0) {
			throw new IOException("the answer ends early");
		}
	}

	/** Reads the head of an answer, leaves the bytes after it in the buffer, and returns the length of the body. */
	private long head() throws IOException {
		this.buffer.clear();
		int end = -1;
		for (int scanned = 0; end < 0;) {
			read();
			for (; end < 0 && scanned + 4 <= this.buffer.position(); scanned++) {
				end = (this.buffer.getInt(scanned) == 0x0d0a0d0a) ? scanned + 4 : -1;
			}
		}
		byte[] bytes = new byte[end];
		this.buffer.flip().get(bytes);
		String head = new String(bytes, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
		this.closing = head.contains("connection: close");
		int length = head.indexOf("content-length:");
		if (!head.startsWith("http/1.1 200") || length < 0) {
			throw new IOException("200 with a Content-Length is expected, not: " + head);
		}
		return Long.parseLong(head.substring(length + 15, head.indexOf('\r', length)).strip());
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
