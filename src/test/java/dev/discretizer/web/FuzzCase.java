package dev.discretizer.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.zip.GZIPInputStream;

import dev.discretizer.codec.Field.Kind;
import dev.discretizer.tensor.DType;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Format;
import dev.discretizer.web.api.RequestField;
import dev.discretizer.web.api.RequestPart;
import org.jspecify.annotations.Nullable;

/**
 * A fuzzed request: the same for the same seed and index.
 */
final class FuzzCase {

	private static final String[] ACCEPTS = { "*/*", "application/*", "application/json;q=0.1, */*;q=0.2",
			"application/x-npz, application/json;q=0", "text/html", "application/", ";;,",
			"application/x-safetensors" };

	/** Fields that only a query may hold, and that concern the whole request. */
	private static final List<String> IN_QUERY = List.of("device", "bits", "scale_rules");

	/** Small NIR files, some with branches, to be sent as they are or changed. */
	private static final List<byte[]> NETWORKS = networks();

	private static final byte[] TINY = example("tiny.nir");

	private static final byte[] RECORDING = example("recording-right.npz");

	private static final String BOUNDARY = "fuzz";

	private final FuzzRandom random;

	private final FuzzJson json;

	private final FuzzFiles files;

	private final Endpoint endpoint;

	private final String contentType;

	private final @Nullable String accept;

	private final Map<String, String> query = new LinkedHashMap<>();

	private final byte[] body;

	private final boolean chunked;

	private FuzzCase(FuzzRandom random) {
		this.random = random;
		this.json = new FuzzJson(random);
		this.files = new FuzzFiles(random);
		this.endpoint = random.pick(Endpoint.withBody().toArray(Endpoint[]::new));
		Format format = random.pick(this.endpoint.requests().toArray(Format[]::new));
		String type = random.once(60) ? random.pick("text/plain", "application/x-npy", "application", "a/b;c=\"")
				: random.pick(format.mediaTypes().toArray()).toString();
		this.contentType = type + ((format == Format.MULTIPART) ? ";boundary=" + boundary() : "");
		this.accept = chosenAccept();
		byte[] sound = body(format);
		this.body = random.once(3) ? FuzzBytes.mutated(sound, random) : sound;
		this.chunked = random.once(4);
	}

	private FuzzCase(Endpoint endpoint, String contentType, String accept, byte[] body) {
		this.random = new FuzzRandom(0);
		this.json = new FuzzJson(this.random);
		this.files = new FuzzFiles(this.random);
		this.endpoint = endpoint;
		this.contentType = contentType;
		this.accept = accept;
		this.body = body;
		this.chunked = false;
	}

	private static byte[] example(String name) {
		return resource("/examples/" + name);
	}

