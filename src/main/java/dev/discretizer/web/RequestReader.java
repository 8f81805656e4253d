package dev.discretizer.web;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.discretizer.budget.Limits;
import dev.discretizer.budget.MemoryBudget;
import dev.discretizer.budget.RequestAllowance;
import dev.discretizer.codec.Field;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.codec.RequestValues;
import dev.discretizer.codec.json.JsonRequestReader;
import dev.discretizer.codec.json.TensorStyle;
import dev.discretizer.codec.nir.NirReader;
import dev.discretizer.codec.npy.NpyReader;
import dev.discretizer.codec.npy.NpzReader;
import dev.discretizer.codec.raw.RawReader;
import dev.discretizer.codec.safetensors.SafetensorsReader;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.web.server.BodyStream;
import dev.discretizer.web.server.MemoryFilter;
import dev.discretizer.web.server.RequestFacts;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;

import org.jspecify.annotations.Nullable;

/**
 * Turns a servlet request into an {@link ApiRequest}: negotiates, reads the query, and
 * has the body decoded by the codec of its format. Nothing is computed before all of it
 * is read, so that what is malformed is said before what is impossible. Thread-safe.
 */
final class RequestReader {

	/** The name of a single tensor in JSON, and where a container does not name it. */
	private static final String TENSOR = "tensor";

	/** Names that mean something else in answers. */
	private static final List<String> RESERVED = List.of("scale", "discretizer", "__metadata__");

	/** Buffers of a request: slices read and written, the parser's, the answer's. */
	private static final int BUFFERS = 256 * 1024;

	private final Limits limits;

	private final MemoryBudget memory;

	private final JsonRequestReader json;

	RequestReader(Limits limits, MemoryBudget memory) {
		this.limits = limits;
		this.memory = memory;
		this.json = new JsonRequestReader(limits.jsonDepth());
	}

	/**
	 * Reads a request to the end.
	 * @throws IOException if the client goes away
	 */
	ApiRequest read(HttpServletRequest request, Endpoint endpoint)
			throws IOException, HttpMediaTypeNotSupportedException, HttpMediaTypeNotAcceptableException {
		Format format = Negotiation.body(request, endpoint);
		RequestFacts.of(request).format(RequestFacts.label(format));
		Negotiation.Choice answer = Negotiation.answer(request, endpoint, format);
		QueryReader query = new QueryReader(request.getQueryString());
		RequestValues values = new RequestValues();
		query.read(endpoint.parameters(format), values);
		Map<String, FloatTensor> minVMemOf = (endpoint == Endpoint.NETWORK) ? query.numbers("min_v_mem.") : Map.of();
		RawLayout layout = (format == Format.RAW) ? RawLayout.of(query) : null;
		ApiRequest.AnswerStyle style = style(query, endpoint, answer);
		query.checkAllTaken();
		Body body = admit(request, estimate(format, layout, request.getContentLengthLong()));
		if (endpoint == Endpoint.NETWORK) {
			ApiRequest.SentNetwork network = new ApiRequest.SentNetwork(network(body, format), minVMemOf);
			return new ApiRequest(endpoint, format, values, TENSOR, network, style);
		}
		String name = decode(body, format, layout, endpoint, values);
		return new ApiRequest(endpoint, format, values, name, null, style);
	}

	/**
	 * Reserves memory for a request, once its body has begun to arrive.
	 * @param estimate what it will hold, in bytes
	 */
	private Body admit(HttpServletRequest request, long estimate) throws IOException {
		long length = request.getContentLengthLong();
		BodyStream.checkLength(length, this.limits);
		this.memory.checkPossible(estimate);
		BodyStream in = BodyStream.of(request, this.limits);
		in.awaitStart(length);
		MemoryBudget.Reservation reservation = this.memory.reserve(estimate, this.limits.queueWait());
		MemoryFilter.keep(reservation, request);
		reservation.use(BUFFERS);
		in.admitted();
		return new Body(in, length, new RequestAllowance(this.limits, reservation));
	}

	/**
	 * What a request will hold, in bytes, as far as its head tells: the body's numbers as
	 * float32, and the buffers of reading and writing. What turns out to need more, as
	 * short decimals do, reserves it on the way.
	 */
	private static long estimate(Format format, @Nullable RawLayout layout, long length) {
		long known = Math.max(0, length);
		long tensors = switch (format) {
			case RAW -> known / Objects.requireNonNull(layout).dtype.bytes() * Float.BYTES;
			// The archive is held beside what is in it.
			case NPZ, HDF5 -> 2 * known;
			case JSON, NPY, SAFETENSORS -> known;
		};
		return tensors + BUFFERS;
	}

	/**
	 * A body before it is decoded.
	 *
	 * @param in its bytes
	 * @param length how many there are, or -1 where that is unknown
	 */
	private record Body(InputStream in, long length, Allowance allowance) {
	}

