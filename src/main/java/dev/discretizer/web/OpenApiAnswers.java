package dev.discretizer.web;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.Precision;
import dev.discretizer.discretize.Term;
import dev.discretizer.tensor.DType;
import dev.discretizer.web.server.RequestId;
import io.swagger.v3.oas.models.headers.Header;
import org.jspecify.annotations.Nullable;

/**
 * Describes what {@link Answers} and {@link AnswerWriter} write. The lint checks the real
 * answers among the examples against it.
 */
final class OpenApiAnswers {

	private static final String TENSOR = "DiscreteTensor";

	private static final String CANDIDATES = "Candidates";

	private static final String TENSOR_REPORT = "TensorReport";

	private static final String LAYER_REPORT = "LayerReport";

	private static final String RELATIVE_ERROR = "RelativeError";

	private static final String FINDING = "Finding";

	/** The types an answer's elements may have. */
	private static final List<String> DTYPES = List.of(DType.INT8, DType.INT16, DType.INT32, DType.FLOAT32)
		.stream()
		.map(DType::label)
		.toList();

	private OpenApiAnswers() {
	}

	/** The components that answers refer to, by name. */
	static Map<String, OpenApiSchema> components() {
		Map<String, OpenApiSchema> components = new LinkedHashMap<>();
		for (Endpoint endpoint : Endpoint.values()) {
			components.put(name(endpoint), answer(endpoint));
		}
		tensor(components);
		components.put(CANDIDATES, candidates());
		components.put(TENSOR_REPORT, tensorReport());
		components.put(LAYER_REPORT, layerReport());
		components.put(RELATIVE_ERROR,
				OpenApiSchema.object("How far an integer is off.")
					.required("relative_error",
							number("`|q / scale - x| / |x|`; null where x is 0, or unset and not scaled.").atLeast(0)
								.orNull()));
		components.put(FINDING, finding());
		components.putAll(OpenApiDevices.components());
		return components;
	}

	/** The name of the component that describes a JSON answer. */
	static String name(Endpoint endpoint) {
		return stem(endpoint) + "Answer";
	}

	/** The operation's id as the beginning of a type's name. */
	static String stem(Endpoint endpoint) {
		String id = OpenApiWords.of(endpoint).id();
		return Character.toUpperCase(id.charAt(0)) + id.substring(1);
	}

	private static OpenApiSchema answer(Endpoint endpoint) {
		OpenApiSchema answer = OpenApiSchema.object(OpenApiWords.of(endpoint).answer());
		return switch (endpoint) {
			case SCALE -> answer
				.required("scale",
						scale("The factor, in binary32; null where all elements are zero, or so small "
								+ "(below about 3.7e-37) that it overflows.")
							.orNull())
				.required("bits", bits())
				.required("min", number("The smallest element.").format("float"))
				.required("max", number("The largest element.").format("float"));
			case SCALAR -> answer.required("value", OpenApiSchema.of("integer", "The integer.").format("int64"));
			case TENSOR -> findings(answer.required("scale", scale("The factor that was used, in binary32."))
				.required("tensor", OpenApiSchema.ref(TENSOR, "The integers."))
				.member("report", OpenApiSchema.ref(TENSOR_REPORT, "Left out with `report=none`.")));
			case CONV -> layer(answer, true, false);
			case SPIKE -> layer(answer, false, true);
			case CONV_SPIKE -> layer(answer, true, true);
			case NETWORK -> network(answer);
		};
	}

	private static OpenApiSchema layer(OpenApiSchema answer, boolean conv, boolean spike) {
		answer.required("scale", scale("The factor of all of the layer's parameters, in binary32."))
			.required("limited_by",
					OpenApiSchema.oneOf(Arrays.stream(Term.values()).map(Term::label).toList(),
							"The term whose candidate is the smallest, and so the scale; of equal ones the first."))
			.required("candidates", OpenApiSchema.ref(CANDIDATES, null));
		if (conv) {
			answer.required("conv",
					OpenApiSchema.object("The convolutional layer's integers.")
						.required("weight", OpenApiSchema.ref(TENSOR, "Of the weight's shape."))
						.required("bias", OpenApiSchema.ref(TENSOR, "Null where the layer has none.").orNull()));
		}
		if (spike) {
			answer.required("spike",
					OpenApiSchema.object("The spiking layer's integers.")
						.required("spike_threshold", number("A whole number."))
						.required("min_v_mem", number("A whole number; there also if it was not given."))
						.required("v_mem", OpenApiSchema.ref(TENSOR, "Null where none was given.").orNull()));
		}
		return findings(answer.member("report", OpenApiSchema.ref(LAYER_REPORT, "Left out with `report=none`.")));
	}

