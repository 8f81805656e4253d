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
 * Reads a body straight from its socket, past Tomcat's buffers of 8 KiB, each of which
 * costs one more system call and two more copies. Larger buffers for all connections
 * would take the memory that requests are to have.
 *
 * <p>
 * Never sleeps: if nothing arrives within a moment, or Tomcat's own buffer still holds
 * bytes, the caller reads the servlet's stream, with its timeouts. Tomcat is told of the
 * bytes read here, so that it finds the request's end. For bodies of known length only:
 * the end of others is for Tomcat to find. Not thread-safe.
 */
final class SocketBody implements ApplicationBufferHandler {

	private static final String ATTRIBUTE = SocketBody.class.getName();

	/**
	 * For how long the next bytes are asked for over and over, in nanoseconds. To sleep
	 * until they arrive goes by way of Tomcat's poller and takes longer than a client on
	 * a fast network needs to send them.
	 */
	private static final long MOMENT = 100_000;

	/** Failed minus successful spins allowed: slow clients cost no more. */
	private static final int MOST_IN_VAIN = 2;

	/**
	 * Bytes read at once at most. The JDK reads into a temporary direct buffer of the
	 * size of the array it is given, and keeps one in each thread: with whole bodies of
	 * 9.5 MiB, 100 clients had the process take 450 MiB outside of its heap. Decoders ask
	 * for no more at a time, but for those that read the whole body first.
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

	/** The socket's side of a request's body, or null if only its stream can be read. */
	static @Nullable SocketBody of(ServletRequest request) {
		return (SocketBody) request.getAttribute(ATTRIBUTE);
	}

	/**
	 * Reads bytes that have arrived, or arrive within a moment.
	 * @param length at most what is left of the body; what follows belongs to the next
	 * request
	 * @return how many bytes were read; 0 if the servlet's stream is to be read
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
	 * Has Tomcat read these bytes, from a buffer of ours that stands in for its own: it
	 * counts them, and takes them off what is left of the body.
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
		// The caller has these bytes.
	}

	@Override
	public @Nullable ByteBuffer getByteBuffer() {
		return null;
	}

	@Override
	public void expand(int size) {
		// Nothing is kept.
	}

}
