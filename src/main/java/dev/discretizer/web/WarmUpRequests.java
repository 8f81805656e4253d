package dev.discretizer.web;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Fields;
import dev.discretizer.web.api.Format;
import dev.discretizer.web.api.RequestPart;
import dev.discretizer.web.server.WarmUpSample;

/**
 * The requests of the warm-up: the examples of the API in every format, and two made here
 * that are long enough for their loops to be compiled.
 */
final class WarmUpRequests {

	/** Elements of the long raw body: 256 KiB of float32. */
	private static final int LONG = 64 * 1024;

	/** Numbers of the long JSON body: some 40 KiB of text. */
	private static final int TEXT = 4 * 1024;

	/** Most bytes of a cheap body. */
	private static final int CHEAP = 4 * 1024;

	/** Separates the parts of forms. */
	private static final String BOUNDARY = "warm-up";

	private WarmUpRequests() {
	}

	/**
	 * All requests, the most frequent kind first: whole layers, then tensors.
	 * @throws IOException if an example is missing
	 */
	static List<WarmUpSample> all() throws IOException {
		List<WarmUpSample> all = new ArrayList<>();
		add(Endpoint.CONV_SPIKE, all);
		all.add(sample(Endpoint.TENSOR, "?dtype=float32&shape=" + LONG, Format.RAW, floats()));
		all.add(sample(Endpoint.TENSOR, "?report=none", Format.JSON, text()));
		for (Endpoint endpoint : Endpoint.withBody().reversed()) {
			if (endpoint.body() == Endpoint.Body.PARTS) {
				all.add(form(endpoint));
			}
			else if (endpoint != Endpoint.CONV_SPIKE) {
				add(endpoint, all);
			}
		}
		return all;
	}

	/** Adds an example in each format that an endpoint reads. */
	private static void add(Endpoint endpoint, List<WarmUpSample> all) throws IOException {
		for (Format format : endpoint.requests()) {
			all.add(sample(endpoint, query(endpoint, format), format, example(file(endpoint, format))));
		}
	}

	private static byte[] example(String file) throws IOException {
		try (InputStream in = WarmUpRequests.class.getResourceAsStream("/examples/" + file)) {
			if (in == null) {
				throw new FileNotFoundException("example " + file);
			}
			return in.readAllBytes();
		}
	}

	/** A form with a file for each part. */
	private static WarmUpSample form(Endpoint endpoint) throws IOException {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		for (RequestPart part : endpoint.parts()) {
			body.writeBytes(
					"--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n".formatted(BOUNDARY, part.name())
						.getBytes(StandardCharsets.US_ASCII));
			body.writeBytes(example(switch (part.content()) {
				case NETWORK -> "tiny.nir";
				case RECORDING -> "recording-right.npz";
			}));
			body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
		}
		body.writeBytes("--%s--\r\n".formatted(BOUNDARY).getBytes(StandardCharsets.US_ASCII));
		return new WarmUpSample(endpoint.path() + ((endpoint.field(Fields.DT.name()) != null) ? "?dt=5000" : ""),
				Format.MULTIPART.mediaType() + ";boundary=" + BOUNDARY, body.toByteArray(), false);
	}

	private static String file(Endpoint endpoint, Format format) {
		String ending = "." + format.extension();
		return switch (endpoint.body()) {
			case NUMBERS -> "scalar-threshold" + ending;
			case TENSOR -> ((format == Format.JSON) ? "tensor-full-layer" : "weight-full") + ending;
			case LAYER -> ((format == Format.JSON) ? endpoint.label() + "-first-layer" : "layer-full") + ending;
			case NETWORK -> ((format == Format.HDF5) ? "tiny" : "state-dict") + ending;
			case PARTS -> throw new IllegalArgumentException(endpoint + " takes several files");
			case NONE -> throw new IllegalArgumentException(endpoint + " has no body");
		};
	}

	private static String query(Endpoint endpoint, Format format) {
		return switch (format) {
			case RAW -> "?dtype=float32&shape=16,2,5,5";
			case HDF5 -> (endpoint == Endpoint.NETWORK) ? "?device=speck2fmodule" : "";
			default -> "";
		};
	}

	private static WarmUpSample sample(Endpoint endpoint, String query, Format format, byte[] body) {
		return new WarmUpSample(endpoint.path() + query, format.mediaType().toString(), body,
				isOfOne(endpoint) && body.length <= CHEAP);
	}

	/** Whether an endpoint takes a number or a tensor, not a layer or a network. */
	private static boolean isOfOne(Endpoint endpoint) {
		return endpoint.body() == Endpoint.Body.NUMBERS || endpoint.body() == Endpoint.Body.TENSOR;
	}

	private static byte[] floats() {
		ByteBuffer bytes = ByteBuffer.allocate(LONG * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
		for (int i = 0; i < LONG; i++) {
			bytes.putFloat(value(i));
		}
		return bytes.array();
	}

	private static byte[] text() {
		StringJoiner numbers = new StringJoiner(",", "{\"tensor\":[", "]}");
		for (int i = 0; i < TEXT; i++) {
			numbers.add(Float.toString(value(i)));
		}
		return numbers.toString().getBytes(StandardCharsets.US_ASCII);
	}

	/** A value between -1 and 1 with all its digits. */
	private static float value(int i) {
		return (float) Math.sin(i + 1);
	}

}
