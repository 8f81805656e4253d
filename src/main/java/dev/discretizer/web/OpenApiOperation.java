package dev.discretizer.web;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.discretizer.codec.Field;
import dev.discretizer.codec.json.TensorStyle;
import dev.discretizer.web.OpenApiWords.Words;
import dev.discretizer.web.server.RequestId;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import org.jspecify.annotations.Nullable;

/**
 * Describes the operation of one endpoint from what the endpoint takes and gives, with
 * its examples.
 */
final class OpenApiOperation {

	private final Endpoint endpoint;

	private final Examples examples;

	OpenApiOperation(Endpoint endpoint, Examples examples) {
		this.endpoint = endpoint;
		this.examples = examples;
	}

	/** Replaces what was guessed from the controller's method. */
	void describe(Operation dest) {
		Words words = OpenApiWords.of(this.endpoint);
		dest.setOperationId(words.id());
		dest.setTags(List.of(words.tag()));
		dest.setSummary(words.summary());
		dest.setDescription(words.description() + files());
		dest.setParameters(new ArrayList<>());
		parameters(dest);
		dest.setRequestBody(body());
		dest.setResponses(responses());
	}

	private void parameters(Operation dest) {
		for (Field field : this.endpoint.parameters()) {
			dest.addParametersItem(query(field.name(),
					OpenApiWords.of(field, this.endpoint) + OpenApiRequests.absence(field, this.endpoint)
							+ (mayBeInBody(field) ? " Here or in the body, not both." : ""),
					OpenApiRequests.inQuery(field)));
		}
		if (this.endpoint == Endpoint.NETWORK) {
			dest.addParametersItem(minVMemByNode());
		}
		if (this.endpoint.requests().contains(Format.RAW)) {
			dest.addParametersItem(ofRaw("dtype", "Raw bodies only, and they need it: the elements' type.",
					OpenApiRequests.dtype(null)));
			dest.addParametersItem(ofRaw("shape",
					"Raw bodies only, and they need it: the sizes of the dimensions with commas in between, empty for rank 0.",
					OpenApiSchema.of("string", null)));
		}
		if (this.endpoint.answersTensors()) {
			dest.addParametersItem(query("tensors", "How tensors stand in JSON answers.",
					OpenApiSchema.oneOf(Arrays.stream(TensorStyle.values()).map(TensorStyle::label).toList(), null)
						.byDefault(TensorStyle.FLAT.label())));
			dest.addParametersItem(
					query("report", "Whether the report is wanted. npy and raw answers have no place for one.",
							OpenApiSchema.oneOf(List.of("full", "none"), null).byDefault("full")));
		}
		dest.addParametersItem(requestId());
	}

	/** Whether a value may stand in the body, too. */
	private boolean mayBeInBody(Field field) {
		return this.endpoint != Endpoint.NETWORK || List.of("spike_threshold", "rescale").contains(field.name());
	}

	/** Parameters whose names hold a node's: an object that is not exploded by name. */
	private static Parameter minVMemByNode() {
		OpenApiSchema byNode = OpenApiSchema.of("object", null);
		byNode.setAdditionalProperties(OpenApiSchema.of("number", null).format("float"));
		Parameter parameter = query("by_node",
				"Further parameters by their own names, `min_v_mem.<node>`: min_v_mem of one layer, named by its weight or "
						+ "its neurons, as in `min_v_mem.3=-1.5`.",
				byNode);
		parameter.setStyle(Parameter.StyleEnum.FORM);
		parameter.setExplode(true);
		// Else Swagger UI fills in, and sends, names that it makes up.
		parameter.setExample(Map.of());
		return parameter;
	}

	private static Parameter query(String name, String description, OpenApiSchema schema) {
		return parameter("query", name, description, schema);
	}

	private static Parameter parameter(String in, String name, String description, OpenApiSchema schema) {
		Parameter parameter = new Parameter();
		parameter.setIn(in);
		parameter.setName(name);
		parameter.setDescription(description);
		parameter.setSchema(schema);
		return parameter;
	}

	private static Parameter requestId() {
		return parameter("header", RequestId.HEADER,
				"An id of the caller's choice, for logs; returned with the answer.", OpenApiAnswers.requestId());
	}

	/**
	 * A parameter of raw bodies, with an example for each raw body under the same name.
	 * The first example has no value, as Swagger UI begins with it and other formats must
	 * not have the parameter.
	 */
	private Parameter ofRaw(String name, String description, OpenApiSchema schema) {
		Parameter parameter = query(name, description, schema);
		parameter.addExample("not_raw", example("Other formats: leave empty", null));
		for (Examples.Example example : this.examples.of(this.endpoint, Format.RAW)) {
			Example value = example(example.summary(), null);
			Map<String, String> query = example.query();
			value.setValue((query != null) ? query.get(name) : null);
			parameter.addExample(example.name(), value);
		}
		return parameter;
	}

	private RequestBody body() {
		Content content = new Content();
		for (Format format : this.endpoint.requests()) {
			MediaType media = media(format, OpenApiRequests.name(this.endpoint));
			for (Examples.Example example : this.examples.of(this.endpoint, format)) {
				media.addExamples(example.name(), request(example, format));
			}
			format.mediaTypes().forEach((type) -> content.addMediaType(type.toString(), media(media, type.toString())));
		}
		RequestBody body = new RequestBody();
		body.setRequired(true);
		body.setDescription(bodyDescription());
		body.setContent(content);
		return body;
	}

