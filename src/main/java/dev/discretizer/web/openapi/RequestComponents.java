package dev.discretizer.web.openapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.discretizer.codec.Field.Kind;
import dev.discretizer.tensor.DType;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Format;
import dev.discretizer.web.api.JsonTypes;
import dev.discretizer.web.api.RequestField;
import dev.discretizer.web.api.RequestField.Group;
import dev.discretizer.web.api.RequestField.Place;

/**
 * The components that describe JSON bodies: one for each endpoint, made from its fields,
 * and the forms of tensors.
 */
final class RequestComponents {

	static final String NESTED = "NestedTensor";

	private static final String TENSOR = "Tensor";

	private static final String FLAT = "FlatTensor";

	private static final String BASE64 = "Base64Tensor";

	/** Description of a threshold that may be an array. */
	private static final String COLLAPSES = " An array counts as its one value if all its elements are equal.";

	private RequestComponents() {
	}

	/** The components that requests refer to, by name. */
	static Map<String, OpenApiSchema> components() {
		Map<String, OpenApiSchema> components = new LinkedHashMap<>();
		components.put(TENSOR,
				OpenApiSchema.either(
						"A tensor in any of its forms; a plain number has rank 0. Decimals are read as binary32.",
						OpenApiSchema.of("number", null), OpenApiSchema.ref(NESTED, null),
						OpenApiSchema.ref(FLAT, null), OpenApiSchema.ref(BASE64, null)));
		// Not recursive, as it could be: openapi-python-client then makes no operation
		// that
		// has a tensor.
		components.put(NESTED,
				OpenApiSchema.array(
						OpenApiSchema.either(null, OpenApiSchema.of("number", null),
								OpenApiSchema.array(OpenApiSchema.any(),
										"Nested further, to any depth; numbers at the end.")),
						"Nested arrays, as `.tolist()` of NumPy and PyTorch gives them; not ragged."));
		components.put(FLAT,
				OpenApiSchema.object("All elements in one array, in C order (the last index runs fastest).")
					.member("dtype", dtype("The type the elements have where they come from.").byDefault("float32"))
					.required("shape", shape())
					.required("data", OpenApiSchema.array(OpenApiSchema.of("number", null), "The elements.")));
		components.put(BASE64,
				OpenApiSchema.object("The elements' bytes in base64.")
					.required("dtype", dtype("The elements' type."))
					.required("shape", shape())
					.required("base64", base64()));
		for (Endpoint endpoint : Endpoint.values()) {
			if (endpoint.requests().contains(Format.JSON)) {
				components.put(name(endpoint), request(endpoint));
			}
		}
		return components;
	}

	/** The name of the component that describes a JSON body. */
	static String name(Endpoint endpoint) {
		return AnswerComponents.stem(endpoint) + "Request";
	}

	private static OpenApiSchema dtype(String description) {
		return OpenApiSchema.oneOf(List.of(DType.values()).stream().map(DType::label).toList(), description);
	}

	/** The schema of a shape in JSON. */
	static OpenApiSchema shape() {
		return OpenApiSchema.array(OpenApiSchema.of(JsonTypes.COUNT, null),
				"The sizes of the dimensions; empty for rank 0.");
	}

	/** The schema of elements as base64 in JSON. */
	static OpenApiSchema base64() {
		OpenApiSchema base64 = OpenApiSchema.of("string", "The elements' bytes, little-endian, in C order.");
		base64.setContentEncoding("base64");
		return base64;
	}

	private static OpenApiSchema request(Endpoint endpoint) {
		OpenApiSchema root = OpenApiSchema.object(endpoint.summary() + ": a request.");
		Map<Group, OpenApiSchema> groups = new LinkedHashMap<>();
		for (RequestField<?> field : endpoint.members()) {
			Group group = field.group();
			OpenApiSchema parent = (group == null) ? root : groups.computeIfAbsent(group, (it) -> group(it, root));
			if (field.isRequired()) {
				parent.required(field.name(), schema(field));
			}
			else {
				parent.member(field.name(), schema(field).orNull());
			}
		}
		return root;
	}

	private static OpenApiSchema group(Group group, OpenApiSchema root) {
		OpenApiSchema schema = OpenApiSchema.object(group.words());
		root.required(group.name(), schema);
		return schema;
	}

	/** The schema of a field as a member of a JSON body. */
	private static OpenApiSchema schema(RequestField<?> field) {
		if (field.kind() == Kind.TENSOR) {
			return OpenApiSchema.ref(TENSOR, field.words() + ((field.place() == Place.EITHER) ? COLLAPSES : ""));
		}
		return OpenApiSchema.of(field.type(), field.words()).byDefault(field.shownDefault());
	}

}