	private static OpenApiSchema network(OpenApiSchema answer) {
		OpenApiSchema layer = OpenApiSchema.object("A layer.")
			.required("name", OpenApiSchema.of("string", "The weight's node or module."))
			.required("spike_name", OpenApiSchema.of("string", "The neurons' node or module."))
			.required("rescale", number("What the weight was multiplied by first, for the average pools before it.")
				.format("float"));
		return findings(answer.required("layers",
				OpenApiSchema.array(layer(layer, true, true), "In the order that data flows.")))
			.required("fit", OpenApiSchema.ref(OpenApiDevices.FIT, "Null unless `device` was given.").orNull());
	}

	private static OpenApiSchema findings(OpenApiSchema answer) {
		return answer.required("findings", OpenApiSchema.array(OpenApiSchema.ref(FINDING, null),
				"What there is to know about the result; a sound layer gets no warning."));
	}

	private static void tensor(Map<String, OpenApiSchema> components) {
		components.put(TENSOR,
				OpenApiSchema.either("A discretized tensor, in the form that the query parameter `tensors` asks for.",
						OpenApiSchema.ref("FlatDiscreteTensor", null), OpenApiSchema.ref("NestedTensor", null),
						OpenApiSchema.ref("Base64DiscreteTensor", null), OpenApiSchema.ref("TensorSummary", null)));
		components.put("FlatDiscreteTensor",
				tensorObject("All elements in one array (`tensors=flat`).").required("data", OpenApiSchema
					.array(OpenApiSchema.of("number", null), "The elements in C order, all of them whole numbers.")));
		OpenApiSchema base64 = OpenApiSchema.of("string", "The elements' bytes, little-endian, in C order.");
		base64.setContentEncoding("base64");
		components.put("Base64DiscreteTensor",
				tensorObject("The elements' bytes in base64 (`tensors=base64`).").required("base64", base64));
		components.put("TensorSummary", tensorObject("No elements (`tensors=none`)."));
	}

	private static OpenApiSchema tensorObject(String description) {
		return OpenApiSchema.object(description)
			.required("dtype", dtype("The elements' type; float32 if `to_int` was false."))
			.required("shape", OpenApiRequests.shape());
	}

	private static OpenApiSchema dtype(@Nullable String description) {
		return OpenApiSchema.oneOf(DTYPES, description);
	}

	private static OpenApiSchema candidates() {
		OpenApiSchema candidates = OpenApiSchema
			.object("The scale that each term of the layer allows on its own; null where it does not limit.");
		for (Term term : Term.values()) {
			candidates.required(term.label(), scale(switch (term) {
				case WEIGHT -> "Of the weights, after any rescale.";
				case BIAS -> "Of the biases.";
				case THRESHOLD -> "Of spike_threshold and min_v_mem together.";
				case STATE -> "Of v_mem.";
			}).orNull());
		}
		return candidates;
	}

	private static OpenApiSchema tensorReport() {
		return OpenApiSchema.object("What discretizing a tensor cost, with `error = q / scale - x`.")
			.required("elements", count("How many elements it has."))
			.required("zeros", count("How many of the integers are zero."))
			.required("levels_used",
					count("How many different integers occur; null above 16 bits, where they are not counted.")
						.orNull())
			.required("levels_available", count("How many different integers there are: 2^bits."))
			.required("saturated", count("How many finite values left the range and were clamped."))
			.required("max_abs_error", number("The largest magnitude of an error, in the input's unit.").atLeast(0))
			.required("rms_error", number("The root of the mean squared error, in the input's unit.").atLeast(0))
			.required("sqnr_db", number(
					"Ratio of signal to rounding error in dB, `10 log10(sum x^2 / sum error^2)`; null where there "
							+ "is no error or no signal.")
				.orNull());
	}

