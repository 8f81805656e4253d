package dev.discretizer.web;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

import dev.discretizer.web.server.WarmUpSample;

/**
 * The requests of the warm-up: the examples of the API in every format, and two made here
 * that are long enough for their loops to be compiled.
 */
final class WarmUpRequests {

	private static final String API = "/api/v1";

	/** 256 KiB of float32. */
	private static final int LONG = 64 * 1024;

	/** A few thousand numbers: some 40 KiB of text. */
	private static final int TEXT = 4 * 1024;

	private WarmUpRequests() {
	}

	/**
	 * All of them, the most frequent kind first.
	 * @throws IOException if an example is missing
	 */
	static List<WarmUpSample> all() throws IOException {
		List<WarmUpSample> all = new ArrayList<>();
		layer("/discretize/conv-spike", all);
		all.add(sample("/discretize/tensor?dtype=float32&shape=" + LONG, Format.RAW, floats()));
		all.add(sample("/discretize/tensor?report=none", Format.JSON, text()));
		layer("/discretize/conv", all);
		layer("/discretize/spike", all);
		all.add(example("/discretize/network?device=speck2fmodule", "tiny.nir", Format.HDF5));
		all.add(example("/discretize/network", "state-dict.safetensors", Format.SAFETENSORS));
		tensor("/discretize/tensor", all);
		tensor("/scale", all);
		all.add(example("/discretize/scalar", "scalar-threshold.json", Format.JSON));
		return all;
	}

	private static void layer(String path, List<WarmUpSample> all) throws IOException {
		String name = path.substring(path.lastIndexOf('/') + 1);
		all.add(example(path, name + "-first-layer.json", Format.JSON));
		all.add(example(path, "layer-full.safetensors", Format.SAFETENSORS));
		all.add(example(path, "layer-full.npz", Format.NPZ));
	}

	private static void tensor(String path, List<WarmUpSample> all) throws IOException {
		String name = path.substring(path.lastIndexOf('/') + 1);
		all.add(example(path, name + "-full-layer.json", Format.JSON));
		all.add(example(path, "weight-full.safetensors", Format.SAFETENSORS));
		all.add(example(path, "weight-full.npz", Format.NPZ));
		all.add(example(path, "weight-full.npy", Format.NPY));
		all.add(example(path + "?dtype=float32&shape=16,2,5,5", "weight-full.bin", Format.RAW));
	}

	private static WarmUpSample example(String target, String file, Format format) throws IOException {
		try (InputStream in = WarmUpRequests.class.getResourceAsStream("/examples/" + file)) {
			if (in == null) {
				throw new FileNotFoundException("example " + file);
			}
			return sample(target, format, in.readAllBytes());
		}
	}

	private static WarmUpSample sample(String target, Format format, byte[] body) {
		return new WarmUpSample(API + target, format.mediaType().toString(), body);
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

	/** Between -1 and 1, with all their digits. */
	private static float value(int i) {
		return (float) Math.sin(i + 1);
	}

}
