package dev.discretizer.web.openapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.discretizer.tensor.DType;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.JsonObject;
import dev.discretizer.web.api.JsonType;
import dev.discretizer.web.api.JsonTypes;
import dev.discretizer.web.api.ResponseHeader;
import io.swagger.v3.oas.models.headers.Header;

/**
 * The components that describe answers: one for each endpoint, one for each named object,
 * and one for each form of tensors.
 */
final class AnswerComponents {

	static final String TENSOR = "DiscreteTensor";

	/**
	 * Names of objects in the order of the document; other objects follow in the order in
	 * which they are found.
	 */
	private static final List<String> ORDER = List.of("Candidates", "TensorReport", "LayerReport", "RelativeError",
			"Finding", "Devices", "Device", "Fit", "Memory");

	private AnswerComponents() {
	}

	/** The components that answers refer to, by name. */
	static Map<String, OpenApiSchema> components() {
		Map<String, OpenApiSchema> components = new LinkedHashMap<>();
		Map<String, JsonObject<?>> named = new LinkedHashMap<>();
		for (Endpoint endpoint : Endpoint.values()) {
			if (endpoint.answer().component() == null) {
				components.put(name(endpoint), OpenApiSchema.members(endpoint.answer()));
			}
			find(endpoint.answer(), named);
		}
		tensor(components);
		ORDER.forEach((name) -> components.put(name, OpenApiSchema.members(Objects.requireNonNull(named.get(name)))));
		named.forEach((name, object) -> components.putIfAbsent(name, OpenApiSchema.members(object)));
		return components;
	}

	/** Collects the named objects. */
	private static void find(JsonObject<?> object, Map<String, JsonObject<?>> dest) {
		if (object.component() != null) {
			dest.put(object.component(), object);
		}
		object.members().forEach((member) -> find(member.type(), dest));
	}

	private static void find(JsonType<?> type, Map<String, JsonObject<?>> dest) {
		switch (type) {
			case JsonType.ObjectOf<?> inner -> find(inner.object(), dest);
			case JsonType.ListOf<?> list -> find(list.elements(), dest);
			case JsonType.NamesOf<?> names -> find(names.values(), dest);
			case JsonType.OrNull<?> orNull -> find(orNull.type(), dest);
			case JsonType.Either either -> either.types().forEach((one) -> find(one, dest));
			case JsonType.Scalar<?> scalar -> {
			}
			case JsonType.MapOf<?> map -> {
			}
			case JsonType.Tensor tensor -> {
			}
			case JsonType.TensorScalar scalar -> {
			}
		}
	}

	/** The name of the component that describes a JSON answer. */
	static String name(Endpoint endpoint) {
		String component = endpoint.answer().component();
		return (component != null) ? component : stem(endpoint) + "Answer";
	}

	/** The operation's id, changed into the beginning of a type's name. */
	static String stem(Endpoint endpoint) {
		return Character.toUpperCase(endpoint.id().charAt(0)) + endpoint.id().substring(1);
	}

	private static void tensor(Map<String, OpenApiSchema> components) {
		components.put(TENSOR,
				OpenApiSchema.either("A discretized tensor, in the form that the query parameter `tensors` asks for.",
						OpenApiSchema.ref("FlatDiscreteTensor", null),
						OpenApiSchema.ref(RequestComponents.NESTED, null),
						OpenApiSchema.ref("Base64DiscreteTensor", null), OpenApiSchema.ref("TensorSummary", null)));
		components.put("FlatDiscreteTensor",
				tensorObject("All elements in one array (`tensors=flat`).").required("data", OpenApiSchema
					.array(OpenApiSchema.of("number", null), "The elements in C order, all of them whole numbers.")));
		components.put("Base64DiscreteTensor", tensorObject("The elements' bytes in base64 (`tensors=base64`).")
			.required("base64", RequestComponents.base64()));
		components.put("TensorSummary", tensorObject("No elements (`tensors=none`)."));
	}

	private static OpenApiSchema tensorObject(String description) {
		return OpenApiSchema.object(description)
			.required("dtype",
					OpenApiSchema.oneOf(JsonTypes.ANSWER_DTYPES.stream().map(DType::label).toList(),
							"The elements' type; float32 if `to_int` was false."))
			.required("shape", RequestComponents.shape());
	}

	/** The headers of answers, by name. */
	static Map<String, Header> headers() {
		Map<String, Header> headers = new LinkedHashMap<>();
		for (ResponseHeader declared : ResponseHeader.values()) {
			Header header = new Header();
			header.setDescription(declared.words());
			header.setSchema(OpenApiSchema.of(declared.type(), null));
			headers.put(declared.label(), header);
		}
		return headers;
	}

	/** A reference to a header among the components. */
	static Header reference(ResponseHeader header) {
		Header reference = new Header();
		reference.set$ref("#/components/headers/" + header.label());
		return reference;
	}

}
