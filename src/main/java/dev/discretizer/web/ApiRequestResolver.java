package dev.discretizer.web;

import java.io.IOException;
import java.util.Objects;

import dev.discretizer.discretize.Histogram;
import dev.discretizer.network.SweepRow;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Fields;
import dev.discretizer.web.api.Format;
import dev.discretizer.web.server.MemoryFilter;
import dev.discretizer.web.server.RequestFacts;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.core.MethodParameter;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.method.support.ModelAndViewContainer;

import org.jspecify.annotations.Nullable;

/**
 * Reads the {@link ApiRequest} of a method marked with {@link Serves}, and writes the
 * method's return value as the endpoint's answer. Not a message converter: a converter
 * sees neither the query, which describes raw bytes, nor the request, whose format is the
 * default of the answer.
 */
final class ApiRequestResolver implements HandlerMethodArgumentResolver, HandlerMethodReturnValueHandler {

	private static final String REQUEST = ApiRequest.class.getName();

	/** Attribute for the time at which reading ended, from {@link System#nanoTime()}. */
	private static final String READ = REQUEST + ".READ";

	/**
	 * Bytes that one output channel may take in a report, which lists the dead channels:
	 * as numbers while they are collected, and as text, several times over, while the
	 * report is placed in a binary answer. Measured.
	 */
	private static final long CHANNEL = 96;

	/**
	 * Bytes that a layer of a network takes for its plan, its findings and their text.
	 * Measured.
	 */
	private static final long LAYER = 8 * 1024;

	/**
	 * Bytes that a figure of an answer takes: its field, an entry of a map and its place
	 * in the map's table, and the boxed number.
	 */
	private static final long FIGURE = 8 + 48 + 16 + 24;

	/** Bytes that a row of a sweep takes, with the map itself. */
	static final long ROW = FIGURE * (SweepRow.class.getRecordComponents().length + 2);

	/** Bytes that a count of a histogram takes, in an array and a copy of it. */
	static final long COUNT = 2L * Integer.BYTES;

	/** Bytes of reports that fit into the buffers reserved for every request. */
	private static final long SMALL_REPORT = 64 * 1024;

	private final RequestReader reader;

	private final ResponseWriter writer;

	ApiRequestResolver(RequestReader reader, ResponseWriter writer) {
		this.reader = reader;
		this.writer = writer;
	}

	/** The request that was read, or null if reading failed. */
	static @Nullable ApiRequest read(HttpServletRequest request) {
		return (ApiRequest) request.getAttribute(REQUEST);
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.getParameterType() == ApiRequest.class;
	}

	@Override
	public ApiRequest resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
			NativeWebRequest web, @Nullable WebDataBinderFactory binders)
			throws IOException, HttpMediaTypeNotSupportedException, HttpMediaTypeNotAcceptableException {
		Endpoint endpoint = endpoint(parameter);
		HttpServletRequest request = Objects.requireNonNull(web.getNativeRequest(HttpServletRequest.class));
		RequestFacts facts = RequestFacts.of(request);
		facts.endpoint(endpoint.label());
		long start = System.nanoTime();
		ApiRequest read = this.reader.read(request, endpoint);
		reserveReport(read, request);
		facts.elements(read.elements());
		facts.answerFormat(read.answer().type().format().label());
		request.setAttribute(REQUEST, read);
		request.setAttribute(READ, facts.ended(RequestFacts.Phase.READ, start));
		return read;
	}

	/**
	 * Reserves memory for the report and for the answer. A weight of rank 1 has one
	 * channel for each element, and all of them may be dead.
	 */
	static void reserveReport(ApiRequest read, HttpServletRequest request) {
		long parts = read.sum(Upload::parts);
		long rows = (read.endpoint() == Endpoint.SWEEP)
				? parts * read.get(Fields.SWEEP_BITS).size() * read.get(Fields.SCALE_RULES).size() : 0;
		long bytes = CHANNEL * channels(read) + LAYER * parts + ROW * rows + COUNT * Math.max(parts, 1) * counts(read);
		if (bytes > SMALL_REPORT) {
			MemoryFilter.reservation(request).use(bytes);
		}
		if (read.answer().type().format() == Format.HDF5) {
			// The graph of integers is held in addition to the graph of floats.
			MemoryFilter.reservation(request).use(Float.BYTES * read.elements());
		}
	}

	private static Endpoint endpoint(MethodParameter parameter) {
		return Objects.requireNonNull(serves(parameter)).value();
	}

	/** From the method itself: Spring would search all that it overrides. */
	private static @Nullable Serves serves(MethodParameter parameter) {
		return parameter.getAnnotatedElement().getAnnotation(Serves.class);
	}

	/** Number of counts in the histograms of a layer. */
	private static long counts(ApiRequest read) {
		if (read.endpoint().field(Fields.HISTOGRAM.name()) == null || !read.get(Fields.HISTOGRAM)) {
			return 0;
		}
		if (read.endpoint().field(Fields.WEIGHT_BITS.name()) == null) {
			return counts(Histogram.MAX_BITS);
		}
		long weight = counts(read.get(Fields.WEIGHT_BITS));
		Long bias = read.find(Fields.BIAS_BITS);
		return weight + ((bias != null) ? counts(bias) : weight) + counts(read.get(Fields.STATE_BITS));
	}

	/** How many integers of a width are counted. */
	private static long counts(long bits) {
		return (bits >= 0 && bits <= Histogram.MAX_BITS) ? 1L << bits : 0;
	}

	private static long channels(ApiRequest read) {
		if (read.network() != null) {
			return read.sum(Upload::channels);
		}
		FloatTensor weight = read.find(Fields.WEIGHT);
		return (weight == null || weight.shape().rank() == 0) ? 0 : weight.shape().dim(0);
	}

	@Override
	public boolean supportsReturnType(MethodParameter returnType) {
		return serves(returnType) != null;
	}

	@Override
	public void handleReturnValue(@Nullable Object returned, MethodParameter returnType,
			ModelAndViewContainer container, NativeWebRequest web) throws IOException {
		container.setRequestHandled(true);
		HttpServletRequest request = Objects.requireNonNull(web.getNativeRequest(HttpServletRequest.class));
		HttpServletResponse response = Objects.requireNonNull(web.getNativeResponse(HttpServletResponse.class));
		Object value = Objects.requireNonNull(returned);
		ApiRequest read = read(request);
		if (read == null) {
			ResponseWriter.writeJson(endpoint(returnType).answer(), value, response);
			return;
		}
		RequestFacts facts = RequestFacts.of(request);
		long start = facts.ended(RequestFacts.Phase.COMPUTE, (long) Objects.requireNonNull(request.getAttribute(READ)));
		this.writer.write(read, value, request, response);
		facts.ended(RequestFacts.Phase.WRITE, start);
	}

}
