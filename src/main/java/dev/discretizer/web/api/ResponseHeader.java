package dev.discretizer.web.api;

import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;

import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.Term;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.Shape;
import dev.discretizer.web.api.JsonType.Scalar;

/**
 * The headers of answers.
 */
public enum ResponseHeader {

	/** The request's id; on every answer. */
	REQUEST_ID("X-Request-Id", "The request's own id, or the one it was given.", JsonTypes.REQUEST_ID,
			Function.identity()),

	/** The version of the service; on every answer. */
	VERSION("Discretizer-Version", "The version of the service, as in `0.2.0`. On every answer.", JsonTypes.TEXT,
			Function.identity()),

	/** Repeats the scale. */
	SCALE("Discretizer-Scale", "The scale. Only on binary answers.", JsonTypes.SCALE, Function.identity()),

	/** Repeats what limits the scale. */
	LIMITED_BY("Discretizer-Limited-By", "The term that limits the layer's scale. Only on binary answers.",
			JsonTypes.TERM, (term) -> ((Term) term).label()),

	/** Lists the codes of the findings. */
	FINDINGS("Discretizer-Findings",
			"The findings, as in `BIAS_LIMITS;severity=warning, BIAS_ENABLES_LEAK;severity=info`. Only on "
					+ "binary answers, and only if there are any.",
			JsonTypes.TEXT, ResponseHeader::findings),

	/** The element type of raw bytes. */
	DTYPE("Discretizer-Dtype", "The type of the elements. Only on raw answers.",
			JsonTypes.choice(JsonTypes.ANSWER_DTYPES, DType::label), (dtype) -> ((DType) dtype).label()),

	/** The shape of raw bytes. */
	SHAPE("Discretizer-Shape", "The sizes of the dimensions, as in `16,2,5,5`. Only on raw answers.", JsonTypes.TEXT,
			ResponseHeader::dims),

	/** The digest of a result. */
	ETAG("ETag", "The `digest` of the provenance, in quotes. Only with `provenance=true`.",
			JsonTypes.TEXT.pattern("^\"[0-9a-f]{64}\"$"), (digest) -> "\"" + digest + "\""),

	/** Asks the client to repeat the request later. */
	RETRY_AFTER("Retry-After", "Seconds to wait before the next try.", JsonTypes.COUNT, Function.identity());

	private final String label;

	private final String words;

	private final Scalar<?> type;

	private final Function<Object, Object> text;

	ResponseHeader(String label, String words, Scalar<?> type, Function<Object, Object> text) {
		this.label = label;
		this.words = words;
		this.type = type;
		this.text = text;
	}

	private static String findings(Object findings) {
		StringJoiner text = new StringJoiner(", ");
		for (Object finding : (List<?>) findings) {
			Finding found = (Finding) finding;
			text.add(found.code().name() + ";severity=" + found.severity().label());
		}
		return text.toString();
	}

	/** Writes a shape as the query parameter shape does. */
	private static String dims(Object shape) {
		String text = ((Shape) shape).toString();
		return text.substring(1, text.length() - 1).replace(" ", "");
	}

	/** The header's name. */
	public String label() {
		return this.label;
	}

	/** The header's description. */
	public String words() {
		return this.words;
	}

	/** The type of the header's value. */
	public Scalar<?> type() {
		return this.type;
	}

	/** The header's text for a value; empty if the header is to be omitted. */
	public String text(Object value) {
		return this.text.apply(value).toString();
	}

}
