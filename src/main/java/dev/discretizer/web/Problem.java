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
 * @param errors what is at fault, of which each can be pointed at
 * @param headers further headers of the answer
 */
record Problem(HttpStatus status, String code, String title, String detail, List<Error> errors,
		Map<String, String> headers) {

	/**
	 * One thing at fault.
	 *
	 * @param pointer JSON pointer of a member
	 * @param detail what was found there and what was expected
	 */
	record Error(String pointer, String detail) {
	}

	/** The media type of all problems. */
	static final String MEDIA_TYPE = "application/problem+json";

	private static final String TYPE_PREFIX = "urn:discretizer:problem:";

	/** Details repeat names that a client chose; longer ones are cut. */
	private static final int MAX_DETAIL = 1000;

	Problem {
		detail = clipped(detail);
		errors = List.copyOf(errors);
	}

	private static String clipped(String detail) {
		return (detail.length() <= MAX_DETAIL) ? detail : detail.substring(0, MAX_DETAIL) + "...";
	}

	static Problem of(HttpStatus status, String code, String title, String detail) {
		return new Problem(status, code, title, detail, List.of(), Map.of());
	}

	/**
	 * A problem of one member.
	 * @param pointer JSON pointer of the member at fault, or null
	 */
	static Problem of(HttpStatus status, String code, String title, String detail, @Nullable String pointer) {
		List<Error> errors = (pointer == null) ? List.of() : List.of(new Error(pointer, clipped(detail)));
		return new Problem(status, code, title, detail, errors, Map.of());
	}

	Problem with(String header, String value) {
		return new Problem(this.status, this.code, this.title, this.detail, this.errors, Map.of(header, value));
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
		if (!this.errors.isEmpty()) {
			members.put("errors", this.errors.stream().map(Problem::document).toList());
		}
		return members;
	}

	private static Map<String, String> document(Error error) {
		Map<String, String> members = new LinkedHashMap<>();
		members.put("pointer", error.pointer());
		members.put("detail", error.detail());
		return members;
	}

}