	/** What the query says of a raw body. */
	private static final class RawLayout {

		private final DType dtype;

		private final long[] dims;

		private RawLayout(DType dtype, long[] dims) {
			this.dtype = dtype;
			this.dims = dims;
		}

		static RawLayout of(QueryReader query) {
			return new RawLayout(dtype(query),
					RawReader.parseShape(query.require("shape", "a shape such as 16,2,5,5")));
		}

	}

	private static ApiRequest.AnswerStyle style(QueryReader query, Endpoint endpoint, Negotiation.Choice answer) {
		if (!endpoint.answersTensors()) {
			return new ApiRequest.AnswerStyle(answer, TensorStyle.FLAT, false);
		}
		TensorStyle tensors = query.choice("tensors", TensorStyle::ofLabel, "flat, nested, base64, none");
		Boolean report = query.choice("report", RequestReader::report, "full, none");
		return new ApiRequest.AnswerStyle(answer, (tensors != null) ? tensors : TensorStyle.FLAT,
				report == null || report);
	}

	private static @Nullable Boolean report(String text) {
		return switch (text) {
			case "full" -> true;
			case "none" -> false;
			default -> null;
		};
	}

	private static DType dtype(QueryReader query) {
		String label = query.require("dtype", "a type such as float32");
		DType dtype = DType.ofLabel(label);
		if (dtype == null) {
			throw new MalformedInputException(Cause.UNSUPPORTED_DTYPE, null,
					"query parameter dtype is \"%s\", one of %s is expected".formatted(label, dtypes()));
		}
		return dtype;
	}

	private static String dtypes() {
		return String.join(", ", List.of(DType.values()).stream().map(DType::label).toList());
	}

	/**
	 * Decodes the body into the values.
	 * @return the name of the single tensor
	 */
	private String decode(Body body, Format format, @Nullable RawLayout layout, Endpoint endpoint, RequestValues values)
			throws IOException {
		if (format == Format.JSON) {
			this.json.read(body.in(), endpoint.fields(), body.allowance(), values);
			return TENSOR;
		}
		Map<String, FloatTensor> tensors = switch (format) {
			case SAFETENSORS -> SafetensorsReader.read(body.in(), body.length(), body.allowance());
			case NPZ -> NpzReader.read(body.in(), body.length(), body.allowance());
			case NPY -> Map.of(TENSOR, NpyReader.read(body.in(), body.length(), TENSOR, body.allowance()));
			default -> Map.of(TENSOR, raw(body, Objects.requireNonNull(layout)));
		};
		return endpoint.takesSingleTensor() ? takeSingle(tensors, endpoint, values)
				: takeNamed(tensors, endpoint, values);
	}

	private static Upload network(Body body, Format format) throws IOException {
		return (format == Format.HDF5) ? new Upload.Graph(NirReader.read(body.in(), body.length(), body.allowance()))
				: new Upload.StateDict(SafetensorsReader.read(body.in(), body.length(), body.allowance()));
	}

	private static FloatTensor raw(Body body, RawLayout layout) throws IOException {
		return RawReader.read(body.in(), body.length(), layout.dtype, layout.dims, TENSOR, body.allowance());
	}

	/** The tensor named so, or the only one there is. */
	private static String takeSingle(Map<String, FloatTensor> tensors, Endpoint endpoint, RequestValues values) {
		if (!tensors.containsKey(TENSOR) && tensors.size() != 1) {
			throw new MalformedInputException(Cause.MISSING_MEMBER, "/tensor",
					"the body has %d tensors and none is named tensor, that one or a single one is expected"
						.formatted(tensors.size()));
		}
		String name = tensors.containsKey(TENSOR) ? TENSOR : tensors.keySet().iterator().next();
		if (RESERVED.contains(name)) {
			throw new MalformedInputException(Cause.UNKNOWN_MEMBER, Names.pointer("", name),
					"the tensor is named %s, which means something else in answers; tensor is expected"
						.formatted(name));
		}
		values.put(endpoint.tensors().getFirst(), tensors.getOrDefault(name, tensors.values().iterator().next()));
		return name;
	}

	private static String takeNamed(Map<String, FloatTensor> tensors, Endpoint endpoint, RequestValues values) {
		List<Field> fields = endpoint.tensors();
		tensors.forEach((name, tensor) -> values.put(field(name, fields), tensor));
		return TENSOR;
	}

	private static Field field(String name, List<Field> fields) {
		return fields.stream()
			.filter((field) -> field.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new MalformedInputException(Cause.UNKNOWN_MEMBER, Names.pointer("", name),
					"tensor \"%s\" is unknown here, one of %s is expected".formatted(Names.clip(name),
							String.join(", ", fields.stream().map(Field::name).toList()))));
	}

}
