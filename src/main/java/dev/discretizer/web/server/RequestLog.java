package dev.discretizer.web.server;

import java.io.OutputStream;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
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

	/**
	 * W3C Trace Context section 3.2; of later versions, only the fields of that one are
	 * read.
	 */
	private static final Pattern TRACEPARENT = Pattern
		.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

	private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

	/** For lines of the warm-up, which are formatted and then thrown away. */
	private static final Logger NOWHERE = LoggerFactory.getLogger(LOGGER + ".warm-up");

	/** Longest address of IP as text, in chars. */
	private static final int ADDRESS_LENGTH = 45;

	/** Chars of most lines as text, so that its builder need not grow. */
	private static final int TEXT_LENGTH = 384;

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
		Logger log = WarmUp.isWarmUp(request) ? NOWHERE : LOG;
		if (this.form == Form.TEXT) {
			StringBuilder text = new StringBuilder(TEXT_LENGTH);
			members(request, status, in, out, (name, value) -> text.append(name).append('=').append(value).append(' '));
			log.info(text.append("total_ms=").append(millis(System.nanoTime() - start)).toString());
		}
		else {
			Map<String, Object> members = new LinkedHashMap<>();
			members(request, status, in, out, (name, value) -> members.put(named(name), value));
			addLast(members, request, System.nanoTime() - start);
			structured(log, members);
		}
	}

	private String named(String member) {
		return (this.form == Form.ECS) ? ECS.getOrDefault(member, member) : member;
	}

	/** Adds the duration, in ECS with a path of the closed set before it. */
	private void addLast(Map<String, Object> members, HttpServletRequest request, long duration) {
		if (this.form != Form.ECS) {
			members.put("total_ms", millis(duration));
			return;
		}
		String path = Objects.toString(request.getRequestURI());
		if (this.paths.labels().containsKey(path) || EndpointPaths.PROBES.contains(path)) {
			members.put("url.path", path);
		}
		members.put("event.duration", duration);
	}

	private static void structured(Logger log, Map<String, Object> members) {
		LoggingEventBuilder line = log.atInfo().setMessage("request");
		for (Map.Entry<String, Object> member : members.entrySet()) {
			line = line.addKeyValue(member.getKey(), member.getValue());
		}
		line.log();
	}

	/**
	 * Platforms send a readiness or liveness probe every few seconds; successful ones are
	 * not logged.
	 */
	private static boolean isSoundProbe(HttpServletRequest request, int status) {
		return status == 200 && EndpointPaths.PROBES.contains(Objects.toString(request.getRequestURI()));
	}

	/** Passes on the members that all forms share, in their order. */
	private void members(HttpServletRequest request, int status, long in, long out, BiConsumer<String, Object> dest) {
		RequestFacts facts = RequestFacts.of(request);
		dest.accept("request_id", RequestId.of(request));
		dest.accept("key_id", Objects.requireNonNullElse(RequestFacts.keyId(request), NONE));
		String client = Objects.toString(request.getRemoteAddr());
		dest.accept("client", isAddress(client) ? client : NONE);
		String method = Objects.toString(request.getMethod());
		dest.accept("method", METHODS.contains(method) ? method : "other");
		String asked = this.paths.labels().getOrDefault(Objects.toString(request.getRequestURI()), "other");
		dest.accept("endpoint", Objects.requireNonNullElse(facts.endpoint(), asked));
		dest.accept("format", Objects.requireNonNullElse(facts.format(), NONE));
		dest.accept("answer_format", Objects.requireNonNullElse(facts.answerFormat(), NONE));
		dest.accept("status", status);
		dest.accept("code", facts.code());
		dest.accept("bytes_in", in);
		dest.accept("bytes_out", out);
		dest.accept("elements", facts.elements());
		facts.nanos().forEach((phase, nanos) -> dest.accept(phase.label() + "_ms", millis(nanos)));
		String trace = traceId(request);
		if (trace != null) {
			dest.accept("trace_id", trace);
		}
	}

	/** Whether it is written as an address of IP; a proxy may pass on any text. */
	private static boolean isAddress(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (!HexFormat.isHexDigit(c) && c != '.' && c != ':') {
				return false;
			}
		}
		return text.length() > 1 && text.length() <= ADDRESS_LENGTH;
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
		if (sent == null) {
			return null;
		}
		Matcher matcher = TRACEPARENT.matcher(sent);
		return matcher.matches() ? matcher.group(1) : null;
	}

}
