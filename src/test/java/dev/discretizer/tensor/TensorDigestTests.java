package dev.discretizer.tensor;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import dev.discretizer.codec.FixedTensor;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Digests of tensors against Python's hashlib (src/test/python/make_digest_fixtures.py),
 * of sizes around that of a slice.
 */
class TensorDigestTests {

	@Test
	void digestIsThatOfTheBytesInPython() {
		List<JsonNode> tensors = JsonMapper.builder()
			.build()
			.readTree(Objects.requireNonNull(TensorDigestTests.class.getResourceAsStream("/tensor/digests.json")))
			.get("tensors")
			.valueStream()
			.toList();
		assertThat(tensors).hasSize(32);
		for (JsonNode each : tensors) {
			Shape shape = Shape.of(each.get("shape").valueStream().mapToLong(JsonNode::asLong).toArray());
			DType dtype = Objects.requireNonNull(DType.ofLabel(each.get("dtype").asString()));
			String expected = each.get("sha256").asString();
			double[] values = values(shape.elements(), dtype);
			assertThat(TensorDigest.of(new FixedTensor(dtype, shape, values))).as("%s %s", dtype, shape)
				.isEqualTo(expected);
			if (dtype == DType.FLOAT32) {
				float[] floats = new float[values.length];
				IntStream.range(0, floats.length).forEach((i) -> floats[i] = (float) values[i]);
				assertThat(TensorDigest.of(FloatTensor.of(shape, floats))).as("%s", shape).isEqualTo(expected);
			}
		}
	}

	/** Longer than any of the tensors, as arrays that are reused are. */
	private static double[] values(int elements, DType dtype) {
		return IntStream.range(0, elements + 1)
			.mapToDouble((i) -> (i * 7919L + 13) % 251 - 125)
			.map((whole) -> (dtype == DType.FLOAT32) ? whole / 8 : whole)
			.toArray();
	}

}
