package dev.discretizer.web.openapi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.discretizer.codec.Field.Kind;
import dev.discretizer.codec.json.TensorStyle;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Fields;
import dev.discretizer.web.api.Format;
import dev.discretizer.web.api.JsonMember;
import dev.discretizer.web.api.Origin;
import dev.discretizer.web.api.JsonType;
import dev.discretizer.web.api.RequestField;
import dev.discretizer.web.api.RequestField.Place;
import dev.discretizer.web.api.RequestPart;
import dev.discretizer.web.api.ResponseHeader;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.Encoding;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

import org.jspecify.annotations.Nullable;

/**
 * Describes the operation of an endpoint from the endpoint's declaration, with its
 * examples.
 */
final class OperationDescription {

	private final Endpoint endpoint;

	private final Examples examples;

	OperationDescription(Endpoint endpoint, Examples examples) {
		this.endpoint = endpoint;
		this.examples = examples;
	}

	/** The operation's whole description. */
	Operation operation() {
		Operation operation = new Operation();
		operation.setOperationId(this.endpoint.id());
		operation.setTags(List.of(this.endpoint.tag().label()));
		operation.setSummary(this.endpoint.summary());
		operation.setDescription(this.endpoint.description() + files());
		operation.setResponses(responses());
		if (this.endpoint.body() != Endpoint.Body.NONE) {
			this.endpoint.parameters().forEach((field) -> operation.addParametersItem(parameter(field)));
			operation.addParametersItem(requestId());
			if (hasProvenance()) {
				operation.addParametersItem(ifNoneMatch());
			}
			operation.setRequestBody(body());
		}
		else if (this.endpoint == Endpoint.DEVICE) {
			operation.addParametersItem(device());
		}
		return operation;
	}

	private static Parameter device() {
		Parameter name = parameter("path", "name", "The chip.", OpenApiSchema.of(Fields.DEVICE.type(), null));
		name.setRequired(true);
		return name;
	}

	private Parameter parameter(RequestField<?> field) {
		if (field.isOfRaw()) {
			return ofRaw(field);
		}
		boolean mayBeInBody = field.place() == Place.EITHER && this.endpoint.requests().contains(Format.JSON);
		Parameter parameter = query(field.name(),
				field.words() + absence(field) + (mayBeInBody ? " Here or in the body, not both." : ""), schema(field));
		if (field == Fields.TENSORS && this.endpoint.body() == Endpoint.Body.NETWORK) {
			// Swagger UI begins with it: the integers of a whole network are no reading.
			parameter.setExample(TensorStyle.NONE.label());
		}
		if (field.type() instanceof JsonType.MapOf<?>) {
			// An object whose members are parameters under their own names.
			parameter.setStyle(Parameter.StyleEnum.FORM);
			parameter.setExplode(true);
			// Otherwise Swagger UI fills in, and sends, names that it invents.
			parameter.setExample(Map.of());
		}
		this.examples.of(this.endpoint, Format.MULTIPART)
			.stream()
			.map((example) -> Objects.requireNonNullElse(example.query(), Map.<String, String>of()).get(field.name()))
			.filter(Objects::nonNull)
			.findFirst()
			.ifPresent((text) -> parameter.setExample(typed(field, text)));
		return parameter;
	}

	/** A value of a query as its schema has it. */
	private static Object typed(RequestField<?> field, String text) {
		return (field.kind() == Kind.INTEGER) ? Long.valueOf(text) : text;
	}

	/**
	 * The schema of a field as a query parameter. If the field may also be in the body,
	 * or is of some formats only, its default is stated in words and not in the schema:
	 * Swagger UI would send the default, which may be an error.
	 */
	private OpenApiSchema schema(RequestField<?> field) {
		OpenApiSchema schema = OpenApiSchema.of(field.type(), null);
		return mayAlwaysBeSent(field) ? schema.byDefault(field.shownDefault()) : schema;
	}