	private static byte[] resource(String name) {
		try (InputStream file = FuzzCase.class.getResourceAsStream(name)) {
			return Objects.requireNonNull(file).readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<byte[]> networks() {
		List<byte[]> files = new ArrayList<>();
		for (String name : List.of("network-1.0.4", "network-1.0.8", "libver-latest")) {
			try (InputStream file = FuzzCase.class.getResourceAsStream("/nir/read/" + name + ".nir.gz")) {
				files.add(new GZIPInputStream(Objects.requireNonNull(file)).readAllBytes());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		for (String name : List.of("residual_same_pool", "merge_avg_sum", "three_destinations")) {
			files.add(resource("/branches/golden/" + name + ".nir"));
		}
		return files;
	}

	/** One that was found, without a query. */
	static FuzzCase found(Endpoint endpoint, String contentType, String accept, byte[] body) {
		return new FuzzCase(endpoint, contentType, accept, body);
	}

	static FuzzCase of(long seed, long index) {
		return new FuzzCase(new FuzzRandom(seed * 0x9E3779B97F4A7C15L + index));
	}

	/** One that a header can hold, and that is seldom another than the body's. */
	private String boundary() {
		return this.random.once(60) ? this.random.pick("", "other", "\"a b\"", "a".repeat(71)) : BOUNDARY;
	}

	private @Nullable String chosenAccept() {
		return switch (this.random.below(8)) {
			case 0 -> this.random.pick(ACCEPTS);
			case 1, 2, 3, 4 -> this.random.pick(this.endpoint.answers().toArray(Format[]::new)).mediaType().toString();
			default -> null;
		};
	}

	private byte[] body(Format format) {
		List<RequestField<?>> fields = new ArrayList<>();
		for (RequestField<?> field : valued()) {
			if (isRequired(field) ? !this.random.wrong() : this.random.once(3)) {
				fields.add(field);
			}
		}
		if ((this.endpoint.field("tensors") != null) && this.random.once(5)) {
			this.query.put("tensors", this.random.text(this.random.pick("flat", "nested", "base64", "none")));
		}
		if ((this.endpoint.field("tensors") != null) && this.random.once(5)) {
			this.query.put("report", this.random.text(this.random.pick("full", "none")));
		}
		return (format == Format.JSON) ? document(fields) : binary(format, fields);
	}

	/** All fields but those of raw bodies, of answers and of single nodes. */
	private List<RequestField<?>> valued() {
		return this.endpoint.fields()
			.stream()
			.filter((field) -> field.place() != RequestField.Place.QUERY || IN_QUERY.contains(field.name()))
			.toList();
	}

	private static boolean isRequired(RequestField<?> field) {
		return List.of("tensor", "weight", "spike_threshold", "value", "scaling").contains(field.name());
	}

	private byte[] document(List<RequestField<?>> fields) {
		List<RequestField<?>> inBody = new ArrayList<>(fields);
		for (RequestField<?> field : fields) {
			if (this.endpoint.parameters().contains(field) && this.random.once(12)) {
				this.query.put(field.name(), this.json.parameter(field));
				inBody.remove(field);
			}
		}
		return this.json.body(inBody, tensors(inBody));
	}

	private byte[] binary(Format format, List<RequestField<?>> fields) {
		List<RequestField<?>> inBody = new ArrayList<>();
		for (RequestField<?> field : fields) {
			if (format == Format.HDF5 && !field.isFor(format) && !this.random.wrong()) {
				continue;
			}
			if (field.kind() != Kind.TENSOR || (this.endpoint.parameters().contains(field) && this.random.once(2))) {
				this.query.put(field.name(), this.json.parameter(field));
			}
			else {
				inBody.add(field);
			}
		}
		List<FuzzTensor> tensors = new ArrayList<>(tensors(inBody).values());
		FuzzTensor first = tensors.isEmpty() ? FuzzTensor.any("tensor", this.random) : tensors.getFirst();
		return switch (format) {
			case NPY -> this.files.npy(first);
			case NPZ -> this.files.npz(tensors);
			case SAFETENSORS ->
				this.files.safetensors((this.endpoint.body() == Endpoint.Body.NETWORK) ? stateDict() : tensors);
			case MULTIPART -> form(tensors);
			case HDF5 -> NETWORKS.get(this.random.below(NETWORKS.size()));
			default -> raw(first);
		};
	}

	/** A form whose parts are sound more often than not. */
	private byte[] form(List<FuzzTensor> tensors) {
		if (!this.random.once(4)) {
			this.query.put("dt", this.random.text("5000"));
		}
		if (this.random.once(4)) {
			this.query.put("labels", this.random.text("0"));
		}
		FuzzBytes form = new FuzzBytes();
		for (RequestPart part : this.endpoint.parts()) {
			for (int count = part.many() ? 1 + this.random.below(3) : 1; count > 0; count--) {
				form.text("--" + this.random.text(BOUNDARY) + this.random.text("\r\n"))
					.text(this.random.text("Content-Disposition") + this.random.text(": form-data") + "; name="
							+ this.random.text("\"%s\"".formatted(this.random.text(part.name())))
							+ this.random.text("; filename=\"a\"") + this.random.text("\r\n\r\n"))
					.bytes(file(part, tensors))
					.text(this.random.text("\r\n"));
			}
		}
		return form.text("--" + this.random.text(BOUNDARY) + this.random.text("--\r\n")).toArray();
	}

	private byte[] file(RequestPart part, List<FuzzTensor> tensors) {
		byte[] sound = switch (part.content()) {
			case NETWORK -> this.random.once(4) ? NETWORKS.get(this.random.below(NETWORKS.size())) : TINY;
			case RECORDING -> switch (this.random.below(6)) {
				case 0 -> this.files.npz(List.of(events("x"), events("y"), events("t"), events("p")));
				case 1 -> this.files.npy(FuzzTensor.of("raster", this.random, 3, 2, 8, 8));
				case 2 -> this.files.npz(tensors);
				default -> RECORDING;
			};
		};
		return this.random.once(4) ? FuzzBytes.mutated(sound, this.random) : sound;
	}

	private FuzzTensor events(String field) {
		return FuzzTensor.of(field, this.random, this.random.below(6));
	}

	/** Modules by their names, some with thresholds of their own. */
	private List<FuzzTensor> stateDict() {
		List<FuzzTensor> tensors = new ArrayList<>();
		int layers = 1 + this.random.below(3);
		for (int i = 0; i < layers; i++) {
			FuzzTensor weight = this.random.once(8) ? FuzzTensor.any(i + ".weight", this.random)
					: FuzzTensor.of(i + ".weight", this.random, 1 + this.random.below(4), 1 + this.random.below(4));
			tensors.add(weight);
			if (this.random.once(3) && weight.dims().length > 0) {
				tensors.add(FuzzTensor.of(i + ".bias", this.random, weight.dims()[0]));
			}
			if (!this.query.containsKey("spike_threshold")) {
				tensors.add(FuzzTensor.of(i + ".spike_threshold", this.random, 1));
			}
			if (this.random.once(10)) {
				tensors.add(FuzzTensor.any(i + ".min_v_mem", this.random));
			}
		}
		return tensors;
	}

	private byte[] raw(FuzzTensor tensor) {
		StringJoiner shape = new StringJoiner(",");
		for (int dim : tensor.dims()) {
			shape.add(Long.toString(this.random.number(dim)));
		}
		DType dtype = this.random.wrong() ? this.random.pick(DType.values()) : tensor.dtype();
		this.query.put(this.random.text("dtype"), this.random.text(dtype.label()));
		this.query.put("shape", this.random.text(shape.toString()));
		return tensor.bytes();
	}

	/** Values of the fields that are tensors, of shapes that fit together. */
	private Map<String, FuzzTensor> tensors(List<RequestField<?>> fields) {
		Map<String, FuzzTensor> tensors = new LinkedHashMap<>();
		int channels = 1;
		for (RequestField<?> field : fields) {
			if (field.kind() == Kind.TENSOR) {
				FuzzTensor tensor = tensor(field.name(), channels);
				channels = (field.name().equals("weight") && tensor.dims().length > 0) ? tensor.dims()[0] : channels;
				tensors.put(field.name(), tensor);
			}
		}
		return tensors;
	}

	private FuzzTensor tensor(String name, int channels) {
		if (this.random.wrong()) {
			return FuzzTensor.any(name, this.random);
		}
		return switch (name) {
			case "bias" -> FuzzTensor.of(name, this.random, channels);
			case "spike_threshold", "min_v_mem" ->
				this.random.once(2) ? FuzzTensor.of(name, this.random) : FuzzTensor.of(name, this.random, 1);
			default -> FuzzTensor.any(name, this.random);
		};
	}

	Endpoint endpoint() {
		return this.endpoint;
	}

	String contentType() {
		return this.contentType;
	}

	@Nullable String accept() {
		return this.accept;
	}

	/** As in a request line, or null for none. */
	@Nullable String query() {
		StringJoiner pairs = new StringJoiner("&");
		this.query.forEach((name, value) -> pairs.add(URLEncoder.encode(name, StandardCharsets.UTF_8) + "="
				+ URLEncoder.encode(value, StandardCharsets.UTF_8)));
		return this.query.isEmpty() ? null : pairs.toString();
	}

	/** Shared. */
	byte[] body() {
		return this.body;
	}

	/** Whether the body's length is not told beforehand. */
	boolean isChunked() {
		return this.chunked;
	}

	@Override
	public String toString() {
		byte[] start = Arrays.copyOf(this.body, Math.min(this.body.length, 2000));
		return "POST %s?%s%nContent-Type: %s%nAccept: %s%n%s, %d bytes: %s%n%s".formatted(this.endpoint.path(), query(),
				this.contentType, this.accept, this.chunked ? "chunked" : "known length", this.body.length,
				HexFormat.of().formatHex(start), new String(start, StandardCharsets.ISO_8859_1));
	}

}
