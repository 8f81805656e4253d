package dev.discretizer.web;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

import dev.discretizer.codec.Field;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.codec.RequestValues;
import dev.discretizer.codec.json.JsonRequestReader;
import dev.discretizer.codec.nir.NirReader;
import dev.discretizer.codec.npy.NpyReader;
import dev.discretizer.codec.npy.NpzReader;
import dev.discretizer.codec.raw.RawReader;
import dev.discretizer.codec.safetensors.SafetensorsReader;
import dev.discretizer.graph.Plan;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Recording;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Fields;
import dev.discretizer.web.api.Format;
import dev.discretizer.web.api.RequestField;
import org.jspecify.annotations.Nullable;

/**
 * Decodes request bodies: one method for each kind of {@link Endpoint.Body}, which calls
 * the codec of the body's format. Thread-safe.
 */
final class BodyDecoder {

	/** The name of a single tensor in JSON, and in containers that do not name it. */
	private static final String TENSOR = Fields.TENSOR.name();

	/** Names that have another meaning in answers. */
	private static final List<String> RESERVED = List.of("scale", "discretizer", "__metadata__");

	private final JsonRequestReader json;

	/**
	 * Makes a decoder.
	 * @param jsonDepth largest nesting depth of arrays and objects in a JSON body
	 */
	BodyDecoder(int jsonDepth) {
		this.json = new JsonRequestReader(jsonDepth);
	}

	/**
	 * A body before it is decoded.
	 *
	 * @param in the bytes
	 * @param length number of bytes, or -1 if unknown
	 * @param format format of the bytes
	 * @param boundary what separates the parts of a multipart body, or null
	 */
	record Body(InputStream in, long length, Format format, @Nullable String boundary, Allowance allowance) {
	}

	/**
	 * The content of a body other than the values of fields.
	 *
	 * @param tensorName the name of a single tensor
	 * @param networks whole networks by the names of their parts; the name of a body that
	 * is a network is empty
	 * @param recordings for the first network, in the order sent
	 * @param plan of the first network, where recordings made it necessary to know its
	 * input; null otherwise, and if it cannot be planned
	 */
	record Content(String tensorName, SequencedMap<String, Upload> networks, List<Recording> recordings,
			@Nullable Plan plan) {

		/** No content other than the values of fields. */
		static final Content VALUES = of(TENSOR);

		static Content of(String tensorName) {
			return new Content(tensorName, new LinkedHashMap<>(), List.of(), null);
		}

		static Content of(Upload network) {
			return new Content(TENSOR, new LinkedHashMap<>(Map.of("", network)), List.of(), null);
		}

	}

	/**
	 * Decodes a body.
	 * @param values holds the values of the query; the values of the body are added
	 */
	Content decode(Body body, Endpoint endpoint, RequestValues values) throws IOException {
		return switch (endpoint.body()) {
			case NONE -> Content.VALUES;
			case NUMBERS -> json(body, endpoint, values);
			case TENSOR -> tensor(body, endpoint, values);
			case LAYER -> layer(body, endpoint, values);
			case NETWORK -> Content.of(network(body));
			case PARTS -> new PartsDecoder(body, endpoint, values).decode();
		};
	}

	private Content json(Body body, Endpoint endpoint, RequestValues values) throws IOException {
		this.json.read(body.in(), endpoint.members(), body.allowance(), values);
		return Content.VALUES;
	}

	private Content tensor(Body body, Endpoint endpoint, RequestValues values) throws IOException {
		if (body.format() == Format.JSON) {
			return json(body, endpoint, values);
		}
		Map<String, FloatTensor> tensors = tensors(body, values);
		if (!tensors.containsKey(TENSOR) && tensors.size() != 1) {
			throw new MalformedInputException(Cause.MISSING_MEMBER, Fields.TENSOR.pointer(),
					"the body has %d tensors and none is named tensor, that one or a single one is expected"
						.formatted(tensors.size()));
		}
		String name = tensors.containsKey(TENSOR) ? TENSOR : tensors.keySet().iterator().next();
		if (RESERVED.contains(name)) {
			throw new MalformedInputException(Cause.UNKNOWN_MEMBER, Names.pointer("", name),
					"the tensor is named %s, which means something else in answers; tensor is expected"
						.formatted(name));
		}
		values.put(Fields.TENSOR, tensors.getOrDefault(name, tensors.values().iterator().next()));
		return Content.of(name);
	}

	private Content layer(Body body, Endpoint endpoint, RequestValues values) throws IOException {
		if (body.format() == Format.JSON) {
			return json(body, endpoint, values);
		}
		tensors(body, values).forEach((name, tensor) -> values.put(known(name, endpoint.tensors()), tensor));
		return Content.VALUES;
	}

	private static Map<String, FloatTensor> tensors(Body body, RequestValues values) throws IOException {
		return switch (body.format()) {
			case SAFETENSORS -> SafetensorsReader.read(body.in(), body.length(), body.allowance());
			case NPZ -> NpzReader.read(body.in(), body.length(), body.allowance());
			case NPY -> Map.of(TENSOR, NpyReader.read(body.in(), body.length(), TENSOR, body.allowance()));
			case RAW -> Map.of(TENSOR, RawReader.read(body.in(), body.length(), Fields.DTYPE.get(values, null),
					Fields.SHAPE.get(values, null), TENSOR, body.allowance()));
			case JSON, HDF5, CSV, MULTIPART ->
				throw new IllegalStateException(body.format() + " holds no named tensors");
		};
	}

	private static Field known(String name, List<RequestField<?>> fields) {
		return fields.stream()
			.filter((field) -> field.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new MalformedInputException(Cause.UNKNOWN_MEMBER, Names.pointer("", name),
					"tensor \"%s\" is unknown here, one of %s is expected".formatted(Names.clip(name),
							String.join(", ", fields.stream().map(RequestField::name).toList()))));
	}

	/** Reads a network. */
	static Upload network(Body body) throws IOException {
		return (body.format() == Format.HDF5)
				? new Upload.Graph(NirReader.read(body.in(), body.length(), body.allowance()))
				: new Upload.StateDict(SafetensorsReader.read(body.in(), body.length(), body.allowance()));
	}

}
