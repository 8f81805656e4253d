package dev.discretizer.codec.json;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

import dev.discretizer.codec.Encoded;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class JsonDocumentTests {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	/** Elements held as ints: values, or the bits of floats. */
	private static final class Held implements DiscreteTensor {

		private final Shape shape;

		private final DType dtype;

		private final int[] elements;

		Held(Shape shape, DType dtype, int... elements) {
			this.shape = shape;
			this.dtype = dtype;
			this.elements = elements;
		}

		@Override
		public Shape shape() {
			return this.shape;
		}

		@Override
		public DType dtype() {
			return this.dtype;
		}

		@Override
		public void ints(int from, int[] dest, int offset, int count) {
			assertThat(this.dtype.isInteger()).isTrue();
			System.arraycopy(this.elements, from, dest, offset, count);
		}

		@Override
		public void floats(int from, float[] dest, int offset, int count) {
			assertThat(this.dtype).isEqualTo(DType.FLOAT32);
			for (int i = 0; i < count; i++) {
				dest[offset + i] = Float.intBitsToFloat(this.elements[from + i]);
			}
		}

		@Override
		public void bytes(int from, byte[] dest, int offset, int count) {
			int size = this.dtype.bytes();
			for (int i = 0; i < count; i++) {
				byte[] four = ByteBuffer.allocate(4)
					.order(ByteOrder.LITTLE_ENDIAN)
					.putInt(this.elements[from + i])
					.array();
				System.arraycopy(four, 0, dest, offset + i * size, size);
			}
		}

	}

	private static String write(Encoded answer) {
		try {
			ByteArrayOutputStream first = new ByteArrayOutputStream();
			ByteArrayOutputStream second = new ByteArrayOutputStream();
			answer.writeTo(first);
			assertThat(answer.length()).isEqualTo(first.size());
			answer.writeTo(second);
			assertThat(second.toByteArray()).isEqualTo(first.toByteArray());
			return first.toString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	@ParameterizedTest
	@EnumSource(TensorStyle.class)
	void tensorsAreWrittenAsPythonWritesThemAndTheLengthIsExact(TensorStyle style) {
		for (String line : Given.lines("/json/answers.jsonl.gz")) {
			JsonNode node = MAPPER.readTree(line);
			DiscreteTensor tensor = new Held(
					Shape.of(node.get("shape").valueStream().mapToLong(JsonNode::asLong).toArray()),
					Given.dtype(node.get("dtype").asString()),
					node.get("bits").valueStream().mapToInt(JsonNode::asInt).toArray());
			String expected = node.get(style.label()).asString();
			Map<String, Object> document = new LinkedHashMap<>();
			document.put("scale", 0.5f);
			document.put("conv", Map.of("weight", tensor));
			document.put("list", List.of(tensor, 1));
			assertThat(write(JsonDocument.encode(document, style)))
				.isEqualTo("{\"scale\":0.5,\"conv\":{\"weight\":%1$s},\"list\":[%1$s,1]}".formatted(expected));
		}
	}

	@ParameterizedTest
	@EnumSource(value = TensorStyle.class, names = { "FLAT", "NESTED", "BASE64" })
	void tensorsAreAcceptedBack(TensorStyle style) {
		SplittableRandom random = new SplittableRandom(3);
		for (DType dtype : new DType[] { DType.INT8, DType.INT16, DType.INT32, DType.FLOAT32 }) {
			int[] elements = random.ints(6000).toArray();
			for (int i = 0; i < elements.length; i++) {
				if (dtype == DType.FLOAT32) {
					float value = Float.intBitsToFloat(elements[i]);
					elements[i] = Float.isFinite(value) ? elements[i] : Float.floatToRawIntBits(-0f);
				}
				else {
					elements[i] >>= 32 - 8 * dtype.bytes();
				}
			}
			String text = write(
					JsonDocument.encode(Map.of("tensor", new Held(Shape.of(10, 600), dtype, elements)), style));
			FloatTensor tensor = Objects.requireNonNull(Given.read(text).tensor("tensor"));
			assertThat(tensor.shape()).isEqualTo(Shape.of(10, 600));
			assertThat(tensor.source()).isEqualTo((style == TensorStyle.NESTED) ? DType.FLOAT32 : dtype);
			int[] expected = (dtype == DType.FLOAT32) ? elements
					: Arrays.stream(elements).map((value) -> Float.floatToRawIntBits(value)).toArray();
			assertThat(Given.bits(tensor)).isEqualTo(expected);
		}
	}

	@Test
	void integersOfEveryLengthAreWrittenAsTheyAre() {
		int[] values = new int[20_000];
		SplittableRandom random = new SplittableRandom(4);
		for (int i = 0; i < values.length; i++) {
			values[i] = random.nextInt() >> random.nextInt(32);
		}
		int at = 0;
		for (long bound = 1; bound <= 1_000_000_000; bound *= 10) {
			values[at++] = (int) bound;
			values[at++] = (int) bound - 1;
			values[at++] = (int) -bound;
			values[at++] = (int) (1 - bound);
		}
		values[at++] = Integer.MIN_VALUE;
		values[at] = Integer.MAX_VALUE;
		DiscreteTensor tensor = new Held(Shape.of(values.length), DType.INT32, values);
		assertThat(write(JsonDocument.encode(Map.of("t", tensor), TensorStyle.NESTED)))
			.isEqualTo("{\"t\":" + Arrays.toString(values).replace(" ", "") + "}");
	}

	@Test
	void floatsAreTheShortestDecimals() {
		for (String line : Given.lines("/json/floats.tsv")) {
			String[] cells = line.split("\t");
			float value = Float.intBitsToFloat(Integer.parseUnsignedInt(cells[0], 16));
			assertThat(JsonDocument.text(Map.of("f", value), TensorStyle.FLAT)).isEqualTo("{\"f\":" + cells[1] + "}");
		}
	}

	@Test
	void documentsAreWrittenAsPythonWritesThem() {
		for (String line : Given.lines("/json/documents.jsonl")) {
			@SuppressWarnings("unchecked")
			Map<String, Object> document = MAPPER.readValue(line, LinkedHashMap.class);
			assertThat(JsonDocument.text(document, TensorStyle.FLAT)).isEqualTo(line);
			assertThat(write(JsonDocument.encode(document, TensorStyle.NONE))).isEqualTo(line);
		}
	}

	@Test
	void whatIsNotFiniteOrNotKnownIsAnErrorOfTheCaller() {
		for (Object value : new Object[] { Float.NaN, Float.NEGATIVE_INFINITY, Double.NaN, Double.POSITIVE_INFINITY,
				new Object(), 'c', new Held(Shape.of(2), DType.FLOAT32, 0, Float.floatToRawIntBits(Float.NaN)),
				new Held(Shape.SCALAR, DType.FLOAT32, Float.floatToRawIntBits(Float.POSITIVE_INFINITY)) }) {
			assertThatIllegalStateException().as(value.toString())
				.isThrownBy(() -> JsonDocument.encode(Map.of("a", List.of(value)), TensorStyle.FLAT).length())
				.withMessageEndingWith("cannot be written as JSON");
		}
	}

	@Test
	void stylesAreFoundByTheirLabels() {
		for (TensorStyle style : TensorStyle.values()) {
			assertThat(TensorStyle.ofLabel(style.label())).isEqualTo(style);
		}
		assertThat(TensorStyle.ofLabel("FLAT")).isNull();
	}

}
