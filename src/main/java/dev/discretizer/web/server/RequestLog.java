package dev.discretizer.web.server;

import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
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
 * number, a word of a closed set, an address, or an id of checked characters: nothing
 * that a client sends can end the line or imitate a member. Thread-safe.
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

	/** For lines of the warm-up, which are formatted and then thrown away. */
	private static final Logger NOWHERE = LoggerFactory.getLogger(LOGGER + ".warm-up");

	/** Addresses of IP; one that a proxy passes on may be any text. */
	private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f.:]{2,45}");

	/** Names of members in the Elastic Common Schema; the others have none there. */
	private static final Map<String, String> ECS = Map.of("client", "client.ip", "method", "http.request.method",
			"status", "http.response.status_code", "bytes_in", "http.request.body.bytes", "bytes_out",
			"http.response.body.bytes", "trace_id", "trace.id");

	/** How the log is written. */
	enum Form {

		/** Members are the line's text, as name=value. */
		TEXT,
		/** Members are passed separately, for a log in JSON. */
		MEMBERS,
		/** The same by the names of the Elastic Common Schema. */
		ECS;

		/**
		 * The form of a format.
		 * @param format as Spring Boot names it, empty for text
		 */
		static Form of(String format) {
			return format.isBlank() ? TEXT : format.equals("ecs") ? ECS : MEMBERS;
		}

	}

	private final Form form;

	private final EndpointPaths paths;

	RequestLog(Form form, EndpointPaths paths) {
		this.form = form;
		this.paths = paths;
		leadNowhere();
	}

	/** Gives that logger appenders like those of the others, which write nothing. */
	private static void leadNowhere() {
		if (NOWHERE instanceof ch.qos.logback.classic.Logger logger) {
			logger.setAdditive(false);
			logger.detachAndStopAllAppenders();
			logger.getLoggerContext()
				.getLogger(Logger.ROOT_LOGGER_NAME)
				.iteratorForAppenders()
				.forEachRemaining((appender) -> addLike(appender, logger));
		}
	}

	private static void addLike(Appender<ILoggingEvent> appender, ch.qos.logback.classic.Logger dest) {
		if (appender instanceof OutputStreamAppender<ILoggingEvent> written) {
			OutputStreamAppender<ILoggingEvent> silent = new OutputStreamAppender<>();
			silent.setContext(dest.getLoggerContext());
			silent.setEncoder(written.getEncoder());
			silent.setOutputStream(OutputStream.nullOutputStream());
			silent.start();
			dest.addAppender(silent);
		}
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
		long duration = System.nanoTime() - start;
		if (this.form == Form.ECS) {
			members = ecs(members, request, duration);
		}
		else {
			members.put("total_ms", millis(duration));
		}
		Logger log = WarmUp.isWarmUp(request) ? NOWHERE : LOG;
		LoggingEventBuilder line = (this.form == Form.TEXT) ? text(log, members) : structured(log, members);
		line.log();
	}

	/** The members by the names of ECS, with two that only it has. */
	private Map<String, Object> ecs(Map<String, Object> members, HttpServletRequest request, long duration) {
		Map<String, Object> named = new LinkedHashMap<>();
		members.forEach((name, value) -> named.put(ECS.getOrDefault(name, name), value));
		String path = Objects.toString(request.getRequestURI());
		if (this.paths.labels().containsKey(path) || PROBES.contains(path)) {
			named.put("url.path", path);
		}
		named.put("event.duration", duration);
		return named;
	}

	private static LoggingEventBuilder structured(Logger log, Map<String, Object> members) {
		LoggingEventBuilder line = log.atInfo().setMessage("request");
		for (Map.Entry<String, Object> member : members.entrySet()) {
			line = line.addKeyValue(member.getKey(), member.getValue());
		}
		return line;
	}

	private static LoggingEventBuilder text(Logger log, Map<String, Object> members) {
		StringJoiner text = new StringJoiner(" ");
		members.forEach((name, value) -> text.add(name + "=" + value));
		return log.atInfo().setMessage(text.toString());
	}

	/**
	 * Platforms send a readiness or liveness probe every few seconds; successful ones are
	 * not logged.
	 */
	private static boolean isSoundProbe(HttpServletRequest request, int status) {
		return status == 200 && PROBES.contains(Objects.toString(request.getRequestURI()));
	}

	private Map<String, Object> members(HttpServletRequest request, int status, long in, long out) {
		RequestFacts facts = RequestFacts.of(request);
		Map<String, Object> members = new LinkedHashMap<>();
		members.put("request_id", RequestId.of(request));
		members.put("key_id", Objects.requireNonNullElse(RequestFacts.keyId(request), NONE));
		String client = Objects.toString(request.getRemoteAddr());
		members.put("client", ADDRESS.matcher(client).matches() ? client : NONE);
		String method = Objects.toString(request.getMethod());
		members.put("method", METHODS.contains(method) ? method : "other");
		String asked = this.paths.labels().getOrDefault(Objects.toString(request.getRequestURI()), "other");
		members.put("endpoint", Objects.requireNonNullElse(facts.endpoint(), asked));
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
