package dev.discretizer.codec.json;

import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class JsonTensorTests {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private static void assertRefused(String tensor, Cause cause, String pointer, String message) {
		JsonRequestReaderTests.assertRefused("{\"conv\":{\"weight\":" + tensor + "}}", cause, "/conv/weight" + pointer,
				"tensor weight: " + message);
	}

	@Test
	void readsEveryTypeAsNumpyConvertsIt() {
		for (String line : Given.lines("/json/tensors.jsonl")) {
			JsonNode node = MAPPER.readTree(line);
			DType dtype = Given.dtype(node.get("dtype").asString());
			String type = "\"dtype\":" + node.get("dtype");
			String shape = "\"shape\":" + node.get("shape");
			String base64 = "\"base64\":" + node.get("base64");
			String raw = line.substring(line.indexOf("\"data\": "), line.indexOf(", \"base64\""));
			assertSame(line, node, dtype, node.get("narrowed").asInt(), "{%s,%s,%s}".formatted(type, shape, base64));
			assertSame(line, node, dtype, node.get("narrowed").asInt(), "{%s,%s,%s}".formatted(base64, shape, type));
			assertSame(line, node, dtype, node.get("narrowed").asInt(), "{%s,%s,%s}".formatted(type, base64, shape));
			int narrowed = dtype.isInteger() ? node.get("narrowed").asInt() : 0;
			assertSame(line, node, dtype, narrowed, "{%s,%s,%s}".formatted(type, shape, raw));
			assertSame(line, node, dtype, narrowed, "{%s,\"base64\":null,%s,%s}".formatted(raw, type, shape));
			assertSame(line, node, DType.FLOAT32, narrowed, "{%s,%s,\"dtype\":null}".formatted(raw, shape));
		}
	}

	private static void assertSame(String line, JsonNode node, DType dtype, int narrowed, String json) {
		FloatTensor tensor = Given.tensor(json);
		assertThat(tensor.shape()).as(line)
			.isEqualTo(Shape.of(node.get("shape").valueStream().mapToLong(JsonNode::asLong).toArray()));
		assertThat(Given.bits(tensor)).as(line)
			.containsExactly(node.get("bits").valueStream().mapToInt(JsonNode::asInt).toArray());
		assertThat(tensor.source()).as(line).isEqualTo(dtype);
		assertThat(tensor.narrowed()).as(line).isEqualTo(narrowed);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "5|[]", "[]|[0]", "[[]]|[1, 0]", "[[],[]]|[2, 0]", "[[[]],[[]],[[]]]|[3, 1, 0]", "[1]|[1]",
					"[[1,2,3],[4,5,6]]|[2, 3]", "[[[1]],[[2]]]|[2, 1, 1]",
					"[[[[[[[[[[1,2]]]]]]]]]]|[1, 1, 1, 1, 1, 1, 1, 1, 1, 2]" })
	void nestedArraysGiveTheShape(String json, String shape) {
		FloatTensor tensor = Given.tensor(json);
		assertThat(tensor.shape()).hasToString(shape);
		for (int i = 0; i < tensor.elements(); i++) {
			assertThat(tensor.array()[i]).isEqualTo((tensor.shape().rank() == 0) ? 5 : i + 1);
		}
		assertThat(tensor.source()).isEqualTo(DType.FLOAT32);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "[[1,2],[3]]|array weight[1] is of length 1, 2 is expected like those before it",
					"[[1,2],[3,4,5,6]]|array weight[1] is of length 4, 2 is expected like those before it",
					"[[[1],[2]],[[3],[4]],[[5]]]|array weight[2] is of length 1, 2 is expected like those before it",
					"[[[1],[2]],[[3],[4,5]]]|array weight[1][1] is of length 2, 1 is expected like those before it",
					"[[[1]],[]]|array weight[1] is of length 0, 1 is expected like those before it",
					"[[],[1]]|array weight[1] is of length 1, 0 is expected like those before it",
					"[1,[2]]|an array found at weight[1], a number expected",
					"[[1],[[2]]]|an array found at weight[1][0], a number expected",
					"[[],[[]]]|an array found at weight[1][0], nothing expected",
					"[[1],2]|a number found at weight[1], an array expected",
					"[[[1]],[2]]|a number found at weight[1][0], an array expected",
					"[[],1]|a number found at weight[1], an array expected" })
	void raggedArraysAreRefused(String json, String message) {
		assertRefused(json, Cause.RAGGED_ARRAY, "", message);
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', delimiter = '|',
			value = { "[1,null]|null found at weight[1]", "[[1,\"2\"]]|a string found at weight[0][1]",
					"[true]|true found at weight[0]", "[[1],{}]|an object found at weight[1]",
					"[[1],false]|false found at weight[1]", "[null]|null found at weight[0]" })
	void otherThingsInNestedArraysAreRefused(String json, String message) {
		assertRefused(json, Cause.WRONG_TYPE, "", message + ", a number expected");
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', delimiter = '|', value = { "{}|MISSING_MEMBER||shape is missing",
			"{\"data\":[1]}|MISSING_MEMBER||shape is missing",
			"{\"shape\":[1]}|MISSING_MEMBER||data or base64 is missing",
			"{\"shape\":[1],\"data\":null,\"base64\":null}|MISSING_MEMBER||data or base64 is missing",
			"{\"shape\":[1],\"base64\":\"AAAAAA==\"}|MISSING_MEMBER||dtype is missing, which base64 needs",
			"{\"shape\":[1],\"data\":[1],\"base64\":\"AAAAAA==\"}|MALFORMED||data and base64 found, one of them is expected",
			"{\"dtype\":\"int8\",\"base64\":\"AA==\",\"data\":[1]}|MALFORMED||data and base64 found, one of them is expected",
			"{\"base64\":\"AA==\",\"data\":[1]}|MALFORMED||data and base64 found, one of them is expected",
			"{\"shape\":3}|WRONG_TYPE|/shape|the integer 3 found, an array of integers is expected",
			"{\"shape\":[2,-1]}|WRONG_TYPE|/shape|the integer -1 found at index 1 of shape, an integer from 0 is expected",
			"{\"shape\":[2.0]}|WRONG_TYPE|/shape|the fraction 2.0 found at index 0 of shape, an integer from 0 is expected",
			"{\"shape\":[\"2\"]}|WRONG_TYPE|/shape|a string found at index 0 of shape, an integer from 0 is expected",
			"{\"shape\":[[2]]}|WRONG_TYPE|/shape|an array found at index 0 of shape, an integer from 0 is expected",
			"{\"data\":5}|WRONG_TYPE|/data|the integer 5 found, a flat array of numbers is expected",
			"{\"data\":[1,[2]]}|WRONG_TYPE|/data|an array found at index 1 of data, a number is expected",
			"{\"data\":[1,2,\"3\"]}|WRONG_TYPE|/data|a string found at index 2 of data, a number is expected",
			"{\"data\":[null]}|WRONG_TYPE|/data|null found at index 0 of data, a number is expected",
			"{\"base64\":[]}|WRONG_TYPE|/base64|an array found, a string is expected",
			"{\"dtype\":8}|WRONG_TYPE|/dtype|dtype: the integer 8 found, a string expected",
			"{\"dtype\":\"float8\"}|UNSUPPORTED_DTYPE|/dtype|dtype is float8, known are: bool, int8, uint8, int16, uint16, int32, uint32, int64, uint64, float16, bfloat16, float32, float64",
			"{\"shape\":[2,3],\"data\":[1,2,3,4,5]}|SHAPE_MISMATCH||5 numbers in data found, 6 expected for shape [2, 3]",
			"{\"data\":[1,2],\"shape\":[]}|SHAPE_MISMATCH||2 numbers in data found, 1 expected for shape []",
			"{\"data\":[],\"shape\":[]}|SHAPE_MISMATCH||0 numbers in data found, 1 expected for shape []",
			"{\"shape\":[4294967296,4294967296],\"data\":[1]}|SHAPE_MISMATCH||1 numbers in data found, over 9223372036854775807 expected for shape [4294967296, 4294967296]",
			"{\"shape\":[99999999999999999999],\"data\":[1]}|SHAPE_MISMATCH||1 numbers in data found, 9223372036854775807 expected for shape [9223372036854775807]",
			"{\"dtype\":\"int16\",\"shape\":[2],\"base64\":\"AAA=\"}|SHAPE_MISMATCH||2 bytes of int16 in base64 found, 4 expected for shape [2]",
			"{\"dtype\":\"int16\",\"shape\":[1],\"base64\":\"AAAA\"}|SHAPE_MISMATCH||3 bytes of int16 in base64 found, 2 expected for shape [1]",
			"{\"shape\":[1],\"base64\":\"AAAA\",\"dtype\":\"int16\"}|SHAPE_MISMATCH||3 bytes of int16 in base64 found, 2 expected for shape [1]",
			"{\"shape\":[0],\"base64\":\"AA==\",\"dtype\":\"float64\"}|SHAPE_MISMATCH||1 bytes of float64 in base64 found, 0 expected for shape [0]",
			"{\"shape\":[0],\"dtype\":\"float64\",\"base64\":\"AA==\"}|SHAPE_MISMATCH||1 bytes of float64 in base64 found, 0 expected for shape [0]",
			"{\"shape\":[2305843009213693951],\"base64\":\"AA==\",\"dtype\":\"float64\"}|SHAPE_MISMATCH||1 bytes of float64 in base64 found, over 9223372036854775807 expected for shape [2305843009213693951]" })
	void malformedObjectsAreRefused(String json, Cause cause, String pointer, String message) {
		assertRefused(json, cause, (pointer != null) ? pointer : "", message);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "bool|0,1,2|2 found at index 2|0 to 1",
			"int8|127,-128,-129|-129 found at index 2|-128 to 127", "int8|128|128 found at index 0|-128 to 127",
			"uint8|255,256|256 found at index 1|0 to 255", "uint8|-1|-1 found at index 0|0 to 255",
			"int16|32768|32768 found at index 0|-32768 to 32767", "uint16|65536|65536 found at index 0|0 to 65535",
			"int32|0,-2147483649|-2147483649 found at index 1|-2147483648 to 2147483647",
			"uint32|4294967296|4294967296 found at index 0|0 to 4294967295",
			"int64|9223372036854775807,9223372036854775808|9223372036854775808 found at index 1|-9223372036854775808 to 9223372036854775807",
			"int64|-9223372036854775808,-9223372036854775809|-9223372036854775809 found at index 1|-9223372036854775808 to 9223372036854775807",
			"uint64|18446744073709551615,18446744073709551616|18446744073709551616 found at index 1|0 to 18446744073709551615",
			"int8|1,2.5,3|the fraction 2.5 found at index 1|-128 to 127",
			"int8|1,2,3.0|the fraction 3.0 found at index 2|-128 to 127",
			"int8|1e1|the fraction 10.0 found at index 0|-128 to 127" })
	void integersMustBeOfTheirType(String dtype, String data, String found, String range) {
		String message = "%s, an integer from %s expected (%s)".formatted(found, range, dtype);
		assertRefused("{\"dtype\":\"%s\",\"shape\":[%d],\"data\":[%s]}".formatted(dtype, data.split(",").length, data),
				Cause.WRONG_TYPE, "/data", message);
		assertRefused(
				"{\"shape\":[%2$d],\"data\":[%3$s],\"dtype\":\"%1$s\"}".formatted(dtype, data.split(",").length, data),
				Cause.WRONG_TYPE, "/data", message);
	}

	@Test
	void integersBeyondAByteOfTheBlockAreStillNamedByTheirIndex() {
		String data = "7,".repeat(5000) + "300," + "-7,".repeat(5000) + "0";
		assertRefused("{\"dtype\":\"int8\",\"shape\":[10002],\"data\":[" + data + "]}", Cause.WRONG_TYPE, "/data",
				"300 found at index 5000, an integer from -128 to 127 expected (int8)");
	}

	@Test
	void narrowedCountsIntegersThatBinary32CannotHold() {
		FloatTensor tensor = Given.tensor("""
				{"dtype":"int64","shape":[7],"data":[16777216,16777217,-16777217,9223372036854775807,
				-9223372036854775808,1000000000000000000,33554434]}""");
		assertThat(tensor.narrowed()).isEqualTo(5);
	}

	@ParameterizedTest
	@ValueSource(strings = { "[16777217,1]", "[[16777217],[16777216.5]]", "16777217", "-10000000000000000000000001",
			"{\"shape\":[2],\"data\":[16777217,0.1]}",
			"{\"dtype\":\"float64\",\"shape\":[2],\"data\":[16777217,0.1]}" })
	void narrowedCountsIntegersOfAnyTypeAndNoDecimals(String json) {
		assertThat(Given.tensor(json).narrowed()).isOne();
	}

	@ParameterizedTest
	@ValueSource(strings = { "[0.1,1e30,16777217.0,1.0000000001]", "0.1", "16777216", "[16777216,-0]",
			"{\"dtype\":\"float64\",\"shape\":[1],\"data\":[0.1]}" })
	void narrowedCountsNoDecimalsAndNoExactIntegers(String json) {
		assertThat(Given.tensor(json).narrowed()).isZero();
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', delimiter = '|', value = { "AAAA AAAA|character U+0020 is not expected at index 4",
			"AA\\nAA|character U+000A is not expected at index 2",
			"AAA|3 characters found, a multiple of four is expected, padded with =",
			"AAAAA|5 characters found, a multiple of four is expected, padded with =",
			"AA=|3 characters found, a multiple of four is expected, padded with =",
			"A===|character U+003D is not expected at index 1", "=AAA|character U+003D is not expected at index 0",
			"AA=A|character U+0041 is not expected at index 3", "AA==AAAA|character U+0041 is not expected at index 4",
			"AA====|character U+003D is not expected at index 4", "AAA-|character U+002D is not expected at index 3",
			"AAAAAA_A|character U+005F is not expected at index 6",
			"\u00e9AAA|character U+00E9 is not expected at index 0",
			"AAA\u20ac|character U+20AC is not expected at index 3",
			"AB==|bits are set before the padding that belong to no byte",
			"AAB=|bits are set before the padding that belong to no byte" })
	void base64IsStrict(String text, String message) {
		for (String json : new String[] { "{\"dtype\":\"int8\",\"shape\":[1],\"base64\":\"%s\"}",
				"{\"base64\":\"%s\",\"dtype\":\"int8\",\"shape\":[1]}" }) {
			assertRefused(json.formatted(text), Cause.MALFORMED, "/base64", "base64 is malformed, " + message);
		}
	}

	@Test
	void base64OfAnyLengthIsThatOfTheJdk() {
		SplittableRandom random = new SplittableRandom(5);
		int[] lengths = IntStream
			.concat(IntStream.range(0, 40), IntStream.of(12286, 12287, 12288, 12289, 24576, 30001, 100_000))
			.toArray();
		for (int length : lengths) {
			byte[] bytes = new byte[length];
			random.nextBytes(bytes);
			// Some writers escape the slash of the alphabet.
			String text = Base64.getEncoder().encodeToString(bytes).replace("/", "\\/");
			float[] expected = new float[length];
			for (int i = 0; i < length; i++) {
				expected[i] = bytes[i];
			}
			for (String json : new String[] { "{\"dtype\":\"int8\",\"shape\":[%1$d],\"base64\":\"%2$s\"}",
					"{\"shape\":[%1$d],\"base64\":\"%2$s\",\"dtype\":\"int8\"}" }) {
				FloatTensor tensor = Given.tensor(json.formatted(length, text));
				assertThat(tensor.shape()).isEqualTo(Shape.of(length));
				assertThat(tensor.array()).startsWith(expected);
				assertThat(tensor.source()).isEqualTo(DType.INT8);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 1023, 1024, 1025, 4096, 10_000 })
	void elementsAreCountedExactly(int count) {
		String numbers = IntStream.range(0, count).mapToObj(Integer::toString).collect(Collectors.joining(","));
		String base64 = Base64.getEncoder().encodeToString(new byte[count]);
		String column = "[" + numbers.replace(",", "],[") + "]";
		for (String json : List.of("[" + numbers + "]", "[" + column + "]",
				"{\"shape\":[%d],\"data\":[%s]}".formatted(count, numbers),
				"{\"dtype\":\"int8\",\"shape\":[%d],\"base64\":\"%s\"}".formatted(count, base64),
				"{\"base64\":\"%2$s\",\"dtype\":\"int8\",\"shape\":[%1$d]}".formatted(count, base64))) {
			Given.Limits limits = new Given.Limits(count, 8, Long.MAX_VALUE);
			assertThat(Given.tensor(json, limits).elements()).isEqualTo(count);
			assertThat(limits.elements).isEqualTo(count);
			LimitExceededException failure = catchThrowableOfType(LimitExceededException.class,
					() -> Given.tensor(json, new Given.Limits(count - 1, 8, Long.MAX_VALUE)));
			assertThat(failure.limit()).isEqualTo(RequestLimit.ELEMENTS);
		}
	}

	@Test
	void elementsAreCountedOverAllTensors() {
		byte[] body = "{\"tensor\":1,\"conv\":{\"weight\":[1,2],\"bias\":{\"shape\":[1],\"data\":[3]}}}"
			.getBytes(java.nio.charset.StandardCharsets.UTF_8);
		assertThat(Given.read(body, new Given.Limits(4, 1, 10_000)).tensor("bias")).isNotNull();
		assertThat(catchThrowableOfType(LimitExceededException.class,
				() -> Given.read(body, new Given.Limits(3, 1, 10_000))))
			.hasMessageContaining("tensor bias: 4 elements found, at most 3 allowed");
	}

	@Test
	void rankIsLimitedAsSoonAsItIsSeen() {
		Given.Limits limits = new Given.Limits(10, 2, 10_000);
		assertThat(Given.tensor("[[1]]", limits).shape().rank()).isEqualTo(2);
		assertThat(Given.tensor("{\"shape\":[1,1],\"data\":[1]}", limits).shape().rank()).isEqualTo(2);
		// What follows is not even read: it ends too early.
		for (String json : new String[] { "[[[", "{\"shape\":[1,1,1" }) {
			LimitExceededException failure = catchThrowableOfType(LimitExceededException.class,
					() -> Given.tensor(json, limits));
			assertThat(failure).hasMessageContaining("tensor: 3 dimensions found, at most 2 allowed");
			assertThat(failure.limit()).isEqualTo(RequestLimit.RANK);
		}
	}

	@Test
	void lengthOfAnEmptyTensorIsLimitedToo() {
		assertThat(Given.tensor("{\"shape\":[0,2147483647],\"data\":[]}").shape()).hasToString("[0, 2147483647]");
		LimitExceededException failure = catchThrowableOfType(LimitExceededException.class,
				() -> Given.tensor("{\"shape\":[0,2147483648],\"data\":[]}"));
		assertThat(failure.found()).isEqualTo(2147483648L);
	}

	@Test
	void memoryIsReservedBeforeItIsTakenAndFollowsWhatArrived() {
		String numbers = "[" + "1,".repeat(9999) + "1]";
		String base64 = Base64.getEncoder().encodeToString(new byte[40_000]);
		for (String json : List.of(numbers, "{\"shape\":[10000],\"data\":" + numbers + "}",
				"{\"dtype\":\"float32\",\"shape\":[10000],\"base64\":\"" + base64 + "\"}")) {
			Given.Limits limits = new Given.Limits(10_000, 8, 200_000);
			FloatTensor tensor = Given.tensor(json, limits);
			assertThat(limits.bytes).isBetween(tensor.array().length * 4L, 160_000L);
		}
		Given.Limits limits = new Given.Limits(10_000, 8, 200_000);
		FloatTensor tensor = Given.tensor("{\"base64\":\"" + base64 + "\",\"dtype\":\"float32\",\"shape\":[10000]}",
				limits);
		assertThat(tensor.array()).hasSize(10_000);
		assertThat(limits.bytes).isBetween(80_000L, 160_000L);
	}

	@Test
	void declaredShapeTakesNoMemory() {
		Given.Limits limits = new Given.Limits(Long.MAX_VALUE, 8, 10_000);
		assertThat(catchThrowableOfType(MalformedInputException.class,
				() -> Given.tensor("{\"shape\":[2000000000],\"dtype\":\"float32\",\"base64\":\"AAAAAA==\"}", limits))
			.cause()).isEqualTo(Cause.SHAPE_MISMATCH);
		assertThat(catchThrowableOfType(MalformedInputException.class,
				() -> Given.tensor("{\"shape\":[2000000000],\"data\":[1]}", limits))
			.cause()).isEqualTo(Cause.SHAPE_MISMATCH);
	}

}
