package dev.discretizer.web.server;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

import dev.discretizer.budget.BodyDeadline;
import dev.discretizer.budget.Limits;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request's body with a limit on its size and its time. The size is checked twice: the
 * declared length before a byte is read, and the bytes received.
 *
 * <p>
 * Memory is reserved between {@link #awaitStart} and {@link #admitted}, in full, but only
 * after the body has begun to arrive: otherwise clients that declare large bodies and
 * send nothing would hold all memory for as long as the grace lasts. The alternative, to
 * reserve while the body arrives, would fill the memory with bodies of which none can be
 * finished.
 */
public final class BodyStream extends InputStream {

	private static final String BODY = "the body";

	/**
	 * Time for a round trip and a slow start, and longest pause where the deadline cannot
	 * tell how long to wait; stated in docs/reference.md too.
	 */
	public static final Duration GRACE = Duration.ofSeconds(5);

	/**
	 * Bytes to wait for before memory is reserved. A client sends less before it waits
	 * for an acknowledgement: the usual initial congestion window is ten segments (RFC
	 * 6928). HeapPlan includes these bytes in the cost of a connection.
	 */
	public static final int START = 16 * 1024;

	/**
	 * Length in bytes from which a body is read directly from the socket: Tomcat's
	 * buffers are smaller.
	 */
	private static final int DIRECT = 32 * 1024;

	private final InputStream in;

	private final @Nullable SocketBody socket;

	private final @Nullable ClientConnection connection;

	/** Declared length of the body in bytes, or -1. */
	private final long length;

	private final Limits limits;

	private BodyDeadline deadline;

	/** Bytes received. */
	private long count;

	private byte[] start = new byte[0];

	/** Bytes of the start received, and bytes of it already returned. */
	private int started;

	private int taken;

	private BodyStream(HttpServletRequest request, Limits limits) throws IOException {
		this.in = request.getInputStream();
		this.socket = SocketBody.of(request);
		this.connection = ClientConnection.of(request);
		this.length = request.getContentLengthLong();
		this.limits = limits;
		this.deadline = deadline(limits);
	}

	/** The deadline of a body that begins now. */
	static BodyDeadline deadline(Limits limits) {
		return new BodyDeadline(GRACE, limits.bodyMinRate(), System.nanoTime());
	}

	/**
	 * Checks the declared length of a body, before anything else is done for it.
	 * @param length bytes, or -1 if the request declares none
	 * @throws LimitExceededException if it is over the limit
	 */
	public static void checkLength(long length, Limits limits) {
		if (length > limits.body()) {
			throw new LimitExceededException(RequestLimit.BODY, limits.body(), length, BODY);
		}
	}

	/** The body of a request that has not been read yet. */
	public static BodyStream of(HttpServletRequest request, Limits limits) throws IOException {
		return new BodyStream(request, limits);
	}

	/**
	 * Waits until the first {@link #START} bytes, or the whole of a shorter body, have
	 * arrived.
	 * @param length length of the body in bytes, or -1 if unknown
	 */
	public void awaitStart(long length) throws IOException {
		this.start = new byte[(length < 0) ? START : (int) Math.min(START, length)];
		while (this.started < this.start.length) {
			int read = receive(this.start, this.started, this.start.length - this.started);
			if (read < 0) {
				return;
			}
			this.started += read;
		}
	}

	/** Restarts the clock: the wait for memory is not the client's fault. */
	public void admitted() {
		this.deadline = deadline(this.limits);
	}

	@Override
	public int read() throws IOException {
		byte[] one = new byte[1];
		return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xff;
	}

	@Override
	public int read(byte[] dest, int offset, int length) throws IOException {
		if (this.taken == this.started) {
			return receive(dest, offset, length);
		}
		int read = Math.min(length, this.started - this.taken);
		System.arraycopy(this.start, this.taken, dest, offset, read);
		this.taken += read;
		return read;
	}

	private int receive(byte[] dest, int offset, int length) throws IOException {
		int read = arrived(dest, offset, length);
		if (read == 0) {
			read = awaited(dest, offset, length);
		}
		if (read > 0) {
			this.count += read;
			checkLength(this.count, this.limits);
			this.deadline.check(this.count, System.nanoTime());
		}
		return read;
	}

	/**
	 * Reads bytes that have already arrived, if the body is large and nothing of it is
	 * buffered.
	 */
	private int arrived(byte[] dest, int offset, int length) throws IOException {
		if (this.socket == null || this.length < DIRECT || this.in.available() > 0) {
			return 0;
		}
		return this.socket.read(dest, offset, (int) Math.min(length, this.length - this.count));
	}

	/** Reads bytes, and waits for them for as long as the deadline allows. */
	private int awaited(byte[] dest, int offset, int length) throws IOException {
		if (this.connection == null) {
			return this.in.read(dest, offset, length);
		}
		this.connection.setReadTimeout(Duration.ofNanos(this.deadline.patience(this.count, System.nanoTime())));
		try {
			return this.in.read(dest, offset, length);
		}
		finally {
			// RefusedBodyValve and Tomcat read what is left of a refused body.
			this.connection.setReadTimeout(GRACE);
		}
	}

}
