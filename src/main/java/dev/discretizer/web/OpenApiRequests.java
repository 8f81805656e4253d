package dev.discretizer.web;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.discretizer.codec.Field;
import dev.discretizer.codec.Field.Kind;
import dev.discretizer.device.Device;
import dev.discretizer.device.Devices;
import dev.discretizer.discretize.Precision;
import dev.discretizer.discretize.UnsetMinVMem;
import dev.discretizer.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * Describes what requests carry, made from the endpoints' own lists of fields.
 */
final class OpenApiRequests {

	private static final String TENSOR = "Tensor";

	private static final String NESTED = "NestedTensor";

	private static final String FLAT = "FlatTensor";

	private static final String BASE64 = "Base64Tensor";

	/** Fields that a request cannot do without. */
	private static final List<String> REQUIRED = List.of("tensor", "value", "weight", "spike_threshold");

	/** Numbers that may be zero and below. */
	private static final List<String> SIGNED = List.of("value", "min_v_mem");

	private OpenApiRequests() {
	}

	/** The components that requests refer to, by name. */
	static Map<String, OpenApiSchema> components() {
		Map<String, OpenApiSchema> components = new LinkedHashMap<>();
		components.put(TENSOR,
				OpenApiSchema.either(
						"A tensor in any of its forms; a plain number has rank 0. Decimals are read as binary32.",
						OpenApiSchema.of("number", null), OpenApiSchema.ref(NESTED, null),
						OpenApiSchema.ref(FLAT, null), OpenApiSchema.ref(BASE64, null)));
		components.put(NESTED,
				OpenApiSchema.array(
						OpenApiSchema.either(null, OpenApiSchema.of("number", null), OpenApiSchema.ref(NESTED, null)),
						"Nested arrays, as `.tolist()` of NumPy and PyTorch gives them; not ragged."));
		components.put(FLAT,
				OpenApiSchema.object("All elements in one array, in C order (the last index runs fastest).")
					.member("dtype", dtype("The type the elements have where they come from.").byDefault("float32"))
					.required("shape", shape())
					.required("data", OpenApiSchema.array(OpenApiSchema.of("number", null), "The elements.")));
		OpenApiSchema base64 = OpenApiSchema.of("string", "The elements' bytes, little-endian, in C order.");
		base64.setContentEncoding("base64");
		components.put(BASE64,
				OpenApiSchema.object("The elements' bytes in base64.")
					.required("dtype", dtype("The elements' type."))
					.required("shape", shape())
					.required("base64", base64));
		for (Endpoint endpoint : Endpoint.values()) {
			if (endpoint.requests().contains(Format.JSON)) {
				components.put(name(endpoint), request(endpoint));
			}
		}
		return components;
	}

	/** The name of the component that describes a JSON body. */
	static String name(Endpoint endpoint) {
		return OpenApiAnswers.stem(endpoint) + "Request";
	}

	/** All types of elements that are read. */
	static OpenApiSchema dtype(@Nullable String description) {
		return OpenApiSchema.oneOf(Arrays.stream(DType.values()).map(DType::label).toList(), description);
	}

	/** A shape in JSON. */
	static OpenApiSchema shape() {
		return OpenApiSchema.array(OpenApiSchema.of("integer", null).atLeast(0),
				"The sizes of the dimensions; empty for rank 0.");
	}

	private static OpenApiSchema request(Endpoint endpoint) {
		OpenApiSchema root = OpenApiSchema.object(OpenApiWords.of(endpoint).summary() + ": a request.");
		Map<String, OpenApiSchema> groups = new LinkedHashMap<>();
		for (Field field : endpoint.fields()) {
			int slash = field.path().indexOf('/');
			OpenApiSchema parent = (slash < 0) ? root
					: groups.computeIfAbsent(field.path().substring(0, slash), (name) -> group(name, root));
			put(parent, field.name(), inBody(field, endpoint), isRequired(field, endpoint));
		}
		return root;
	}

	private static void put(OpenApiSchema parent, String name, OpenApiSchema schema, boolean required) {
		if (required) {
			parent.required(name, schema);
		}
		else {
			parent.member(name, schema.orNull());
		}
	}

	private static OpenApiSchema group(String name, OpenApiSchema root) {
		OpenApiSchema group = OpenApiSchema
			.object(name.equals("conv") ? "The convolutional (or linear) layer." : "The spiking layer.");
		root.required(name, group);
		return group;
	}

	private static boolean isRequired(Field field, Endpoint endpoint) {
		return REQUIRED.contains(field.name()) || (endpoint == Endpoint.SCALAR && field.name().equals("scaling"));
	}

	/** A field as a member of a JSON body. */
	private static OpenApiSchema inBody(Field field, Endpoint endpoint) {
		if (field.kind() == Kind.TENSOR) {
			return OpenApiSchema.ref(TENSOR, OpenApiWords.of(field, endpoint)
					+ (Endpoint.SCALARS.contains(field.name()) ? OpenApiWords.COLLAPSES : ""));
		}
		return scalar(field, OpenApiWords.of(field, endpoint)).byDefault(byDefault(field, endpoint));
	}

	/**
	 * A field as a query parameter. It has no default in its schema, but in words:
	 * Swagger UI would send it, and a value that is in the body as well is an error.
	 */
	static OpenApiSchema inQuery(Field field) {
		return scalar(field, null);
	}

	/** What a query parameter's absence means, in words. */
	static String absence(Field field, Endpoint endpoint) {
		Object value = byDefault(field, endpoint);
		return (value == null) ? "" : " Default: `%s`.".formatted(value);
	}

	private static OpenApiSchema scalar(Field field, @Nullable String description) {
		return switch (field.kind()) {
			case TENSOR -> OpenApiSchema.of("number", description).format("float");
			case FLOAT32, FLOAT64 -> number(field, description);
			case INTEGER ->
				OpenApiSchema.of("integer", description).atLeast(Precision.MIN_BITS).atMost(Precision.MAX_BITS);
			case BOOLEAN -> OpenApiSchema.of("boolean", description);
			case TEXT -> text(field, description);
		};
	}

	private static OpenApiSchema text(Field field, @Nullable String description) {
		return switch (field.name()) {
			case "unset_min_v_mem" -> OpenApiSchema
				.oneOf(Arrays.stream(UnsetMinVMem.values()).map(UnsetMinVMem::label).toList(), description);
			case "device" -> OpenApiSchema.oneOf(Devices.all().stream().map(Device::name).toList(), description);
			default -> OpenApiSchema.of("string", description);
		};
	}

	private static OpenApiSchema number(Field field, @Nullable String description) {
		OpenApiSchema number = OpenApiSchema.of("number", description)
			.format((field.kind() == Kind.FLOAT32) ? "float" : "double");
		return SIGNED.contains(field.name()) ? number : number.above(0);
	}

	private static @Nullable Object byDefault(Field field, Endpoint endpoint) {
		return switch (field.name()) {
			// With a scaling there is no default.
			case "bits" -> (endpoint == Endpoint.SCALE) ? Precision.WEIGHT_BITS : null;
			case "weight_bits" -> Precision.WEIGHT_BITS;
			case "state_bits" -> Precision.STATE_BITS;
			case "to_int" -> true;
			// Of a state dict, that it is given is what matters.
			case "rescale" -> (endpoint == Endpoint.NETWORK) ? null : (Integer) 1;
			case "unset_min_v_mem" ->
				((endpoint == Endpoint.NETWORK) ? UnsetMinVMem.NEGATIVE_THRESHOLD : UnsetMinVMem.REFERENCE).label();
			default -> null;
		};
	}

}
