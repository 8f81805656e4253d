package dev.discretizer.security;

import dev.discretizer.budget.RequestAttributes;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpHeaders;

import org.jspecify.annotations.Nullable;

/**
 * Reads the credentials of a request, and records the caller's name for logs and metrics.
 */
final class Caller {

	/** The name of unknown callers. No key may have it. */
	static final String NOBODY = "none";

	/** The header for a key that is no bearer token. */
	static final String KEY_HEADER = "X-API-Key";

	/** With its space; the scheme is case-insensitive (RFC 9110 section 11.1). */
	private static final String BEARER = "Bearer ";

	private Caller() {
	}

	/** Records the caller's name. */
	static void name(String name, HttpServletRequest request) {
		request.setAttribute(RequestAttributes.KEY_ID, name);
	}

	/**
	 * The bearer token of a request, or null; empty where there are several, which is
	 * refused. Read from the header only: a token in the query would end in logs, and one
	 * in a form would require reading the body.
	 */
	static @Nullable String bearer(HttpServletRequest request) {
		String found = null;
		var values = request.getHeaders(HttpHeaders.AUTHORIZATION);
		while (values.hasMoreElements()) {
			String value = values.nextElement();
			if (value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
				found = (found == null) ? value.substring(BEARER.length()).trim() : "";
			}
		}
		return found;
	}

	/**
	 * The API key of a request, as a bearer token or in {@link #KEY_HEADER}, or null;
	 * empty where there are several, which is refused.
	 */
	static @Nullable String key(HttpServletRequest request) {
		String found = bearer(request);
		var values = request.getHeaders(KEY_HEADER);
		while (values.hasMoreElements()) {
			String value = values.nextElement().trim();
			found = (found == null) ? value : "";
		}
		return found;
	}

}
