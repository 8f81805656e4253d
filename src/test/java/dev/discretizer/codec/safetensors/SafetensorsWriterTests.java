package dev.discretizer.codec.safetensors;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

import dev.discretizer.codec.Encoded;
import dev.discretizer.codec.FixedTensor;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SafetensorsWriterTests {

	@Test
	void writesTheBytesOfTheRealPackage() throws IOException {
		// As make_safetensors_fixtures.py has it, in yet another order.
		Map<String, DiscreteTensor> tensors = new LinkedHashMap<>();
		for (String name : new String[] { "", "Z", "\ud83d\ude00", "\uff41", "a/b~\"\\\n\u001f\u007f" }) {
			tensors.put(name, tensor(DType.INT8, Shape.of(1), (i) -> name.codePointCount(0, name.length())));
		}
		tensors.put("empty", tensor(DType.INT16, Shape.of(2, 0), (i) -> i));
		tensors.put("scale", tensor(DType.FLOAT32, Shape.SCALAR, (i) -> 0.1f));
		tensors.put("weight", tensor(DType.INT8, Shape.of(2, 3, 5, 5), (i) -> i % 256 - 128));
		tensors.put("bias", tensor(DType.INT8, Shape.of(2), (i) -> (i == 0) ? -7 : 9));
		tensors.put("v_mem", tensor(DType.INT16, Shape.of(11), (i) -> i * 1000 - 5000));
		tensors.put("wide", tensor(DType.INT32, Shape.of(3), (i) -> i * 100_000 - 100_000));
		tensors.put("kept", tensor(DType.FLOAT32, Shape.of(5), (i) -> i - 2));
		tensors.put("spike_threshold", tensor(DType.INT32, Shape.SCALAR, (i) -> 1234));
		String text = new String(Files.fixture("answer.txt"), StandardCharsets.UTF_8);
		Encoded encoded = SafetensorsWriter.encode(tensors, Map.of("discretizer", text));
		byte[] expected = Files.fixture("answer.safetensors");
		assertThat(Files.written(encoded)).isEqualTo(expected);
		assertThat(Files.written(encoded)).as("written again").isEqualTo(expected);
		assertThat(encoded.length()).isEqualTo(expected.length);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 4, 5, 6, 7 })
	void padsTheHeaderAsTheRealPackageDoes(int length) throws IOException {
		Encoded encoded = SafetensorsWriter
			.encode(Map.of("x".repeat(length + 1), tensor(DType.INT8, Shape.of(1), (i) -> length)), Map.of());
		assertThat(Files.written(encoded)).isEqualTo(Files.fixture("padding-" + length + ".safetensors"));
	}

	@Test
	void sortsMetadata() throws IOException {
		Map<String, String> metadata = new LinkedHashMap<>();
		metadata.put("b", "1");
		metadata.put("a", "2");
		assertThat(Files.written(SafetensorsWriter.encode(Map.of(), metadata)))
			.isEqualTo(Files.file("{\"__metadata__\":{\"a\":\"2\",\"b\":\"1\"}}      ", 0));
	}

	@Test
	void knowsTheLengthOfWhatItNeverWrites() {
		Encoded encoded = SafetensorsWriter.encode(Map.of("a", new FixedTensor(DType.INT32, Shape.of(1 << 30))),
				Map.of());
		assertThat(encoded.length()).isEqualTo((1L << 32) + 8 + 72);
	}

	@Test
	void readsBackWhatItWrote() throws IOException {
		int elements = 300_001;
		IntToDoubleFunction values = (i) -> (i * 31) % 255 - 127;
		byte[] file = Files.written(SafetensorsWriter.encode(Map.of("a", tensor(DType.INT8, Shape.of(elements), values),
				"b", tensor(DType.FLOAT32, Shape.of(1, elements), values)), Map.of("key", "value")));
		Map<String, FloatTensor> tensors = SafetensorsReader.read(new ByteArrayInputStream(file), file.length,
				Allowance.UNLIMITED);
		assertThat(tensors.keySet()).containsExactly("b", "a");
		float[] expected = new float[elements];
		for (int i = 0; i < elements; i++) {
			expected[i] = (float) values.applyAsDouble(i);
		}
		assertThat(Files.tensor(tensors, "a").array()).isEqualTo(expected);
		assertThat(Files.tensor(tensors, "b").array()).isEqualTo(expected);
	}

	@Test
	void refusesATensorNamedAsTheMetadata() {
		assertThatIllegalArgumentException().isThrownBy(() -> SafetensorsWriter
			.encode(Map.of("__metadata__", tensor(DType.INT8, Shape.SCALAR, (i) -> 1)), Map.of()));
	}

	private static DiscreteTensor tensor(DType dtype, Shape shape, IntToDoubleFunction values) {
		return new FixedTensor(dtype, shape, IntStream.range(0, shape.elements()).mapToDouble(values).toArray());
	}

}
