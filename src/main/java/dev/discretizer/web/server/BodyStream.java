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
 * A request's body, held to the limit on its size, by the length it declares before a
 * byte is read and by what it really sends; and to the time it may take.
 *
 * <p>
 * Memory is reserved between {@link #awaitStart} and {@link #admitted}, in full, but only
 * once the body has begun to arrive: else clients that declare much and send nothing
 * would hold all of it for as long as the grace lasts. The alternative, to reserve as the
 * body arrives, would fill the memory with bodies of which none can be finished.
 */
public final class BodyStream extends InputStream {

	private static final String BODY = "the body";

	/**
	 * Enough for a round trip and a slow start; also in docs/reference.md, and for how
	 * long nothing may arrive.
	 */
	public static final Duration GRACE = Duration.ofSeconds(5);

	/**
	 * More than a client sends at once before it hears from us: the usual initial
	 * congestion window, ten segments (RFC 6928), is less. What HeapPlan counts for a
	 * connection includes it.
	 */
	public static final int START = 16 * 1024;

	/**
	 * From how many bytes on a body is read from the socket: Tomcat's buffers hold less.
	 */
	private static final int DIRECT = 32 * 1024;

	private final InputStream in;

	private final @Nullable SocketBody socket;

	/** Bytes that the body is said to have, or -1. */
	private final long length;

	private final Limits limits;

	private BodyDeadline deadline;

	/** Bytes that have arrived. */
	private long count;

	private byte[] start = new byte[0];

	/** How many of the start's bytes there are, and how many have been taken. */
	private int started;

	private int taken;

	private BodyStream(InputStream in, @Nullable SocketBody socket, long length, Limits limits) {
		this.in = in;
		this.socket = socket;
		this.length = length;
		this.limits = limits;
		this.deadline = deadline(limits);
	}

	/** When a body is late that begins now. */
	static BodyDeadline deadline(Limits limits) {
		return new BodyDeadline(GRACE, limits.bodyMinRate(), System.nanoTime());
	}

	/**
	 * Checks a length, the one that a request declares before anything is done for its
	 * body.
	 * @param length bytes, or -1 where it declares none
	 * @throws LimitExceededException if it is over the limit
	 */
	public static void checkLength(long length, Limits limits) {
		if (length > limits.body()) {
			throw new LimitExceededException(RequestLimit.BODY, limits.body(), length, BODY);
		}
	}

	/** The body of a request, not read yet. */
	public static BodyStream of(HttpServletRequest request, Limits limits) throws IOException {
		return new BodyStream(request.getInputStream(), SocketBody.of(request), request.getContentLengthLong(), limits);
	}

	/**
	 * Waits until the first {@link #START} bytes have arrived, or all that are fewer.
	 * @param length how many there will be, or -1 where that is unknown
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

	/** Starts the clock anew: the client is not to blame for the wait for memory. */
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
			read = this.in.read(dest, offset, length);
		}
		if (read > 0) {
			this.count += read;
			checkLength(this.count, this.limits);
			this.deadline.check(this.count, System.nanoTime());
		}
		return read;
	}

	/**
	 * Reads what has arrived already, if it is worth it and nothing of it is buffered.
	 */
	private int arrived(byte[] dest, int offset, int length) throws IOException {
		if (this.socket == null || this.length < DIRECT || this.in.available() > 0) {
			return 0;
		}
		return this.socket.read(dest, offset, (int) Math.min(length, this.length - this.count));
	}

}