	private String absence(RequestField<?> field) {
		Object value = field.shownDefault();
		return (value == null || mayAlwaysBeSent(field)) ? "" : " Default: `%s`.".formatted(OpenApiSchema.plain(value));
	}

	/** Whether the query may hold a field, with whatever body. */
	private boolean mayAlwaysBeSent(RequestField<?> field) {
		return field.place() == Place.QUERY && this.endpoint.requests().stream().allMatch(field::isFor);
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
		ResponseHeader id = ResponseHeader.REQUEST_ID;
		return parameter("header", id.label(), "An id of the caller's choice, for logs; returned with the answer.",
				OpenApiSchema.of(id.type(), null));
	}

	private boolean hasProvenance() {
		return this.endpoint.field(Origin.NAME) != null;
	}

	private static Parameter ifNoneMatch() {
		return parameter("header", HttpHeaders.IF_NONE_MATCH,
				"The `ETag` of an answer that the caller has. Read only with `provenance=true`.",
				OpenApiSchema.of("string", null));
	}

	/**
	 * A query parameter of raw bodies, with an example for each raw body under the same
	 * name. The first example has no value, since Swagger UI begins with it and other
	 * formats must not have the parameter.
	 */
	private Parameter ofRaw(RequestField<?> field) {
		String name = field.name();
		Parameter parameter = query(name, field.words(), schema(field));
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
			if (format == Format.MULTIPART) {
				content.addMediaType(format.mediaType().toString(), form());
				continue;
			}
			MediaType media = media(format, RequestComponents.name(this.endpoint));
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

	/**
	 * A form with its parts. Swagger UI fills in no files, so the files of the first
	 * example are named in an extension, and linked to in the text.
	 */
	private MediaType form() {
		OpenApiSchema schema = OpenApiSchema.object("The parts, in this order.");
		MediaType media = new MediaType();
		for (RequestPart part : this.endpoint.parts()) {
			String types = String.join(", ",
					part.formats()
						.stream()
						.flatMap((format) -> format.mediaTypes().stream())
						.map(Object::toString)
						.toList());
			OpenApiSchema file = OpenApiSchema.bytes(part.formats().getFirst().mediaType().toString(),
					part.many() ? null : part.words());
			schema.required(part.name(), part.many() ? OpenApiSchema.array(file, part.words()) : file);
			Encoding encoding = new Encoding();
			encoding.setContentType(types + ", application/octet-stream");
			media.addEncoding(part.name(), encoding);
		}
		media.setSchema(schema);
		this.examples.of(this.endpoint, Format.MULTIPART)
			.stream()
			.findFirst()
			.ifPresent((example) -> media.addExtension("x-example-files", parts(example)));
		return media;
	}

	/** The paths of a form's files, by part. */
	private static Map<String, List<String>> parts(Examples.Example example) {
		Map<String, List<String>> parts = new LinkedHashMap<>();
		Objects.requireNonNull(example.parts())
			.forEach((part, files) -> parts.put(part, files.stream().map((file) -> Examples.PATH + file).toList()));
		return parts;
	}

	private String bodyDescription() {
		return switch (this.endpoint.body()) {
			case NONE -> "";
			case NUMBERS -> "JSON.";
			case TENSOR ->
				"Binary containers hold the tensor under any name, or several of which one is named `tensor`. "
						+ "All other options are query parameters then.";
			case LAYER ->
				"Binary containers hold the tensors %s by these names, the thresholds with one element or as query "
					.formatted(String.join(", ",
							this.endpoint.tensors().stream().map((field) -> "`" + field.name() + "`").toList()))
						+ "parameters. All other options are query parameters then.";
			case PARTS -> "The parts in this order. All options are query parameters.";
			case NETWORK -> "A NIR file, or a state dict of PyTorch in safetensors. All options are query parameters.";
		};
	}

	/**
	 * Links to the files of examples. The links precede all other text, as Swagger UI
	 * shows neither the examples nor the description of a body that is a file.
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
		if (format == Format.MULTIPART) {
			return String.join("; ",
					this.examples.of(this.endpoint, format)
						.stream()
						.flatMap((example) -> parts(example).entrySet().stream())
						.map((part) -> part.getKey() + " "
								+ String.join(", ", part.getValue().stream().map(OperationDescription::link).toList()))
						.toList());
		}
		return String.join(", ",
				this.examples.of(this.endpoint, format)
					.stream()
					.map((example) -> link(Examples.PATH + example.file(format)))
					.toList());
	}

	private static String link(String path) {
		return "[%s](%s)".formatted(path.substring(Examples.PATH.length()), path);
	}

	/** The schema of a format's bytes, without examples. */
	private MediaType media(Format format, String component) {
		MediaType media = new MediaType();
		media.setSchema(switch (format) {
			case JSON -> OpenApiSchema.ref(component, null);
			case CSV -> OpenApiSchema.of("string", bytes(format));
			default -> OpenApiSchema.bytes(format.mediaType().toString(), bytes(format));
		});
		return media;
	}

	/** The same content under another media type of the format. */
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
			case CSV -> "A table with a line of column names (RFC 4180).";
			case HDF5 -> "A NIR graph, as `nir.write` writes it.";
			case MULTIPART -> "A form of files.";
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
		ApiResponse success = new ApiResponse();
		boolean named = this.endpoint.answer().component() != null;
		success.setDescription(named ? this.endpoint.summary() + "." : this.endpoint.answer().words());
		success.setContent(answers());
		headers().forEach((header) -> success.addHeaderObject(header.label(), AnswerComponents.reference(header)));
		ApiResponses responses = new ApiResponses();
		responses.addApiResponse("200", success);
		if (hasProvenance()) {
			ApiResponse known = new ApiResponse();
			known.setDescription("The caller has this result: `If-None-Match` names its `ETag`.");
			List.of(ResponseHeader.REQUEST_ID, ResponseHeader.ETAG)
				.forEach((header) -> known.addHeaderObject(header.label(), AnswerComponents.reference(header)));
			responses.addApiResponse("304", known);
		}
		if (this.endpoint.body() != Endpoint.Body.NONE) {
			ProblemComponents.addTo(responses);
			return responses;
		}
		ProblemComponents.addTo(responses, HttpStatus.NOT_ACCEPTABLE);
		if (this.endpoint == Endpoint.DEVICE) {
			responses.addApiResponse("404", ProblemComponents.notFound());
		}
		return responses;
	}

