package dev.discretizer.web.server;

import java.util.EnumMap;
import java.util.Map;

import dev.discretizer.budget.RequestAttributes;
import dev.discretizer.codec.Names;
import jakarta.servlet.ServletRequest;
import org.springframework.http.HttpStatus;

import org.jspecify.annotations.Nullable;

/**
 * Per-request data for metrics and the log. Endpoint and formats are labels, which the
 * caller takes from closed sets. Not thread-safe.
 */
public final class RequestFacts {

	/** The code of a request without a problem. */
	static final String OK = "ok";

	private static final String ATTRIBUTE = RequestFacts.class.getName();

	/** The phases whose durations are measured. */
	public enum Phase {

		/** Receiving and decoding the body, including the wait for memory. */
		READ,
		/** Discretizing, including the wait for a core. */
		COMPUTE,
		/** Encoding and sending the answer; elements are rounded in this phase. */
		WRITE;

		private final String label = Names.label(this);

		/** The name in metrics and logs. */
		String label() {
			return this.label;
		}

	}

	private @Nullable String endpoint;

	private @Nullable String format;

	private @Nullable String answerFormat;

	private String code = OK;

	private long elements;

	private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);

	private RequestFacts() {
	}

	/** The facts of a request; created at the first call. */
	public static RequestFacts of(ServletRequest request) {
		if (request.getAttribute(ATTRIBUTE) instanceof RequestFacts facts) {
			return facts;
		}
		RequestFacts facts = new RequestFacts();
		request.setAttribute(ATTRIBUTE, facts);
		return facts;
	}

	/**
	 * The caller: the id of a key, a listed client, or "none"; null where no
	 * authentication is configured.
	 */
	static @Nullable String keyId(ServletRequest request) {
		return (request.getAttribute(RequestAttributes.KEY_ID) instanceof String id) ? id : null;
	}

	/** Label of the endpoint; null outside the API. */
	@Nullable String endpoint() {
		return this.endpoint;
	}

	/** Sets the label of the endpoint. */
	public void endpoint(String endpoint) {
		this.endpoint = endpoint;
	}

	/** Label of the body's format; null if there is none or it is not supported. */
	@Nullable String format() {
		return this.format;
	}

	/** Sets the label of the body's format. */
	public void format(String format) {
		this.format = format;
	}

	/** Label of the answer's format; null if the request was not read to the end. */
	@Nullable String answerFormat() {
		return this.answerFormat;
	}

	/** Sets the label of the answer's format. */
	public void answerFormat(String format) {
		this.answerFormat = format;
	}

	/** The code of the request's problem, or {@link #OK}. */
	String code() {
		return this.code;
	}

	/**
	 * Records the code of a problem.
	 * @param answered whether an answer had begun before: then the problem reported by
	 * that answer, if any, is kept
	 */
	public void problem(String code, boolean answered) {
		if (!answered || this.code.equals(OK)) {
			this.code = code;
		}
	}

	/**
	 * Names the failure of an answer that is no problem, such as a probe's.
	 * @param status status of the answer
	 */
	void answered(int status) {
		if (this.code.equals(OK) && status >= HttpStatus.BAD_REQUEST.value()) {
			this.code = (status == HttpStatus.SERVICE_UNAVAILABLE.value()) ? "unavailable" : "other";
		}
	}

	/** Number of elements of the request's tensors. */
	long elements() {
		return this.elements;
	}

	/** Sets the number of elements of the request's tensors. */
	public void elements(long elements) {
		this.elements = elements;
	}

	/** Duration of each finished phase, in nanoseconds. */
	Map<Phase, Long> nanos() {
		return this.nanos;
	}

	/**
	 * Records the end of a phase.
	 * @param since {@link System#nanoTime()} at its start
	 * @return the time at its end
	 */
	public long ended(Phase phase, long since) {
		long now = System.nanoTime();
		this.nanos.put(phase, now - since);
		return now;
	}

}