	private String bodyDescription() {
		if (this.endpoint.requests().size() == 1) {
			return "JSON.";
		}
		if (this.endpoint == Endpoint.NETWORK) {
			return "A NIR file, or a state dict of PyTorch in safetensors. All options are query parameters.";
		}
		String names = this.endpoint.takesSingleTensor()
				? "Binary containers hold the tensor under any name, or several of which one is named `tensor`."
				: "Binary containers hold the tensors %s by these names, the thresholds with one element or as query "
					.formatted(String.join(", ",
							this.endpoint.tensors().stream().map((field) -> "`" + field.name() + "`").toList()))
						+ "parameters.";
		return names + " All other options are query parameters then.";
	}

	/**
	 * Links to the files of examples. They stand above everything, as Swagger UI shows
	 * neither the examples nor the description of a body that is a file.
	 */
	private String files() {
		StringBuilder list = new StringBuilder();
		for (Format format : this.endpoint.requests()) {
			if (format != Format.JSON) {
				list.append("\n- `").append(format.mediaType()).append("`: ").append(files(format));
			}
		}
		return list.isEmpty() ? "" : "\n\nFiles to try as bodies%s:\n%s"
			.formatted(this.endpoint.requests().contains(Format.JSON) ? " in other formats than JSON" : "", list);
	}

	private String files(Format format) {
		return String.join(", ",
				this.examples.of(this.endpoint, format)
					.stream()
					.map((example) -> "[%s](%s)".formatted(example.file(format), Examples.PATH + example.file(format)))
					.toList());
	}

	/** How a format's bytes look; the examples are still missing. */
	private MediaType media(Format format, String component) {
		MediaType media = new MediaType();
		media.setSchema((format == Format.JSON) ? OpenApiSchema.ref(component, null)
				: OpenApiSchema.bytes(format.mediaType().toString(), bytes(format)));
		return media;
	}

	/** The same under another of the format's names. */
	private static MediaType media(MediaType media, String type) {
		MediaType alias = new MediaType();
		alias.setExamples(media.getExamples());
		alias.setSchema((media.getSchema().get$ref() != null) ? media.getSchema()
				: OpenApiSchema.bytes(type, media.getSchema().getDescription()));
		return alias;
	}

	private static String bytes(Format format) {
		return switch (format) {
			case JSON -> "A JSON object.";
			case NPY -> "One array, as `numpy.save` writes it.";
			case NPZ -> "Named arrays, as `numpy.savez` and `numpy.savez_compressed` write them.";
			case SAFETENSORS -> "Named tensors, as `safetensors.numpy.save` writes them.";
			case RAW -> "The elements' bytes, little-endian, in C order.";
			case HDF5 -> "A NIR graph, as `nir.write` writes it.";
		};
	}

	private static Example request(Examples.Example example, Format format) {
		Example request = example(example.summary(), example.description());
		String file = String.valueOf(example.file(format));
		if (format == Format.JSON) {
			request.setValue(Examples.body(file));
		}
		else {
			request.setExternalValue(Examples.PATH + file);
		}
		return request;
	}

	private static Example example(String summary, @Nullable String description) {
		Example example = new Example();
		example.setSummary(summary);
		example.setDescription(description);
		return example;
	}

	private ApiResponses responses() {
		Content content = new Content();
		for (Format format : this.endpoint.answers()) {
			MediaType media = media(format, OpenApiAnswers.name(this.endpoint));
			if (format == Format.JSON) {
				this.examples.of(this.endpoint, this.endpoint.requests().getFirst())
					.forEach((example) -> media.addExamples(example.name(), answer(example)));
			}
			format.mediaTypes().forEach((type) -> content.addMediaType(type.toString(), media(media, type.toString())));
		}
		ApiResponse success = new ApiResponse();
		success.setDescription(OpenApiWords.of(this.endpoint).answer());
		success.setContent(content);
		headers().forEach((header) -> success.addHeaderObject(header, OpenApiProblems.reference(header)));
		ApiResponses responses = new ApiResponses();
		responses.addApiResponse("200", success);
		OpenApiProblems.addTo(responses);
		return responses;
	}

	private static Example answer(Examples.Example example) {
		Example answer = example(example.summary(), null);
		answer.setValue(Examples.answer(example.answerFile()));
		return answer;
	}

	private List<String> headers() {
		if (!this.endpoint.answersTensors()) {
			return List.of(RequestId.HEADER);
		}
		if (this.endpoint == Endpoint.NETWORK) {
			return List.of(RequestId.HEADER, "Discretizer-Findings");
		}
		return this.endpoint.answers().contains(Format.RAW)
				? List.of(RequestId.HEADER, "Discretizer-Scale", "Discretizer-Findings", "Discretizer-Dtype",
						"Discretizer-Shape")
				: List.of(RequestId.HEADER, "Discretizer-Scale", "Discretizer-Limited-By", "Discretizer-Findings");
	}

}
