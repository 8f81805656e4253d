package dev.discretizer.service;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import dev.discretizer.tensor.TensorDigest;

/**
 * Computes a {@link Provenance}, slice by slice.
 */
final class Digests {

	private Digests() {
	}

	static Provenance of(Map<String, FloatTensor> inputs, Map<String, DiscreteTensor> outputs) {
		Map<String, String> before = new HashMap<>();
		inputs.forEach((name, tensor) -> before.put(name, TensorDigest.of(tensor)));
		Map<String, String> after = new HashMap<>();
		List<String> lines = new ArrayList<>();
		outputs.forEach((name, tensor) -> {
			String digest = TensorDigest.of(tensor);
			after.put(name, digest);
			lines.add("%s %s %s %s\n".formatted(name, tensor.dtype().label(), shape(tensor.shape()), digest));
		});
		// Python sorts by code points, whose order is that of their UTF-8, not of UTF-16.
		lines.sort((a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8),
				b.getBytes(StandardCharsets.UTF_8)));
		return new Provenance(before, after, TensorDigest.of(String.join("", lines).getBytes(StandardCharsets.UTF_8)));
	}

	private static String shape(Shape shape) {
		return Arrays.stream(shape.toArray()).mapToObj(Integer::toString).collect(Collectors.joining("x"));
	}

}
