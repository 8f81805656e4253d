package dev.discretizer.web;

import dev.discretizer.web.api.Format;
import dev.discretizer.web.api.Endpoint;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the format of the body by Content-Type and the format of the answer by Accept
 * (RFC 9110 sections 8.3 and 12.5.1). Without Accept, or if several formats have the same
 * quality, the answer has the request's own format.
 */
final class Negotiation {

	/**
	 * A format of an answer, and the media type chosen for it.
	 */
	record Choice(Format format, MediaType mediaType) {
	}

	/**
	 * For each endpoint and format of a body all media types of answers, the default
	 * first.
	 */
	private static final Map<Endpoint, Map<Format, List<Choice>>> CHOICES = Endpoint.withBody()
		.stream()
		.collect(Collectors.toMap(Function.identity(),
				(endpoint) -> endpoint.requests()
					.stream()
					.collect(Collectors.toMap(Function.identity(), (own) -> choices(endpoint, own)))));

	private Negotiation() {
	}

	/**
	 * The format of a request's body.
	 * @throws HttpMediaTypeNotSupportedException if the endpoint does not read that
	 * format
	 */
	static Format body(HttpServletRequest request, Endpoint endpoint) throws HttpMediaTypeNotSupportedException {
		checkCoding(request);
		String contentType = request.getContentType();
		if (contentType == null) {
			throw new HttpMediaTypeNotSupportedException(
					"Content-Type is missing, one of %s is expected".formatted(names(supported(endpoint))));
		}
		MediaType mediaType = parse(contentType, endpoint);
		Format format = Format.ofContentType(mediaType, endpoint.requests());
		if (format == null) {
			List<MediaType> supported = supported(endpoint);
			throw new HttpMediaTypeNotSupportedException(mediaType, supported, null,
					"Content-Type is %s, one of %s is expected".formatted(mediaType, names(supported)));
		}
		Charset charset = mediaType.getCharset();
		if (format == Format.JSON && charset != null && !charset.equals(StandardCharsets.UTF_8)) {
			throw new HttpMediaTypeNotSupportedException(mediaType, supported(endpoint), null,
					"Content-Type has charset %s, JSON is read as utf-8".formatted(charset));
		}
		return format;
	}

	private static List<MediaType> supported(Endpoint endpoint) {
		return endpoint.requests().stream().flatMap((format) -> format.mediaTypes().stream()).toList();
	}

	private static MediaType parse(String contentType, Endpoint endpoint) throws HttpMediaTypeNotSupportedException {
		try {
			return MediaType.parseMediaType(contentType);
		}
		catch (InvalidMediaTypeException ex) {
			List<MediaType> supported = supported(endpoint);
			throw new HttpMediaTypeNotSupportedException(null, supported, null,
					"Content-Type %s is not understood, one of %s is expected".formatted(contentType,
							names(supported)));
		}
	}

	/**
	 * What separates the parts of a multipart body, or null if Content-Type does not say.
	 */
	static @Nullable String boundary(HttpServletRequest request) {
		String boundary = MediaType.parseMediaType(request.getContentType()).getParameter("boundary");
		return (boundary != null && boundary.length() > 1 && boundary.startsWith("\"") && boundary.endsWith("\""))
				? boundary.substring(1, boundary.length() - 1) : boundary;
	}

	/**
	 * Refuses bodies with a content coding: the limit on the size would not bound the
	 * inflated bytes.
	 */
	private static void checkCoding(HttpServletRequest request) throws HttpMediaTypeNotSupportedException {
		Enumeration<String> codings = request.getHeaders(HttpHeaders.CONTENT_ENCODING);
		while (codings.hasMoreElements()) {
			String coding = codings.nextElement();
			if (!coding.isBlank() && !coding.trim().equalsIgnoreCase("identity")) {
				throw new UnsupportedCodingException(
						"Content-Encoding is %s, the body is expected as it is (identity)".formatted(coding));
			}
		}
	}

	/** A body has a content coding. */
	static final class UnsupportedCodingException extends HttpMediaTypeNotSupportedException {

		private static final long serialVersionUID = 1L;

		UnsupportedCodingException(String message) {
			super(message);
		}

	}

	/**
	 * The format of the answer.
	 * @param own the request's own format
	 * @throws HttpMediaTypeNotAcceptableException if the client accepts none of the
	 * endpoint's formats
	 */
	static Choice answer(HttpServletRequest request, Endpoint endpoint, Format own)
			throws HttpMediaTypeNotAcceptableException {
		List<Choice> choices = Objects.requireNonNull(Objects.requireNonNull(CHOICES.get(endpoint)).get(own));
		List<MediaType> ranges = ranges(request, choices);
		if (ranges.isEmpty()) {
			return choices.getFirst();
		}
		Choice best = null;
		double bestQuality = 0;
		for (Choice choice : choices) {
			double quality = quality(choice.mediaType(), ranges);
			if (quality > bestQuality) {
				best = choice;
				bestQuality = quality;
			}
		}
		if (best == null) {
			throw new HttpMediaTypeNotAcceptableException(choices.stream().map(Choice::mediaType).toList());
		}
		return best;
	}

	private static List<Choice> choices(Endpoint endpoint, Format own) {
		List<Format> formats = new ArrayList<>(endpoint.answers(own));
		if (formats.remove(own)) {
			formats.addFirst(own);
		}
		List<Choice> choices = new ArrayList<>();
		formats.forEach((format) -> choices.add(new Choice(format, format.mediaType())));
		for (Format format : formats) {
			List<MediaType> names = format.mediaTypes();
			names.subList(1, names.size()).forEach((alias) -> choices.add(new Choice(format, alias)));
		}
		return choices;
	}

	private static List<MediaType> ranges(HttpServletRequest request, List<Choice> choices)
			throws HttpMediaTypeNotAcceptableException {
		try {
			return MediaType.parseMediaTypes(Collections.list(request.getHeaders(HttpHeaders.ACCEPT)));
		}
		catch (InvalidMediaTypeException ex) {
			throw new HttpMediaTypeNotAcceptableException("Accept is no list of media types; available here: "
					+ names(choices.stream().map(Choice::mediaType).toList()));
		}
	}

	/** The quality given by the most specific range that matches, 0 if none matches. */
	private static double quality(MediaType mediaType, List<MediaType> ranges) {
		MediaType match = null;
		for (MediaType range : ranges) {
			if (range.includes(mediaType) && (match == null || specificity(range) > specificity(match))) {
				match = range;
			}
		}
		return (match == null) ? 0 : match.getQualityValue();
	}

	private static int specificity(MediaType range) {
		return range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
	}

	/** A list of media types for messages. */
	static String names(List<MediaType> mediaTypes) {
		return String.join(", ", mediaTypes.stream().map(MediaType::toString).toList());
	}

}
