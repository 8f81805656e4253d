package dev.discretizer.web.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.discretizer.codec.Names;
import io.micrometer.tracing.handler.TracingObservationHandler;
import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.web.filter.ServerHttpObservationFilter;

import org.jspecify.annotations.Nullable;

/**
 * Writes one line for each request; docs/metrics.md lists its members. Every member is a
 * number, a word of a closed set, or an id of checked characters: nothing that a client
 * sends can end the line or imitate a member. Thread-safe.
 */
final class RequestLog {

	/** The logger's name, by which its level can be set. */
	static final String LOGGER = "dev.discretizer.requests";

	/** The value of a member that does not apply. */
	private static final String NONE = "none";

	private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
			"TRACE");

	private static final Set<String> PROBES = Set.of("/livez", "/readyz");

	/**
	 * W3C Trace Context section 3.2; of later versions, only the fields of that one are
	 * read.
	 */
	private static final Pattern TRACEPARENT = Pattern
		.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

	private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

	private final boolean structured;

	/**
	 * Makes the log.
	 * @param structured whether members are passed separately, for a log in JSON;
	 * otherwise they are the line's text, as name=value
	 */
	RequestLog(boolean structured) {
		this.structured = structured;
	}

	/**
	 * Writes the line of a request that has ended.
	 * @param status status of the answer
	 * @param in bytes of the request's body that were read
	 * @param out bytes of the answer's body
	 * @param start {@link System#nanoTime()} at the request's start
	 */
	void write(HttpServletRequest request, int status, long in, long out, long start) {
		if (!LOG.isInfoEnabled() || isSoundProbe(request, status)) {
			return;
		}
		Map<String, Object> members = members(request, status, in, out);
		members.put("total_ms", millis(System.nanoTime() - start));
		LoggingEventBuilder line = this.structured ? structured(members) : text(members);
		// Requests of the warm-up run the code up to this line, so that it is warm for
		// clients.
		if (!WarmUp.isWarmUp(request)) {
			line.log();
		}
	}

	private static LoggingEventBuilder structured(Map<String, Object> members) {
		LoggingEventBuilder line = LOG.atInfo().setMessage("request");
		for (Map.Entry<String, Object> member : members.entrySet()) {
			line = line.addKeyValue(member.getKey(), member.getValue());
		}
		return line;
	}

	private static LoggingEventBuilder text(Map<String, Object> members) {
		StringJoiner text = new StringJoiner(" ");
		members.forEach((name, value) -> text.add(name + "=" + value));
		return LOG.atInfo().setMessage(text.toString());
	}

	/**
	 * Platforms send a readiness or liveness probe every few seconds; successful ones are
	 * not logged.
	 */
	private static boolean isSoundProbe(HttpServletRequest request, int status) {
		return status == 200 && PROBES.contains(Objects.toString(request.getRequestURI()));
	}

	private static Map<String, Object> members(HttpServletRequest request, int status, long in, long out) {
		RequestFacts facts = RequestFacts.of(request);
		Map<String, Object> members = new LinkedHashMap<>();
		members.put("request_id", RequestId.of(request));
		members.put("key_id", Objects.requireNonNullElse(RequestFacts.keyId(request), NONE));
		String method = Objects.toString(request.getMethod());
		members.put("method", METHODS.contains(method) ? method : "other");
		members.put("endpoint", Objects.requireNonNullElse(facts.endpoint(), "other"));
		members.put("format", Objects.requireNonNullElse(facts.format(), NONE));
		members.put("answer_format", Objects.requireNonNullElse(facts.answerFormat(), NONE));
		members.put("status", status);
		members.put("code", facts.code());
		members.put("bytes_in", in);
		members.put("bytes_out", out);
		members.put("elements", facts.elements());
		facts.nanos().forEach((phase, nanos) -> members.put(Names.label(phase) + "_ms", millis(nanos)));
		String trace = traceId(request);
		if (trace != null) {
			members.put("trace_id", trace);
		}
		return members;
	}

	/** Milliseconds, to the microsecond. */
	private static double millis(long nanos) {
		return Math.rint((double) nanos / 1e3) / 1e3;
	}

	/** The trace id of the request's span, or the one that the client sent. */
	private static @Nullable String traceId(HttpServletRequest request) {
		String spanned = ServerHttpObservationFilter.findObservationContext(request)
			.map((context) -> context.<TracingObservationHandler.TracingContext>get(
					TracingObservationHandler.TracingContext.class))
			.map(TracingObservationHandler.TracingContext::getSpan)
			.map((span) -> span.context().traceId())
			.orElse(null);
		if (spanned != null) {
			return spanned;
		}
		String sent = request.getHeader("traceparent");
		Matcher matcher = TRACEPARENT.matcher((sent != null) ? sent : "");
		return matcher.matches() ? matcher.group(1) : null;
	}

}
