package dev.discretizer.web.server;

import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;

/**
 * The id of a request in answers and logs: the client's own if it sent a valid one,
 * otherwise a new one.
 */
public final class RequestId {

	public static final String HEADER = "X-Request-Id";

	private static final Pattern SOUND = Pattern.compile("[A-Za-z0-9._-]{1,128}");

	private static final String ATTRIBUTE = RequestId.class.getName();

	private RequestId() {
	}

	/** The id of a request; repeated calls return the same id. */
	public static String of(HttpServletRequest request) {
		if (request.getAttribute(ATTRIBUTE) instanceof String id) {
			return id;
		}
		String sent = request.getHeader(HEADER);
		String id = (sent != null && SOUND.matcher(sent).matches()) ? sent : random();
		request.setAttribute(ATTRIBUTE, id);
		return id;
	}

	/**
	 * A random UUID (RFC 9562 section 5.4). It must be unique, but need not be secret, so
	 * it is spared the secure generator of {@link UUID#randomUUID()}.
	 */
	private static String random() {
		Random random = ThreadLocalRandom.current();
		return new UUID((random.nextLong() & ~0xF000L) | 0x4000L, (random.nextLong() >>> 2) | Long.MIN_VALUE)
			.toString();
	}

}
