package dev.discretizer.web.api;

import java.util.List;
import java.util.Map;

import org.springframework.http.HttpStatus;

import org.jspecify.annotations.Nullable;

import static dev.discretizer.web.api.JsonTypes.TEXT;

/**
 * A problem as defined by RFC 9457: what the client is told, without internal details.
 *
 * @param status the answer's status
 * @param code stable, in kebab-case; the problem's type is derived from it
 * @param title one sentence that is true of every problem with this code
 * @param detail what was found and what was expected in this case
 * @param errors the single errors, each with a pointer
 * @param headers further headers of the answer
 */
public record Problem(HttpStatus status, String code, String title, String detail, List<Error> errors,
		Map<String, String> headers) {

	/**
	 * One error of a problem.
	 *
	 * @param pointer JSON pointer of the member
	 * @param detail what was found in the member and what was expected
	 */
	public record Error(String pointer, String detail) {
	}

	/** The media type of all problems. */
	public static final String MEDIA_TYPE = "application/problem+json";

	private static final String TYPE_PREFIX = "urn:discretizer:problem:";

	private static final JsonObject<Error> ERROR = JsonObject.<Error>of("One member at fault.")
		.member("pointer", TEXT, "JSON pointer (RFC 6901) of the member.", Error::pointer)
		.member("detail", TEXT, "What was found and what was expected.", Error::detail);

	/** The members in the order of the contract. */
	public static final JsonObject<Occurrence> OBJECT = JsonObject
		.<Occurrence>component("Problem", "What went wrong, as RFC 9457 has it.")
		.member("type", TEXT.format("uri"), "`urn:discretizer:problem:` and the code.",
				(it) -> TYPE_PREFIX + it.problem.code)
		.member("title", TEXT, "One sentence that holds for every problem of this code.", (it) -> it.problem.title)
		.member("status", JsonTypes.INTEGER.atLeast(400).atMost(599), "The status of the answer.",
				(it) -> it.problem.status.value())
		.member("detail", TEXT, "What was found and what was expected this time; names the tensor.",
				(it) -> it.problem.detail)
		.member("instance", TEXT.format("uri-reference"), "The path of the request.", Occurrence::instance)
		.member("code", TEXT, "What kind of problem it is, in kebab-case; stable.", (it) -> it.problem.code)
		.member("request_id", TEXT, "The request's id, as in X-Request-Id.", Occurrence::requestId)
		.with(JsonMember
			.<Occurrence, List<Error>>of("errors", new JsonType.ListOf<>(new JsonType.ObjectOf<>(ERROR)),
					"The members at fault, where there are any.",
					(it) -> it.problem.errors.isEmpty() ? null : it.problem.errors, (it) -> "")
			.optional());

	/** Longest detail in characters: details repeat names that a client chose. */
	private static final int MAX_DETAIL = 1000;

	/** Shortens the detail, and copies the errors. */
	public Problem {
		detail = clipped(detail);
		errors = List.copyOf(errors);
	}

	private static String clipped(String detail) {
		return (detail.length() <= MAX_DETAIL) ? detail : detail.substring(0, MAX_DETAIL) + "...";
	}

	public static Problem of(HttpStatus status, String code, String title, String detail) {
		return new Problem(status, code, title, detail, List.of(), Map.of());
	}

	/**
	 * A problem of one member.
	 * @param pointer JSON pointer of the member at fault, or null
	 */
	public static Problem of(HttpStatus status, String code, String title, String detail, @Nullable String pointer) {
		List<Error> errors = (pointer == null) ? List.of() : List.of(new Error(pointer, clipped(detail)));
		return new Problem(status, code, title, detail, errors, Map.of());
	}

	/** A copy with another detail. */
	public Problem detailed(String other) {
		return new Problem(this.status, this.code, this.title, other, this.errors, this.headers);
	}

	public Problem with(String header, String value) {
		return new Problem(this.status, this.code, this.title, this.detail, this.errors, Map.of(header, value));
	}

	/**
	 * A problem of a request.
	 *
	 * @param instance the path of the request
	 * @param requestId its id
	 */
	public record Occurrence(Problem problem, String instance, String requestId) {
	}

	/** The members of the answer. */
	public Map<String, @Nullable Object> document(String instance, String requestId) {
		return OBJECT.document(new Occurrence(this, instance, requestId));
	}

}