	private static OpenApiSchema layerReport() {
		return OpenApiSchema.object("What discretizing a layer cost.")
			.required("weight", OpenApiSchema.ref(TENSOR_REPORT, "Of the rescaled weights."))
			.required("bias", OpenApiSchema.ref(TENSOR_REPORT, "Null without a bias.").orNull())
			.required("v_mem", OpenApiSchema.ref(TENSOR_REPORT, "Null without a state.").orNull())
			.required("spike_threshold", OpenApiSchema.ref(RELATIVE_ERROR, null))
			.required("min_v_mem", OpenApiSchema.ref(RELATIVE_ERROR, null))
			.required("dead_output_channels", OpenApiSchema.array(OpenApiSchema.of("integer", null).atLeast(0),
					"Indices of the output channels whose integer weights are all zero, ascending."));
	}

	private static OpenApiSchema finding() {
		return OpenApiSchema.object("Something to know about the result.")
			.required("code", OpenApiSchema.oneOf(names(), "What was found; stable."))
			.required("severity",
					OpenApiSchema.oneOf(Arrays.stream(Finding.Severity.values()).map(Finding.Severity::label).toList(),
							"How much it matters."))
			.required("tensor", OpenApiSchema.of("string", "The tensor, the threshold or the node it is about."))
			.required("message", OpenApiSchema.of("string", "What happened, with numbers."))
			.required("hint", OpenApiSchema.of("string", "What to do."));
	}

	private static List<String> names() {
		return Arrays.stream(Finding.Code.values()).map(Enum::name).toList();
	}

	private static OpenApiSchema scale(@Nullable String description) {
		return number(description).format("float").above(0);
	}

	private static OpenApiSchema bits() {
		return OpenApiSchema.of("integer", "The bits it is for.")
			.atLeast(Precision.MIN_BITS)
			.atMost(Precision.MAX_BITS);
	}

	private static OpenApiSchema number(@Nullable String description) {
		return OpenApiSchema.of("number", description);
	}

	private static OpenApiSchema count(String description) {
		return OpenApiSchema.of("integer", description).atLeast(0);
	}

	/** The headers of answers, by name. */
	static Map<String, Header> headers() {
		Map<String, Header> headers = new LinkedHashMap<>();
		headers.put(RequestId.HEADER, header("The request's own id, or the one it was given.", requestId()));
		headers.put("Discretizer-Scale", header("The scale. Only on binary answers.", scale(null)));
		headers.put("Discretizer-Limited-By", header("The term that limits the layer's scale. Only on binary answers.",
				OpenApiSchema.oneOf(Arrays.stream(Term.values()).map(Term::label).toList(), null)));
		headers.put("Discretizer-Findings",
				header("The findings, as in `BIAS_LIMITS;severity=warning, BIAS_ENABLES_LEAK;severity=info`. Only on "
						+ "binary answers, and only if there are any.", OpenApiSchema.of("string", null)));
		headers.put("Discretizer-Dtype", header("The type of the elements. Only on raw answers.", dtype(null)));
		headers.put("Discretizer-Shape", header("The sizes of the dimensions, as in `16,2,5,5`. Only on raw answers.",
				OpenApiSchema.of("string", null)));
		headers.put("Retry-After",
				header("Seconds to wait before the next try.", OpenApiSchema.of("integer", null).atLeast(0)));
		return headers;
	}

	private static Header header(String description, OpenApiSchema schema) {
		Header header = new Header();
		header.setDescription(description);
		header.setSchema(schema);
		return header;
	}

	/** The form of a request's id. */
	static OpenApiSchema requestId() {
		OpenApiSchema id = OpenApiSchema.of("string", null);
		id.setPattern("^[A-Za-z0-9._-]{1,128}$");
		return id;
	}

}
