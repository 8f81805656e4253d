package dev.discretizer.web.server;

import java.io.IOException;
import java.nio.ByteBuffer;

import jakarta.servlet.ServletRequest;
import org.apache.coyote.Request;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.apache.tomcat.util.net.NioChannel;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body directly from its socket, bypassing Tomcat's buffers of 8 KiB, each of
 * which costs one more system call and two more copies. Larger buffers for all
 * connections would take memory away from requests.
 *
 * <p>
 * Never sleeps: if nothing arrives within a moment, or if Tomcat's own buffer still holds
 * bytes, the caller reads the servlet's stream, with its timeouts. Tomcat is told of the
 * bytes read here, so that it finds the request's end. Only for bodies of known length:
 * Tomcat finds the end of others. Not thread-safe.
 */
final class SocketBody implements ApplicationBufferHandler {

	private static final String ATTRIBUTE = SocketBody.class.getName();

	/**
	 * How long the next bytes are polled for, in nanoseconds. Sleeping until they arrive
	 * involves Tomcat's poller and takes longer than a client on a fast network needs to
	 * send them.
	 */
	private static final long MOMENT = 100_000;

	/** Failed minus successful spins allowed, which bounds the cost of slow clients. */
	private static final int MOST_IN_VAIN = 2;

	/**
	 * Largest number of bytes read at once. The JDK reads into a temporary direct buffer
	 * of the size of the given array and keeps one in each thread: with whole bodies of
	 * 9.5 MiB, 100 clients made the process take 450 MiB outside of its heap. Decoders
	 * request no more at a time, except those that read the whole body first.
	 */
	private static final int LONGEST_READ = 32 * 1024;

	private final Request body;

	private final Http11InputBuffer buffer;

	private final NioChannel channel;

	/** Failed minus successful spins. */
	private int inVain;

	private SocketBody(Request body, Http11InputBuffer buffer, NioChannel channel) {
		this.body = body;
		this.buffer = buffer;
		this.channel = channel;
	}

	/** Makes the body of a request readable from its socket. */
	static void offer(ServletRequest request, Request body, NioChannel channel) {
		if (body.getInputBuffer() instanceof Http11InputBuffer buffer) {
			request.setAttribute(ATTRIBUTE, new SocketBody(body, buffer, channel));
		}
	}

	/**
	 * The direct reader of a request's body, or null if only the servlet's stream can be
	 * read.
	 */
	static @Nullable SocketBody of(ServletRequest request) {
		return (SocketBody) request.getAttribute(ATTRIBUTE);
	}

	/**
	 * Reads bytes that have arrived, or arrive within a moment.
	 * @param length at most the rest of the body; the bytes after it belong to the next
	 * request
	 * @return number of bytes read; 0 if the servlet's stream is to be read
	 */
	int read(byte[] dest, int offset, int length) throws IOException {
		if (this.buffer.available() > 0) {
			return 0;
		}
		ByteBuffer bytes = ByteBuffer.wrap(dest, offset, Math.min(length, LONGEST_READ));
		int read = this.channel.read(bytes);
		if (read == 0 && this.inVain < MOST_IN_VAIN) {
			read = readInAMoment(bytes);
			this.inVain += (read == 0) ? 1 : -1;
		}
		if (read <= 0) {
			return 0;
		}
		bytes.flip().position(offset);
		account(bytes);
		return read;
	}

	private int readInAMoment(ByteBuffer bytes) throws IOException {
		long begin = System.nanoTime();
		int read = 0;
		while (read == 0 && System.nanoTime() - begin < MOMENT) {
			Thread.onSpinWait();
			read = this.channel.read(bytes);
		}
		return read;
	}

	/**
	 * Makes Tomcat consume these bytes from a substitute for its own buffer: it counts
	 * them, and subtracts them from the rest of the body.
	 */
	private void account(ByteBuffer bytes) throws IOException {
		ByteBuffer own = this.buffer.getByteBuffer();
		this.buffer.setByteBuffer(bytes);
		try {
			this.body.doRead(this);
		}
		finally {
			this.buffer.setByteBuffer(own);
		}
	}

	@Override
	public void setByteBuffer(@Nullable ByteBuffer buffer) {
		// The caller already has these bytes.
	}

	@Override
	public @Nullable ByteBuffer getByteBuffer() {
		return null;
	}

	@Override
	public void expand(int size) {
		// The bytes are discarded.
	}

}