	private Content answers() {
		Content content = new Content();
		for (Format format : this.endpoint.answers()) {
			MediaType media = media(format, AnswerComponents.name(this.endpoint));
			if (format == Format.JSON && !this.endpoint.requests().isEmpty()) {
				this.examples.of(this.endpoint, this.endpoint.requests().getFirst())
					.forEach((example) -> media.addExamples(example.name(), answer(example)));
			}
			format.mediaTypes().forEach((type) -> content.addMediaType(type.toString(), media(media, type.toString())));
		}
		return content;
	}

	private static Example answer(Examples.Example example) {
		Example answer = example(example.summary(), null);
		answer.setValue(Examples.answer(example.answerFile()));
		return answer;
	}

	/**
	 * The headers of a successful answer: those that repeat members, and those that
	 * describe raw bytes.
	 */
	private List<ResponseHeader> headers() {
		List<ResponseHeader> headers = new ArrayList<>(List.of(ResponseHeader.REQUEST_ID, ResponseHeader.VERSION));
		this.endpoint.answer()
			.members()
			.stream()
			.map(JsonMember::header)
			.filter(Objects::nonNull)
			.forEach(headers::add);
		if (hasProvenance()) {
			headers.add(ResponseHeader.ETAG);
		}
		if (this.endpoint.answers().contains(Format.RAW)) {
			headers.addAll(List.of(ResponseHeader.DTYPE, ResponseHeader.SHAPE));
		}
		return headers;
	}

}
