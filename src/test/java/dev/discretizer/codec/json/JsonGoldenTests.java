package dev.discretizer.codec.json;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

import dev.discretizer.codec.Field;
import dev.discretizer.codec.Field.Kind;
import dev.discretizer.codec.RequestValues;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.FloatTensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** The inputs of the golden cases are requests as they stand. */
class JsonGoldenTests {

	private static final List<JsonField> SCHEMA = List.of(new JsonField("tensor", "tensor", Kind.TENSOR),
			new JsonField("weight", "conv/weight", Kind.TENSOR), new JsonField("bias", "conv/bias", Kind.TENSOR),
			new JsonField("v_mem", "spike/v_mem", Kind.TENSOR),
			new JsonField("spike.threshold", "spike/spike_threshold", Kind.TENSOR),
			new JsonField("spike.min_v_mem", "spike/min_v_mem", Kind.FLOAT32),
			new JsonField("spike_threshold", "spike_threshold", Kind.FLOAT32),
			new JsonField("min_v_mem", "min_v_mem", Kind.TENSOR), new JsonField("bits", "bits", Kind.INTEGER),
			new JsonField("to_int", "to_int", Kind.BOOLEAN), new JsonField("scaling", "scaling", Kind.FLOAT64),
			new JsonField("value", "value", Kind.FLOAT64));

	/**
	 * Goes through binary64, which for the shortest decimals of binary32 is no
	 * difference, and unlike BigDecimal knows -0.
	 */
	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	@ParameterizedTest
	@ValueSource(strings = { "determine_discretization_scale", "discretize_scalar", "discretize_tensor",
			"discretize_conv", "discretize_spk", "discretize_conv_spike" })
	void everyFormOfATensorGivesTheSameBits(String name) throws IOException {
		List<String> lines = Given.lines("/golden/" + name + ".jsonl.gz");
		assertThat(lines).hasSize(150);
		for (String line : lines) {
			String request = line.substring("{\"input\":".length(), line.indexOf(",\"expect\":"));
			RequestValues values = new RequestValues();
			new JsonRequestReader(4).read(new ByteArrayInputStream(request.getBytes(StandardCharsets.UTF_8)), SCHEMA,
					Allowance.UNLIMITED, values);
			JsonNode input = MAPPER.readTree(request);
			for (Field field : SCHEMA) {
				JsonNode node = input.at(field.pointer());
				boolean present = values.get(field.name(), Object.class) != null;
				assertThat(present).isEqualTo(!node.isMissingNode() && !node.isNull());
				if (present) {
					check(field, node, values);
				}
			}
		}
	}

	private static void check(Field field, JsonNode node, RequestValues values) {
		switch (field.kind()) {
			case TENSOR -> checkTensor(node, Objects.requireNonNull(values.tensor(field.name())));
			case FLOAT32 ->
				assertThat(values.get(field.name(), Float.class)).isEqualTo(Float.parseFloat(node.asString()));
			case FLOAT64 ->
				assertThat(values.get(field.name(), Double.class)).isEqualTo(Double.parseDouble(node.asString()));
			case INTEGER -> assertThat(values.get(field.name(), Long.class)).isEqualTo(node.asLong());
			default -> assertThat(values.get(field.name(), Boolean.class)).isEqualTo(node.asBoolean());
		}
	}

	private static void checkTensor(JsonNode node, FloatTensor tensor) {
		if (node.isNumber()) {
			assertThat(tensor.shape().rank()).isZero();
			assertThat(tensor.array()[0]).isEqualTo(Float.parseFloat(node.asString()));
			return;
		}
		int[] shape = node.get("shape").valueStream().mapToInt(JsonNode::asInt).toArray();
		List<String> texts = node.get("data").valueStream().map(JsonNode::asString).toList();
		int[] bits = texts.stream().mapToInt((text) -> Float.floatToRawIntBits(Float.parseFloat(text))).toArray();
		ByteBuffer bytes = ByteBuffer.allocate(4 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
		bytes.asIntBuffer().put(bits);
		String base64 = Base64.getEncoder().encodeToString(bytes.array());
		List<FloatTensor> all = List.of(tensor, Given.tensor(nested(texts, shape)), Given
			.tensor("{\"dtype\":\"float32\",\"shape\":%s,\"base64\":\"%s\"}".formatted(node.get("shape"), base64)));
		for (FloatTensor each : all) {
			assertThat(each.shape().toArray()).isEqualTo(shape);
			assertThat(Given.bits(each)).isEqualTo(bits);
			assertThat(each.nonFinite()).isZero();
		}
	}

	/** Joins neighbours to arrays from the last dimension to the first. */
	private static String nested(List<String> elements, int[] shape) {
		List<String> parts = elements;
		for (int i = shape.length - 1; i >= 0; i--) {
			List<String> arrays = new ArrayList<>();
			for (int from = 0; from < parts.size(); from += shape[i]) {
				arrays.add("[" + String.join(",", parts.subList(from, from + shape[i])) + "]");
			}
			parts = arrays;
		}
		return parts.getFirst();
	}

}
