package dev.discretizer.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.http.HttpStatus;

import org.jspecify.annotations.Nullable;

/**
 * What went wrong, as RFC 9457 has it: what the client is told, and nothing of what is
 * inside.
 *
 * @param status the answer's status
 * @param code stable, in kebab-case; the type is made of it
 * @param title one sentence that holds for every problem of this code
 * @param detail what was found and what was expected this time
 * @param pointer JSON pointer of the member at fault, or null
 * @param headers further headers of the answer
 */
record Problem(HttpStatus status, String code, String title, String detail, @Nullable String pointer,
		Map<String, String> headers) {

	/** The media type of all problems. */
	static final String MEDIA_TYPE = "application/problem+json";

	private static final String TYPE_PREFIX = "urn:discretizer:problem:";

	/** Details repeat names that a client chose; longer ones are cut. */
	private static final int MAX_DETAIL = 1000;

	Problem {
		detail = (detail.length() <= MAX_DETAIL) ? detail : detail.substring(0, MAX_DETAIL) + "...";
	}

	static Problem of(HttpStatus status, String code, String title, String detail) {
		return new Problem(status, code, title, detail, null, Map.of());
	}

	Problem with(String header, String value) {
		return new Problem(this.status, this.code, this.title, this.detail, this.pointer, Map.of(header, value));
	}

	/** The members in the order of the contract. */
	Map<String, @Nullable Object> document(String instance, String requestId) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		members.put("type", TYPE_PREFIX + this.code);
		members.put("title", this.title);
		members.put("status", this.status.value());
		members.put("detail", this.detail);
		members.put("instance", instance);
		members.put("code", this.code);
		members.put("request_id", requestId);
		if (this.pointer != null) {
			Map<String, String> error = new LinkedHashMap<>();
			error.put("pointer", this.pointer);
			error.put("detail", this.detail);
			members.put("errors", List.of(error));
		}
		return members;
	}

}
