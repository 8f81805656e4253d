package dev.discretizer.web;

import java.util.EnumMap;
import java.util.Map;

import jakarta.servlet.ServletRequest;

import org.jspecify.annotations.Nullable;

/**
 * What metrics tell of one request, filled in as it becomes known by those who know it.
 * Not thread-safe.
 */
final class RequestFacts {

	/** The code of a request that met no problem. */
	static final String OK = "ok";

	/** The attribute that {@code security.Caller} sets. */
	private static final String KEY_ID = "dev.discretizer.key-id";

	private static final String ATTRIBUTE = RequestFacts.class.getName();

	/** What time is spent on. */
	enum Phase {

		/** Receiving and decoding the body, the wait for memory included. */
		READ,
		/** Discretizing, the wait for a core included. */
		COMPUTE,
		/** Encoding and sending the answer, in which elements are rounded. */
		WRITE

	}

	private @Nullable Endpoint endpoint;

	private @Nullable Format format;

	private String code = OK;

	private long elements;

	private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);

	private RequestFacts() {
	}

	/** The facts of a request, the same each time. */
	static RequestFacts of(ServletRequest request) {
		if (request.getAttribute(ATTRIBUTE) instanceof RequestFacts facts) {
			return facts;
		}
		RequestFacts facts = new RequestFacts();
		request.setAttribute(ATTRIBUTE, facts);
		return facts;
	}

	/**
	 * Whom a request is of: an id of a key, a client that is listed, or "none"; null
	 * where nobody asks.
	 */
	static @Nullable String keyId(ServletRequest request) {
		return (request.getAttribute(KEY_ID) instanceof String id) ? id : null;
	}

	/** Where it was sent to; null outside the API. */
	@Nullable Endpoint endpoint() {
		return this.endpoint;
	}

	void endpoint(Endpoint endpoint) {
		this.endpoint = endpoint;
	}

	/** Of its body; null where it has none that is understood. */
	@Nullable Format format() {
		return this.format;
	}

	void format(Format format) {
		this.format = format;
	}

	/** The code of its problem, or {@link #OK}. */
	String code() {
		return this.code;
	}

	/**
	 * Says that it met a problem.
	 * @param answered whether an answer had begun before that: then the problem that it
	 * told of, if any, remains the one to count
	 */
	void problem(String code, boolean answered) {
		if (!answered || this.code.equals(OK)) {
			this.code = code;
		}
	}

	/** How many elements its tensors had. */
	long elements() {
		return this.elements;
	}

	void elements(long elements) {
		this.elements = elements;
	}

	/** Time of the phases that came to their end. */
	Map<Phase, Long> nanos() {
		return this.nanos;
	}

	/**
	 * Says that a phase has come to its end.
	 * @param since {@link System#nanoTime()} at its start
	 * @return the time at its end
	 */
	long ended(Phase phase, long since) {
		long now = System.nanoTime();
		this.nanos.put(phase, now - since);
		return now;
	}

}
