package dev.discretizer.web.server;

import java.util.UUID;
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
		String id = (sent != null && SOUND.matcher(sent).matches()) ? sent : UUID.randomUUID().toString();
		request.setAttribute(ATTRIBUTE, id);
		return id;
	}

}
