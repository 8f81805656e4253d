package dev.discretizer.codec.json;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.RequestValues;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class JsonRequestReaderTests {

	private static final String COMPLETE = """
			{"conv": {"weight": [[1.5, -2e3, 1e400], [3, 4, 5]], "bias": null}, "f32": 0.1, "f64": 0.1,
			"bits": -12, "to_int": true, "mode": "\\u0061\\/é\\"", "tensor": {"shape": [1], "data": [7]}}""";

	static void assertRefused(String body, Cause cause, @Nullable String pointer, String message) {
		MalformedInputException failure = catchThrowableOfType(MalformedInputException.class, () -> Given.read(body));
		assertThat(failure).as(body).isNotNull().hasMessage(message);
		assertThat(failure.cause()).isEqualTo(cause);
		assertThat(failure.pointer()).isEqualTo(pointer);
	}

	@Test
	void readsEveryKind() {
		RequestValues values = Given.read(COMPLETE);
		assertThat(values.tensor("weight")).satisfies((weight) -> {
			assertThat(weight.shape()).isEqualTo(Shape.of(2, 3));
			assertThat(weight.array()).startsWith(1.5f, -2000, Float.POSITIVE_INFINITY, 3, 4, 5);
			assertThat(weight.firstNonFinite()).isEqualTo(2);
		});
		assertThat(values.tensor("bias")).isNull();
		assertThat(values.get("f32", Float.class)).isEqualTo(0.1f);
		assertThat(values.get("f64", Double.class)).isEqualTo(0.1);
		assertThat(values.get("bits", Long.class)).isEqualTo(-12);
		assertThat(values.get("to_int", Boolean.class)).isTrue();
		assertThat(values.get("mode", String.class)).isEqualTo("a/\u00e9\"");
		assertThat(values.tensor("tensor")).isNotNull();
	}

	@Test
	void nullIsAbsentEvenForObjects() {
		RequestValues values = Given.read("{\"conv\":null,\"bits\":null,\"mode\":null,\"tensor\":null}");
		assertThat(Given.SCHEMA).allSatisfy((field) -> assertThat(values.get(field.name(), Object.class)).isNull());
	}

	@Test
	void emptyObjectsAndWhitespaceAreFine() {
		assertThat(Given.read(" \t\r\n{ \"conv\" : { } }\n \r\t").tensor("weight")).isNull();
		assertThat(Given.read("\ufeff{\"bits\":1}").get("bits", Long.class)).isEqualTo(1);
	}

	@ParameterizedTest
	@CsvSource({ "0,0", "-0,0", "9223372036854775807,9223372036854775807", "9223372036854775808,9223372036854775807",
			"-9223372036854775808,-9223372036854775808", "-9223372036854775809,-9223372036854775808",
			"100000000000000000000000000000000000,9223372036854775807" })
	void integersSaturate(String text, long expected) {
		assertThat(Given.read("{\"bits\":" + text + "}").get("bits", Long.class)).isEqualTo(expected);
	}

	@Test
	void unknownMembersAreRefusedAtEveryLevel() {
		assertRefused("{\"wieght\":1}", Cause.UNKNOWN_MEMBER, "/wieght",
				"wieght is not known in the body, known are: conv, tensor, f32, f64, bits, to_int, mode");
		assertRefused("{\"conv\":{\"a~/b\":null}}", Cause.UNKNOWN_MEMBER, "/conv/a~0~1b",
				"a~/b is not known in conv, known are: weight, bias");
		assertRefused("{\"tensor\":{\"size\":[1]}}", Cause.UNKNOWN_MEMBER, "/tensor/size",
				"size is not known in tensor, known are: dtype, shape, data, base64");
		String longest = "x".repeat(JsonRequestReader.NAME_LENGTH);
		assertRefused("{\"%s\":1}".formatted(longest), Cause.UNKNOWN_MEMBER, null, longest.substring(0, 128)
				+ "... is not known in the body, known are: conv, tensor, f32, f64, bits, to_int, mode");
	}

	@Test
	void duplicateMembersAreRefusedAtEveryLevelAndAlsoIfNull() {
		assertRefused("{\"bits\":1,\"bits\":1}", Cause.DUPLICATE_NAME, "/bits",
				"bits is given twice in the body, once is expected");
		assertRefused("{\"bits\":null,\"b\\u0069ts\":1}", Cause.DUPLICATE_NAME, "/bits",
				"bits is given twice in the body, once is expected");
		assertRefused("{\"conv\":{},\"conv\":{}}", Cause.DUPLICATE_NAME, "/conv",
				"conv is given twice in the body, once is expected");
		assertRefused("{\"conv\":{\"bias\":[],\"bias\":null}}", Cause.DUPLICATE_NAME, "/conv/bias",
				"bias is given twice in conv, once is expected");
		assertRefused("{\"conv\":{\"bias\":{\"shape\":[],\"shape\":[]}}}", Cause.DUPLICATE_NAME, "/conv/bias/shape",
				"shape is given twice in conv.bias, once is expected");
	}

	@Test
	void valueFromTheQueryAndFromTheBodyIsRefused() {
		RequestValues values = new RequestValues();
		values.put(Given.SCHEMA.get(5), 8L);
		MalformedInputException failure = catchThrowableOfType(MalformedInputException.class,
				() -> new JsonRequestReader(4).read(
						new ByteArrayInputStream("{\"bits\":8}".getBytes(StandardCharsets.UTF_8)), Given.SCHEMA,
						Allowance.UNLIMITED, values));
		assertThat(failure.cause()).isEqualTo(Cause.DUPLICATE_NAME);
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', delimiter = '|',
			value = { "f32|\"1\"|a string|a number", "f32|true|true|a number", "f32|[1]|an array|a number",
					"f64|\"NaN\"|a string|a number", "f64|{}|an object|a number",
					"bits|1.0|the fraction 1.0|an integer", "bits|1e1|the fraction 1e1|an integer",
					"bits|\"8\"|a string|an integer", "to_int|1|the integer 1|true or false",
					"to_int|\"true\"|a string|true or false", "mode|1|the integer 1|a string",
					"mode|false|false|a string", "tensor|\"1\"|a string|a number, an array or an object",
					"tensor|true|true|a number, an array or an object" })
	void valuesOfAnotherKindAreRefused(String name, String value, String found, String expected) {
		String comma = name.equals("mode") ? "mode: %s found, %s expected" : name + ": %s found, %s expected";
		assertRefused("{\"%s\":%s}".formatted(name, value), Cause.WRONG_TYPE, "/" + name,
				comma.formatted(found, expected));
	}

	@Test
	void objectsMustBeObjects() {
		assertRefused("[]", Cause.WRONG_TYPE, "", "the body: an array found, an object is expected");
		assertRefused("null", Cause.WRONG_TYPE, "", "the body: null found, an object is expected");
		assertRefused("17 ", Cause.WRONG_TYPE, "", "the body: the integer 17 found, an object is expected");
		assertRefused("{\"conv\":[1]}", Cause.WRONG_TYPE, "/conv", "conv: an array found, an object is expected");
	}

	@Test
	void textIsBounded() {
		String longest = "x".repeat(Text.LONGEST);
		assertThat(Given.read("{\"mode\":\"%s\"}".formatted(longest)).get("mode", String.class)).isEqualTo(longest);
		assertRefused("{\"mode\":\"%sx\"}".formatted(longest), Cause.WRONG_TYPE, "/mode",
				"mode: a string of over 1024 characters found, a shorter one expected");
	}

	@Test
	void everyStrictPrefixIsTruncated() {
		byte[] bytes = COMPLETE.getBytes(StandardCharsets.UTF_8);
		for (int length = 0; length < bytes.length; length++) {
			byte[] prefix = java.util.Arrays.copyOf(bytes, length);
			MalformedInputException failure = catchThrowableOfType(MalformedInputException.class,
					() -> Given.read(prefix, Allowance.UNLIMITED));
			assertThat(failure.cause()).as("%d bytes", length).isEqualTo(Cause.TRUNCATED);
			assertThat(failure.pointer()).isNull();
		}
		assertRefused("", Cause.TRUNCATED, null, "the body is empty, a JSON object is expected");
		assertRefused(" \n{\"bits\":", Cause.TRUNCATED, null,
				"the body ends at line 2, column 9, within its JSON object");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}{}", "{} x", "{}]", "{}}", "{},", "{} \u0001", "{}\n\n[", "{}\"", "{} 1", "{} NaN" })
	void onlyWhitespaceMayFollow(String body) {
		MalformedInputException failure = catchThrowableOfType(MalformedInputException.class, () -> Given.read(body));
		assertThat(failure.cause()).isEqualTo(Cause.TRAILING_BYTES);
		assertThat(failure)
			.hasMessageMatching("something follows the JSON object at line [13], column \\d, only whitespace may");
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', delimiter = '|', value = {
			"{\"f32\":NaN}|1, column 11|NaN and Infinity are no JSON",
			"{\"f32\":-Infinity}|1, column 17|NaN and Infinity are no JSON",
			"{\"tensor\":[1,Infinity]}|1, column 22|NaN and Infinity are no JSON",
			"{\"f32\":.5}|1, column 8|unexpected character '.'", "{\"f32\":+1}|1, column 9|unexpected character '+'",
			"{\"f32\":01}|1, column 9|a number is malformed", "{\"f32\":1.}|1, column 10|unexpected character '}'",
			"{\"f32\":1e}|1, column 10|unexpected character '}'", "{\"f32\":0x1}|1, column 9|unexpected character 'x'",
			"{\"f32\":-}|1, column 9|unexpected character '}'", "{\"bits\":1,}|1, column 11|unexpected character '}'",
			"{\"bits\" 1}|1, column 9|unexpected character '1'", "{bits:1}|1, column 2|unexpected character 'b'",
			"{'bits':1}|1, column 2|unexpected character '''; this looks like a Python dict printed as text: "
					+ "write it with json.dumps",
			"{\"bits\":1 \"f32\":1}|1, column 11|unexpected character '\"'",
			"{\"tensor\":[1 2]}|1, column 14|unexpected character '2'",
			"{\"tensor\":[1,]}|1, column 14|unexpected character ']'",
			"{\"tensor\":[1}|1, column 13|a closing bracket or brace does not match what is open",
			"{\"to_int\":True}|1, column 11|a value is neither a string, number, array or object, nor true, false or null",
			"{\"mode\":\"\\x\"}|1, column 11|an escape in a string is unknown",
			"{\"mode\":\"\\u12g4\"}|1, column 14|unexpected character 'g'",
			"{/**/\"bits\":1}|1, column 2|unexpected character '/'",
			"hello|1, column 1|a value is neither a string, number, array or object, nor true, false or null",
			"{\"\\ud800\":1}|1, column 9|half of a surrogate pair is missing" })
	void malformedTextNamesPlaceAndReason(String body, String place, String reason) {
		assertRefused(body + " ", Cause.MALFORMED, null, "malformed JSON at line %s: %s".formatted(place, reason));
	}

	@Test
	void controlCharactersInStringsAreRefused() {
		assertRefused("{\"mode\":\n\"a\nb\"}", Cause.MALFORMED, null,
				"malformed JSON at line 2, column 3: a control character in a string must be escaped");
	}

	@Test
	void numbersAndNamesAreBounded() {
		String number = "1".repeat(JsonRequestReader.NUMBER_LENGTH);
		assertThat(Given.read("{\"f64\":" + number + "}").get("f64", Double.class)).isInfinite();
		assertThat(catchThrowableOfType(MalformedInputException.class, () -> Given.read("{\"f64\":1" + number + "}")))
			.hasMessageEndingWith("a number has over 1000 characters");
		assertThat(catchThrowableOfType(MalformedInputException.class, () -> Given.read("{\"f64\":1." + number + "}")))
			.hasMessageEndingWith("a number has over 1000 characters");
		String name = "x".repeat(JsonRequestReader.NAME_LENGTH + 1);
		assertThat(catchThrowableOfType(MalformedInputException.class, () -> Given.read("{\"" + name + "\":1}")))
			.hasMessageEndingWith("a name has over 1024 characters");
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE" })
	void otherEncodingsAreRefused(String charset) {
		byte[] body = "{\"bits\":1}".getBytes(Charset.forName(charset));
		MalformedInputException failure = catchThrowableOfType(MalformedInputException.class,
				() -> Given.read(body, Allowance.UNLIMITED));
		assertThat(failure.cause()).isEqualTo(Cause.MALFORMED);
		assertThat(failure).hasMessageContaining("UTF-8");
	}

	@ParameterizedTest
	@ValueSource(strings = { "c1a2697473", "eda080", "f4908080", "ff", "e282" })
	void invalidUtf8IsRefused(String hex) {
		String body = "{\"mode\":\"\u0000\"}";
		byte[] bytes = body
			.replace("\u0000", new String(java.util.HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1))
			.getBytes(StandardCharsets.ISO_8859_1);
		MalformedInputException failure = catchThrowableOfType(MalformedInputException.class,
				() -> Given.read(bytes, Allowance.UNLIMITED));
		assertThat(failure.cause()).isEqualTo(Cause.MALFORMED);
		assertThat(failure).hasMessageMatching("byte \\d+ is 0x[0-9a-f]{2}, which is not UTF-8 there");
	}

	@Test
	void depthIsLimitedByTheReaderAndByTheAllowance() {
		// The tensor's arrays are one level below the body's own.
		String deepest = "[".repeat(Given.DEPTH - 1) + "]".repeat(Given.DEPTH - 1);
		assertThat(Given.tensor(deepest).shape().rank()).isEqualTo(Given.DEPTH - 1);
		for (Allowance allowance : new Allowance[] { Allowance.UNLIMITED, new Given.Limits(9, 99, 9) }) {
			LimitExceededException failure = catchThrowableOfType(LimitExceededException.class,
					() -> Given.tensor("[" + deepest + "]", allowance));
			assertThat(failure.limit()).isEqualTo(RequestLimit.JSON_DEPTH);
			assertThat(failure.allowed()).isEqualTo(Given.DEPTH);
			assertThat(failure.found()).isEqualTo(Given.DEPTH + 1);
		}
	}

	@Test
	void failureOfTheStreamComesThroughAndItIsNotClosed() throws IOException {
		IOException failure = new IOException("gone");
		for (int good : new int[] { 0, 3, 20 }) {
			InputStream broken = new FilterInputStream(
					new ByteArrayInputStream(COMPLETE.getBytes(StandardCharsets.UTF_8), 0, good)) {
				@Override
				public int read(byte[] dest, int offset, int length) throws IOException {
					int count = super.read(dest, offset, length);
					if (count < 0) {
						throw failure;
					}
					return count;
				}

				@Override
				public void close() {
					throw new AssertionError("closed");
				}
			};
			assertThatExceptionOfType(IOException.class).isThrownBy(
					() -> new JsonRequestReader(9).read(broken, Given.SCHEMA, Allowance.UNLIMITED, new RequestValues()))
				.isSameAs(failure);
		}
	}

	@Test
	void bytesMayComeOneByOne() throws IOException {
		InputStream slow = new FilterInputStream(new ByteArrayInputStream(COMPLETE.getBytes(StandardCharsets.UTF_8))) {
			@Override
			public int read(byte[] dest, int offset, int length) throws IOException {
				return super.read(dest, offset, Math.min(length, 1));
			}
		};
		RequestValues values = new RequestValues();
		new JsonRequestReader(9).read(slow, Given.SCHEMA, Allowance.UNLIMITED, values);
		assertThat(values.get("mode", String.class)).isEqualTo("a/\u00e9\"");
	}

}
