package dev.discretizer.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static dev.discretizer.web.BadInput.bad;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every bad input gets the problem that names it, and the service goes on.
 */
@ServiceTest
class BadInputIT {

	private static final byte[] NOTHING = {};

	private static final Values PAIR = Values.vector(1.0, -0.5);

	private static final byte[] PAIR_BYTES = PAIR.bytes();

	private static final String LAYER = "{\"conv\":{\"weight\":[[1.0,-0.5]]},\"spike_threshold\":1.0,\"min_v_mem\":-1.0}";

	private final int port;

	private final Client client;

	BadInputIT(@LocalServerPort int port) {
		this.port = port;
		this.client = new Client(port);
	}

	@ParameterizedTest
	@MethodSource({ "jsonTexts", "jsonMembers", "jsonTensors", "base64", "queries", "raw", "npy", "npz", "safetensors",
			"mediaTypes", "routes", "impossible", "precedence" })
	void isRefusedByName(BadInput bad) throws IOException {
		bad.check(this.port);
		this.client.assertServes();
	}

	@ParameterizedTest
	@CsvSource({ "GET, /api/v1/scale, POST", "POST, /, GET", "TRACE, /api/v1/scale, POST", "POST, /livez, GET" })
	void methodThatIsNotAllowedIsToldWhichIs(String method, String target, String allowed) throws IOException {
		Reply reply = bad("method").send(method, target, NOTHING)
			.gives(405, "method-not-allowed", "is expected")
			.check(this.port);
		assertThat(reply.header("Allow")).contains(allowed);
		assertThat(Json.parse(reply.body()).get("title").text()).isEqualTo("The method is not allowed");
	}

	@Test
	void mediaTypeThatIsNotSupportedIsToldWhichAre() throws IOException {
		Reply reply = bad("text").post("/discretize/conv", "text/plain", NOTHING)
			.gives(415, "unsupported-media-type", "text/plain", Client.NPZ)
			.check(this.port);
		assertThat(reply.header("Accept-Post")).contains(Client.JSON, Client.NPZ, Client.SAFETENSORS);
	}

	@Test
	void codingThatIsNotSupportedIsToldWhichIs() throws IOException {
		Reply reply = bad("gzip").json("/scale", "{}")
			.header("Content-Encoding: gzip")
			.gives(415, "unsupported-content-coding", "gzip", "identity")
			.check(this.port);
		assertThat(reply.header("Accept-Encoding")).isEqualTo("identity");
	}

	static Stream<BadInput> jsonTexts() {
		return Stream.of(bad("empty body").json("/scale", "").gives(400, "truncated", "empty", "JSON object"),
				bad("white space alone").json("/scale", " \n ").gives(400, "truncated", "empty"),
				bad("an array").json("/scale", "[1.0,2.0]").gives(400, "wrong-type", "array", "object").at(""),
				bad("a number").json("/scale", "1.5").gives(400, "wrong-type", "1.5", "object").at(""),
				bad("a string").json("/scale", "\"tensor\"").gives(400, "wrong-type", "string", "object").at(""),
				bad("null").json("/scale", "null").gives(400, "wrong-type", "object").at(""),
				bad("a word").json("/scale", "tensor [1.0]").gives(400, "malformed", "line 1", "value"),
				bad("an open object").json("/scale", "{").gives(400, "truncated", "ends"),
				bad("an open name").json("/scale", "{\"tens").gives(400, "truncated", "ends"),
				bad("an open array").json("/scale", "{\"tensor\":[1.0,").gives(400, "truncated", "ends"),
				bad("an open string").json("/discretize/conv", "{\"unset_min_v_mem\":\"refer")
					.gives(400, "truncated", "ends"),
				bad("the wrong bracket").json("/scale", "{\"tensor\":[1.0}}").gives(400, "malformed", "bracket"),
				bad("a comma too many").json("/scale", "{\"tensor\":[1.0,]}").gives(400, "malformed", "]"),
				bad("a comma before the brace").json("/scale", "{\"tensor\":[1.0],}").gives(400, "malformed", "}"),
				bad("no comma").json("/scale", "{\"tensor\":[1.0 2.0]}").gives(400, "malformed", "line 1"),
				bad("no colon").json("/scale", "{\"tensor\"[1.0]}").gives(400, "malformed", "["),
				bad("single quotes").json("/scale", "{'tensor':[1.0]}").gives(400, "malformed", "'"),
				bad("a comment").json("/scale", "{/* a */\"tensor\":[1.0]}").gives(400, "malformed", "/"),
				bad("a line comment").json("/scale", "{\"tensor\":[1.0]} // a").gives(400, "trailing-bytes", "follows"),
				bad("NaN").json("/scale", "{\"tensor\":[NaN]}").gives(400, "malformed", "NaN"),
				bad("Infinity").json("/scale", "{\"tensor\":[Infinity]}").gives(400, "malformed", "Infinity"),
				bad("-Infinity").json("/scale", "{\"tensor\":[-Infinity]}").gives(400, "malformed", "line 1"),
				bad("a plus").json("/scale", "{\"tensor\":[+1.0]}").gives(400, "malformed", "line 1"),
				bad("a leading zero").json("/scale", "{\"tensor\":[01]}").gives(400, "malformed", "number"),
				bad("a leading point").json("/scale", "{\"tensor\":[.5]}").gives(400, "malformed", "line 1"),
				bad("a trailing point").json("/scale", "{\"tensor\":[1.]}").gives(400, "malformed", "line 1"),
				bad("an open exponent").json("/scale", "{\"tensor\":[1e]}").gives(400, "malformed", "line 1"),
				bad("a hexadecimal number").json("/scale", "{\"tensor\":[0x10]}").gives(400, "malformed", "line 1"),
				bad("a suffix").json("/scale", "{\"tensor\":[1.0f]}").gives(400, "malformed", "line 1"),
				bad("a number of 1001 digits").json("/scale", "{\"tensor\":[%s]}".formatted("1".repeat(1001)))
					.gives(400, "malformed", "1000 characters"),
				bad("a second object").json("/scale", "{\"tensor\":[1.0]}{}").gives(400, "trailing-bytes", "follows"),
				bad("a second brace").json("/scale", "{\"tensor\":[1.0]}}").gives(400, "trailing-bytes", "follows"),
				bad("a zero byte after it").json("/scale", "{\"tensor\":[1.0]}\0")
					.gives(400, "trailing-bytes", "follows"),
				bad("a line feed in a string").json("/discretize/conv", "{\"unset_min_v_mem\":\"a\nb\"}")
					.gives(400, "malformed", "control character"),
				bad("an unknown escape").json("/discretize/conv", "{\"unset_min_v_mem\":\"\\x\"}")
					.gives(400, "malformed", "escape"),
				bad("Latin-1")
					.post("/scale", Client.JSON, "{\"t\u00e4nsor\":[1.0]}".getBytes(StandardCharsets.ISO_8859_1))
					.gives(400, "malformed", "0x6e", "UTF-8"),
				bad("a lone continuation").post("/scale", Client.JSON, bytes('{', '"', 0x80, '"', ':', '1', '}'))
					.gives(400, "malformed", "0x80", "UTF-8"),
				bad("an overlong slash").post("/scale", Client.JSON, bytes('{', '"', 0xc0, 0xaf, '"', ':', '1', '}'))
					.gives(400, "malformed", "0xc0", "UTF-8"),
				bad("UTF-16").post("/scale", Client.JSON, "{\"tensor\":[1.0]}".getBytes(StandardCharsets.UTF_16LE))
					.gives(400, "malformed", "UTF-8", "UTF-16"));
	}

	static Stream<BadInput> jsonMembers() {
		return Stream.of(
				bad("an unknown member").json("/scale", "{\"tensor\":[1.0],\"bit\":8}")
					.gives(400, "unknown-member", "bit ", "tensor, bits")
					.at("/bit"),
				bad("an unknown member of conv").json("/discretize/conv", "{\"conv\":{\"weights\":[1.0]}}")
					.gives(400, "unknown-member", "weights", "weight, bias")
					.at("/conv/weights"),
				bad("an unknown member of spike").json("/discretize/spike", "{\"spike\":{\"threshold\":1.0}}")
					.gives(400, "unknown-member", "threshold", "spike_threshold")
					.at("/spike/threshold"),
				bad("an unknown member of a tensor").json("/scale", "{\"tensor\":{\"shape\":[1],\"values\":[1.0]}}")
					.gives(400, "unknown-member", "values", "shape, data")
					.at("/tensor/values"),
				bad("an unknown member that is null").json("/scale", "{\"tensor\":[1.0],\"bit\":null}")
					.gives(400, "unknown-member", "bit")
					.at("/bit"),
				bad("a member of another endpoint")
					.json("/discretize/conv", LAYER.replace("}}", "}").replace("{\"conv\"", "{\"spike\":{},\"conv\""))
					.gives(400, "unknown-member", "spike")
					.at("/spike"),
				bad("spike_threshold outside spike").json("/discretize/conv-spike", LAYER)
					.gives(400, "unknown-member", "spike_threshold")
					.at("/spike_threshold"),
				bad("a name that needs escapes").json("/scale", "{\"a/b~c\":1}")
					.gives(400, "unknown-member", "a/b~c")
					.at("/a~1b~0c"),
				bad("a name of 2000 characters").json("/scale", "{\"%s\":1}".formatted("a".repeat(2000)))
					.gives(400, "malformed", "1024 characters"),
				bad("a member twice").json("/scale", "{\"tensor\":[1.0],\"tensor\":[1.0]}")
					.gives(400, "duplicate-name", "tensor", "twice")
					.at("/tensor"),
				bad("a member twice, once null").json("/scale", "{\"tensor\":[1.0],\"bits\":8,\"bits\":null}")
					.gives(400, "duplicate-name", "bits", "twice")
					.at("/bits"),
				bad("an object twice")
					.json("/discretize/conv", "{\"conv\":{\"weight\":[1.0]},\"conv\":{\"bias\":[1.0]}}")
					.gives(400, "duplicate-name", "conv", "twice")
					.at("/conv"),
				bad("a member of conv twice").json("/discretize/conv", "{\"conv\":{\"weight\":[1.0],\"weight\":[1.0]}}")
					.gives(400, "duplicate-name", "weight", "twice")
					.at("/conv/weight"),
				bad("a member of a tensor twice")
					.json("/scale", "{\"tensor\":{\"shape\":[1],\"shape\":[1],\"data\":[1.0]}}")
					.gives(400, "duplicate-name", "shape", "twice")
					.at("/tensor/shape"),
				bad("a member twice, once escaped").json("/scale", "{\"bits\":8,\"\\u0062its\":8}")
					.gives(400, "duplicate-name", "bits")
					.at("/bits"),
				bad("no tensor").json("/scale", "{}").gives(400, "missing-member", "tensor", "required").at("/tensor"),
				bad("a null tensor").json("/scale", "{\"tensor\":null}")
					.gives(400, "missing-member", "tensor")
					.at("/tensor"),
				bad("no weight").json("/discretize/conv", "{\"spike_threshold\":1.0}")
					.gives(400, "missing-member", "weight")
					.at("/conv/weight"),
				bad("a null conv").json("/discretize/conv", "{\"conv\":null,\"spike_threshold\":1.0}")
					.gives(400, "missing-member", "weight")
					.at("/conv/weight"),
				bad("no spike_threshold").json("/discretize/conv", "{\"conv\":{\"weight\":[1.0]}}")
					.gives(400, "missing-member", "spike_threshold")
					.at("/spike_threshold"),
				bad("no spike").json("/discretize/spike", "{\"conv\":{\"weight\":[1.0]}}")
					.gives(400, "missing-member", "spike_threshold")
					.at("/spike/spike_threshold"),
				bad("no value").json("/discretize/scalar", "{\"scaling\":1.0}")
					.gives(400, "missing-member", "value")
					.at("/value"),
				bad("no scaling").json("/discretize/scalar", "{\"value\":1.0}")
					.gives(400, "missing-member", "scaling")
					.at("/scaling"),
				bad("conv is an array").json("/discretize/conv", "{\"conv\":[1.0]}")
					.gives(400, "wrong-type", "conv", "array", "object")
					.at("/conv"),
				bad("conv is a number").json("/discretize/conv", "{\"conv\":1}")
					.gives(400, "wrong-type", "conv", "object")
					.at("/conv"),
				bad("a string for a tensor").json("/scale", "{\"tensor\":\"1.0\"}")
					.gives(400, "wrong-type", "tensor", "string", "number")
					.at("/tensor"),
				bad("true for a tensor").json("/scale", "{\"tensor\":true}")
					.gives(400, "wrong-type", "tensor", "true")
					.at("/tensor"),
				bad("a string for a number").json("/discretize/scalar", "{\"value\":\"1\",\"scaling\":1}")
					.gives(400, "wrong-type", "value", "string", "number")
					.at("/value"),
				bad("an array for a number").json("/discretize/tensor", "{\"tensor\":[1.0],\"scaling\":[1.0]}")
					.gives(400, "wrong-type", "scaling", "array", "number")
					.at("/scaling"),
				bad("a string for an integer").json("/scale", "{\"tensor\":[1.0],\"bits\":\"8\"}")
					.gives(400, "wrong-type", "bits", "string", "integer")
					.at("/bits"),
				bad("a fraction for an integer").json("/scale", "{\"tensor\":[1.0],\"bits\":8.0}")
					.gives(400, "wrong-type", "bits", "8.0", "integer")
					.at("/bits"),
				bad("an exponent for an integer").json("/scale", "{\"tensor\":[1.0],\"bits\":1e1}")
					.gives(400, "wrong-type", "bits", "1e1", "integer")
					.at("/bits"),
				bad("true for an integer").json("/discretize/conv", "{\"weight_bits\":true}")
					.gives(400, "wrong-type", "weight_bits", "true", "integer")
					.at("/weight_bits"),
				bad("a number for true").json("/discretize/tensor", "{\"tensor\":[1.0],\"to_int\":1}")
					.gives(400, "wrong-type", "to_int", "1", "true or false")
					.at("/to_int"),
				bad("a string for true").json("/discretize/tensor", "{\"tensor\":[1.0],\"to_int\":\"true\"}")
					.gives(400, "wrong-type", "to_int", "string", "true or false")
					.at("/to_int"),
				bad("a number for a choice").json("/discretize/conv", "{\"unset_min_v_mem\":1}")
					.gives(400, "wrong-type", "unset_min_v_mem", "string")
					.at("/unset_min_v_mem"),
				bad("no such choice")
					.json("/discretize/conv", LAYER.replace("\"min_v_mem\":-1.0", "\"unset_min_v_mem\":\"zero\""))
					.gives(400, "wrong-type", "zero", "reference", "negative_threshold", "chip_minimum")
					.at("/unset_min_v_mem"),
				bad("a string for rescale").json("/discretize/conv", "{\"rescale\":\"0.25\"}")
					.gives(400, "wrong-type", "rescale", "string", "number")
					.at("/rescale"));
	}

	static Stream<BadInput> jsonTensors() {
		return Stream.of(
				bad("a string in a tensor").json("/scale", "{\"tensor\":[1.0,\"2.0\"]}")
					.gives(400, "wrong-type", "tensor[1]", "string", "number")
					.at("/tensor"),
				bad("NaN as a string").json("/scale", "{\"tensor\":[\"NaN\"]}")
					.gives(400, "wrong-type", "tensor[0]", "string")
					.at("/tensor"),
				bad("null in a tensor").json("/scale", "{\"tensor\":[1.0,null]}")
					.gives(400, "wrong-type", "tensor[1]", "number")
					.at("/tensor"),
				bad("true in a tensor").json("/scale", "{\"tensor\":[[true]]}")
					.gives(400, "wrong-type", "tensor[0][0]", "true", "number")
					.at("/tensor"),
				bad("an object in a tensor").json("/scale", "{\"tensor\":[{}]}")
					.gives(400, "wrong-type", "tensor[0]", "object")
					.at("/tensor"),
				bad("a shorter row").json("/scale", "{\"tensor\":[[1.0,2.0],[3.0]]}")
					.gives(400, "ragged-array", "tensor[1]", "length 1", "2 is expected")
					.at("/tensor"),
				bad("a longer row").json("/scale", "{\"tensor\":[[1.0],[2.0,3.0]]}")
					.gives(400, "ragged-array", "tensor[1]", "length 2", "1 is expected")
					.at("/tensor"),
				bad("a number among rows").json("/scale", "{\"tensor\":[[1.0],2.0]}")
					.gives(400, "ragged-array", "tensor[1]", "number", "array")
					.at("/tensor"),
				bad("a row among numbers").json("/scale", "{\"tensor\":[1.0,[2.0]]}")
					.gives(400, "ragged-array", "tensor[1]", "array", "number")
					.at("/tensor"),
				bad("an empty row among others").json("/discretize/conv", "{\"conv\":{\"weight\":[[1.0],[]]}}")
					.gives(400, "ragged-array", "weight[1]", "length 0")
					.at("/conv/weight"),
				bad("nine levels").json("/scale", "{\"tensor\":%s1.0%s}".formatted("[".repeat(9), "]".repeat(9)))
					.gives(413, "limit-exceeded", "tensor", "9 dimensions", "at most 8", "limits.rank"),
				bad("nine dimensions").json("/scale", "{\"tensor\":{\"shape\":[1,1,1,1,1,1,1,1,1],\"data\":[1.0]}}")
					.gives(413, "limit-exceeded", "tensor", "9 dimensions", "at most 8", "limits.rank"),
				bad("the tensor in itself").json("/scale", "{\"tensor\":".repeat(65))
					.gives(400, "unknown-member", "tensor")
					.at("/tensor/tensor"),
				bad("too many numbers").json("/scale", "{\"tensor\":{\"shape\":[1],\"data\":[1.0,2.0]}}")
					.gives(400, "shape-mismatch", "2 numbers", "1 expected", "[1]")
					.at("/tensor"),
				bad("too few numbers").json("/scale", "{\"tensor\":{\"shape\":[2,3],\"data\":[1.0]}}")
					.gives(400, "shape-mismatch", "1 numbers", "6 expected", "[2, 3]")
					.at("/tensor"),
				bad("a shape of more than 2^63 numbers")
					.json("/scale", "{\"tensor\":{\"shape\":[4294967296,4294967296],\"data\":[1.0]}}")
					.gives(400, "shape-mismatch", "tensor", "[4294967296, 4294967296]")
					.at("/tensor"),
				bad("a shape of 2^62 numbers")
					.json("/scale", "{\"tensor\":{\"shape\":[2147483648,2147483648],\"data\":[1.0]}}")
					.gives(400, "shape-mismatch", "tensor", "1 numbers", "4611686018427387904")
					.at("/tensor"),
				bad("a negative dimension").json("/scale", "{\"tensor\":{\"shape\":[-1],\"data\":[1.0]}}")
					.gives(400, "wrong-type", "tensor", "-1", "index 0")
					.at("/tensor/shape"),
				bad("a fraction in the shape").json("/scale", "{\"tensor\":{\"shape\":[1.0],\"data\":[1.0]}}")
					.gives(400, "wrong-type", "1.0", "integer")
					.at("/tensor/shape"),
				bad("a string in the shape").json("/scale", "{\"tensor\":{\"shape\":[\"1\"],\"data\":[1.0]}}")
					.gives(400, "wrong-type", "string", "integer")
					.at("/tensor/shape"),
				bad("a number as shape").json("/scale", "{\"tensor\":{\"shape\":1,\"data\":[1.0]}}")
					.gives(400, "wrong-type", "the integer 1", "array")
					.at("/tensor/shape"),
				bad("no shape").json("/scale", "{\"tensor\":{\"data\":[1.0]}}")
					.gives(400, "missing-member", "tensor", "shape")
					.at("/tensor"),
				bad("no data").json("/scale", "{\"tensor\":{\"shape\":[1]}}")
					.gives(400, "missing-member", "tensor", "data or base64")
					.at("/tensor"),
				bad("an empty object").json("/scale", "{\"tensor\":{}}")
					.gives(400, "missing-member", "tensor", "shape")
					.at("/tensor"),
				bad("nested data").json("/scale", "{\"tensor\":{\"shape\":[1,1],\"data\":[[1.0]]}}")
					.gives(400, "wrong-type", "array", "index 0", "number")
					.at("/tensor/data"),
				bad("a string in data").json("/scale", "{\"tensor\":{\"shape\":[2],\"data\":[1.0,\"2\"]}}")
					.gives(400, "wrong-type", "string", "index 1", "number")
					.at("/tensor/data"),
				bad("a string as data").json("/scale", "{\"tensor\":{\"shape\":[1],\"data\":\"AACAPw==\"}}")
					.gives(400, "wrong-type", "string", "array")
					.at("/tensor/data"),
				bad("an unknown dtype")
					.json("/scale", "{\"tensor\":{\"dtype\":\"float\",\"shape\":[1],\"data\":[1.0]}}")
					.gives(400, "unsupported-dtype", "float", "float32", "bfloat16")
					.at("/tensor/dtype"),
				bad("a complex dtype")
					.json("/scale", "{\"tensor\":{\"dtype\":\"complex64\",\"shape\":[1],\"data\":[1.0]}}")
					.gives(400, "unsupported-dtype", "complex64")
					.at("/tensor/dtype"),
				bad("a number as dtype").json("/scale", "{\"tensor\":{\"dtype\":32,\"shape\":[1],\"data\":[1.0]}}")
					.gives(400, "wrong-type", "dtype", "32", "string")
					.at("/tensor/dtype"),
				bad("a fraction in an integer type")
					.json("/scale", "{\"tensor\":{\"dtype\":\"int8\",\"shape\":[1],\"data\":[1.5]}}")
					.gives(400, "wrong-type", "tensor", "int8")
					.at("/tensor/data"));
	}

	static Stream<BadInput> base64() {
		return Stream.of(
				bad("base64 without dtype").json("/scale", "{\"tensor\":{\"shape\":[1],\"base64\":\"AACAPw==\"}}")
					.gives(400, "missing-member", "tensor", "dtype")
					.at("/tensor"),
				bad("base64 and data")
					.json("/scale",
							"{\"tensor\":{\"dtype\":\"float32\",\"shape\":[1],\"base64\":\"AACAPw==\",\"data\":[1.0]}}")
					.gives(400, "malformed", "data and base64", "one of them")
					.at("/tensor"),
				bad("base64 of another length").json("/scale", base64Tensor("[2]", "AACAPw=="))
					.gives(400, "shape-mismatch", "4 bytes of float32", "8 expected", "[2]")
					.at("/tensor"),
				bad("half an element").json("/scale", base64Tensor("[1]", "AACA"))
					.gives(400, "shape-mismatch", "3 bytes", "4 expected")
					.at("/tensor"),
				bad("no padding").json("/scale", base64Tensor("[1]", "AACAPw"))
					.gives(400, "malformed", "base64", "6 characters", "=")
					.at("/tensor/base64"),
				bad("half the padding").json("/scale", base64Tensor("[1]", "AACAPw="))
					.gives(400, "malformed", "base64", "7 characters")
					.at("/tensor/base64"),
				bad("padding in between").json("/scale", base64Tensor("[1]", "AAA=APw="))
					.gives(400, "malformed", "base64", "index 4")
					.at("/tensor/base64"),
				bad("a space").json("/scale", base64Tensor("[1]", "AACA Pw="))
					.gives(400, "malformed", "base64", "U+0020", "index 4")
					.at("/tensor/base64"),
				bad("a line feed").json("/scale", base64Tensor("[1]", "AACA\\nPw="))
					.gives(400, "malformed", "base64", "U+000A")
					.at("/tensor/base64"),
				bad("the URL alphabet").json("/scale", base64Tensor("[1]", "AACA_w=="))
					.gives(400, "malformed", "base64", "U+005F")
					.at("/tensor/base64"),
				bad("bits that belong to no byte").json("/scale", base64Tensor("[1]", "AACAPx=="))
					.gives(400, "malformed", "base64", "bits")
					.at("/tensor/base64"),
				bad("a number as base64").json("/scale", "{\"tensor\":{\"dtype\":\"int8\",\"shape\":[1],\"base64\":1}}")
					.gives(400, "wrong-type", "integer 1", "string")
					.at("/tensor/base64"));
	}

	private static String base64Tensor(String shape, String text) {
		return "{\"tensor\":{\"dtype\":\"float32\",\"shape\":%s,\"base64\":\"%s\"}}".formatted(shape, text);
	}

	static Stream<BadInput> queries() {
		return Stream.of(
				bad("an unknown parameter").json("/scale?bit=8", "{\"tensor\":[1.0]}")
					.gives(400, "unknown-member", "\"bit\"", "bits"),
				bad("a parameter without a name").json("/scale?=8", "{\"tensor\":[1.0]}")
					.gives(400, "unknown-member", "\"\""),
				bad("an empty parameter").json("/scale?bits=8&", "{\"tensor\":[1.0]}")
					.gives(400, "unknown-member", "\"\""),
				bad("a parameter that has no place here").json("/scale?tensors=flat", "{\"tensor\":[1.0]}")
					.gives(400, "unknown-member", "tensors"),
				bad("a tensor in the query").json("/discretize/conv?weight=1.0", LAYER)
					.gives(400, "unknown-member", "weight"),
				bad("dtype for JSON").json("/discretize/tensor?dtype=float32", "{\"tensor\":[1.0]}")
					.gives(400, "unknown-member", "dtype"),
				bad("a parameter twice").json("/scale?bits=8&bits=8", "{\"tensor\":[1.0]}")
					.gives(400, "duplicate-name", "bits", "twice"),
				bad("a parameter twice, once encoded").json("/scale?bits=8&%62its=8", "{\"tensor\":[1.0]}")
					.gives(400, "duplicate-name", "bits", "twice"),
				bad("in body and query").json("/scale?bits=8", "{\"tensor\":[1.0],\"bits\":8}")
					.gives(400, "duplicate-name", "bits", "body", "query")
					.at("/bits"),
				bad("in container and query")
					.post("/discretize/conv?spike_threshold=1", Client.NPZ,
							Containers.npz(Map.of("weight", PAIR, "spike_threshold", Values.scalar(1))))
					.gives(400, "duplicate-name", "spike_threshold", "query")
					.at("/spike_threshold"),
				bad("no integer").json("/scale?bits=eight", "{\"tensor\":[1.0]}")
					.gives(400, "wrong-type", "bits", "eight", "integer"),
				bad("a fraction for an integer").json("/scale?bits=8.0", "{\"tensor\":[1.0]}")
					.gives(400, "wrong-type", "bits", "8.0", "integer"),
				bad("an empty integer").json("/scale?bits=", "{\"tensor\":[1.0]}")
					.gives(400, "wrong-type", "bits", "integer"),
				bad("a parameter without a value").json("/scale?bits", "{\"tensor\":[1.0]}")
					.gives(400, "wrong-type", "bits", "integer"),
				bad("a leading zero").json("/scale?bits=08", "{\"tensor\":[1.0]}")
					.gives(400, "wrong-type", "bits", "08", "integer"),
				bad("a plus").json("/scale?bits=%2B8", "{\"tensor\":[1.0]}")
					.gives(400, "wrong-type", "bits", "+8", "integer"),
				bad("digits of another script").json("/scale?bits=%D9%A8", "{\"tensor\":[1.0]}")
					.gives(400, "wrong-type", "bits", "integer"),
				bad("no number").json("/discretize/tensor?scaling=fast", "{\"tensor\":[1.0]}")
					.gives(400, "wrong-type", "scaling", "fast", "number"),
				bad("NaN").json("/discretize/tensor?scaling=NaN", "{\"tensor\":[1.0]}")
					.gives(400, "wrong-type", "scaling", "NaN", "number"),
				bad("Infinity").json("/discretize/scalar?scaling=Infinity", "{\"value\":1.0}")
					.gives(400, "wrong-type", "scaling", "Infinity", "number"),
				bad("a hexadecimal number").json("/discretize/tensor?scaling=0x1p3", "{\"tensor\":[1.0]}")
					.gives(400, "wrong-type", "scaling", "number"),
				bad("a Java suffix").json("/discretize/tensor?scaling=1f", "{\"tensor\":[1.0]}")
					.gives(400, "wrong-type", "scaling", "1f", "number"),
				bad("a comma for a point").json("/discretize/tensor?scaling=1,5", "{\"tensor\":[1.0]}")
					.gives(400, "wrong-type", "scaling", "1,5", "number"),
				bad("yes for true").json("/discretize/tensor?to_int=yes", "{\"tensor\":[1.0]}")
					.gives(400, "wrong-type", "to_int", "yes", "true or false"),
				bad("True for true").json("/discretize/tensor?to_int=True", "{\"tensor\":[1.0]}")
					.gives(400, "wrong-type", "to_int", "True", "true or false"),
				bad("no such style").json("/discretize/tensor?tensors=deep", "{\"tensor\":[1.0]}")
					.gives(400, "wrong-type", "tensors", "deep", "nested"),
				bad("no such report").json("/discretize/tensor?report=short", "{\"tensor\":[1.0]}")
					.gives(400, "wrong-type", "report", "short", "none"),
				bad("no such choice")
					.post("/discretize/conv?spike_threshold=1&unset_min_v_mem=zero", Client.NPZ,
							Containers.npz(Map.of("weight", PAIR)))
					.gives(400, "wrong-type", "unset_min_v_mem", "zero", "reference")
					.at("/unset_min_v_mem"),
				bad("a threshold list")
					.post("/discretize/conv?spike_threshold=1,1", Client.NPZ, Containers.npz(Map.of("weight", PAIR)))
					.gives(400, "wrong-type", "spike_threshold", "1,1", "number"),
				bad("half an escape").json("/scale?bits=%8", "{\"tensor\":[1.0]}")
					.gives(400, "malformed", "percent-encoding"),
				bad("an escape that is none").json("/scale?bits=%zz", "{\"tensor\":[1.0]}")
					.gives(400, "malformed", "percent-encoding"),
				bad("an escape that is no UTF-8").json("/scale?b%ffts=8", "{\"tensor\":[1.0]}")
					.gives(400, "unknown-member", "bits is expected"));
	}

	static Stream<BadInput> raw() {
		return Stream.of(
				bad("no layout").post("/scale", Client.RAW, PAIR_BYTES)
					.gives(400, "missing-member", "query parameter", "is missing"),
				bad("no shape").post("/scale?dtype=float32", Client.RAW, PAIR_BYTES)
					.gives(400, "missing-member", "shape", "16,2,5,5"),
				bad("no dtype").post("/scale?shape=2", Client.RAW, PAIR_BYTES)
					.gives(400, "missing-member", "dtype", "float32"),
				bad("an unknown dtype").post("/scale?dtype=f4&shape=2", Client.RAW, PAIR_BYTES)
					.gives(400, "unsupported-dtype", "f4", "float32, float64"),
				bad("an empty dtype").post("/scale?dtype=&shape=2", Client.RAW, PAIR_BYTES)
					.gives(400, "unsupported-dtype", "dtype"),
				bad("brackets").post("/scale?dtype=float32&shape=%5B2%5D", Client.RAW, PAIR_BYTES)
					.gives(400, "wrong-type", "shape", "[2]", "16,2,5,5"),
				bad("spaces").post("/scale?dtype=float32&shape=1,+2", Client.RAW, PAIR_BYTES)
					.gives(400, "wrong-type", "shape", "dimension 1"),
				bad("an empty dimension").post("/scale?dtype=float32&shape=2,", Client.RAW, PAIR_BYTES)
					.gives(400, "wrong-type", "shape", "dimension 1"),
				bad("a negative dimension").post("/scale?dtype=float32&shape=-2", Client.RAW, PAIR_BYTES)
					.gives(400, "wrong-type", "shape", "-2"),
				bad("a dimension of 19 digits")
					.post("/scale?dtype=float32&shape=1000000000000000000", Client.RAW, PAIR_BYTES)
					.gives(400, "wrong-type", "shape", "18 digits"),
				bad("a shape beyond 2^63")
					.post("/scale?dtype=float32&shape=4294967296,4294967296", Client.RAW, PAIR_BYTES)
					.gives(400, "shape-mismatch", "2^63 - 1")
					.at("/tensor"),
				bad("nine dimensions").post("/scale?dtype=float32&shape=1,1,1,1,1,1,1,1,2", Client.RAW, PAIR_BYTES)
					.gives(413, "limit-exceeded", "9 dimensions", "at most 8", "limits.rank"),
				bad("too few bytes").post("/scale?dtype=float32&shape=3", Client.RAW, PAIR_BYTES)
					.gives(400, "shape-mismatch", "12 bytes", "8 found", "[3] of float32")
					.at("/tensor"),
				bad("too many bytes").post("/scale?dtype=float32&shape=1", Client.RAW, PAIR_BYTES)
					.gives(400, "shape-mismatch", "4 bytes", "8 found")
					.at("/tensor"),
				bad("no bytes").post("/scale?dtype=float32&shape=1", Client.RAW, NOTHING)
					.gives(400, "shape-mismatch", "4 bytes", "0 found")
					.at("/tensor"),
				bad("bytes of another type").post("/scale?dtype=float64&shape=2", Client.RAW, PAIR_BYTES)
					.gives(400, "shape-mismatch", "16 bytes", "8 found", "float64")
					.at("/tensor"),
				bad("a shape no one has sent").post("/scale?dtype=float32&shape=67108864", Client.RAW, PAIR_BYTES)
					.gives(400, "shape-mismatch", "268435456 bytes", "8 found")
					.at("/tensor"),
				bad("raw for a layer").post("/discretize/conv?dtype=float32&shape=2", Client.RAW, PAIR_BYTES)
					.gives(415, "unsupported-media-type", Client.RAW, Client.NPZ));
	}

	static Stream<BadInput> npy() {
		byte[] good = Containers.npy(PAIR);
		return Stream.of(
				bad("nothing").post("/scale", Client.NPY, NOTHING)
					.gives(400, "truncated", "tensor", "0 found")
					.at("/tensor"),
				bad("JSON").post("/scale", Client.NPY, "{\"tensor\":[1.0]}".getBytes(StandardCharsets.UTF_8))
					.gives(400, "malformed", "93 4e 55 4d 50 59", "7b 22")
					.at("/tensor"),
				bad("an npz").post("/scale", Client.NPY, Containers.npz(Map.of("tensor", PAIR)))
					.gives(400, "malformed", "npy", "50 4b")
					.at("/tensor"),
				bad("version 4").post("/scale", Client.NPY, with(good, 6, 4))
					.gives(400, "unsupported-format", "version 4.0", "3.0")
					.at("/tensor"),
				bad("half a header").post("/scale", Client.NPY, Arrays.copyOf(good, 40))
					.gives(400, "truncated", "header")
					.at("/tensor"),
				bad("a missing element").post("/scale", Client.NPY, Arrays.copyOf(good, good.length - 4))
					.gives(400, "shape-mismatch", "8 bytes", "4 bytes follow")
					.at("/tensor"),
				bad("a trailing byte").post("/scale", Client.NPY, Arrays.copyOf(good, good.length + 1))
					.gives(400, "trailing-bytes", "8 bytes", "9 bytes follow")
					.at("/tensor"),
				bad("a pickle").post("/scale", Client.NPY, Containers.npy("|O", false, "(2,)", PAIR_BYTES))
					.gives(400, "unsupported-dtype", "pickled")
					.at("/tensor"),
				bad("strings").post("/scale", Client.NPY, Containers.npy("<U2", false, "(1,)", PAIR_BYTES))
					.gives(400, "unsupported-dtype", "<U2")
					.at("/tensor"),
				bad("complex numbers").post("/scale", Client.NPY, Containers.npy("<c8", false, "(1,)", PAIR_BYTES))
					.gives(400, "unsupported-dtype", "<c8")
					.at("/tensor"),
				bad("raw bfloat16").post("/scale", Client.NPY, Containers.npy("|V2", false, "(4,)", PAIR_BYTES))
					.gives(400, "unsupported-dtype", "bfloat16", "safetensors")
					.at("/tensor"),
				bad("native order").post("/scale", Client.NPY, Containers.npy("=f4", false, "(2,)", PAIR_BYTES))
					.gives(400, "unsupported-dtype", "byte order")
					.at("/tensor"),
				bad("fields")
					.post("/scale", Client.NPY,
							Containers.npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }",
									PAIR_BYTES))
					.gives(400, "unsupported-dtype", "structured")
					.at("/tensor"),
				bad("a header that is no dict").post("/scale", Client.NPY, Containers.npy("exit()", PAIR_BYTES))
					.gives(400, "malformed", "'{'")
					.at("/tensor"),
				bad("no descr")
					.post("/scale", Client.NPY, Containers.npy("{'fortran_order': False, 'shape': (2,), }", PAIR_BYTES))
					.gives(400, "missing-member", "descr")
					.at("/tensor"),
				bad("another key")
					.post("/scale", Client.NPY,
							Containers.npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'scale': 1}",
									PAIR_BYTES))
					.gives(400, "unknown-member", "scale")
					.at("/tensor"),
				bad("a key twice")
					.post("/scale", Client.NPY,
							Containers.npy("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
									PAIR_BYTES))
					.gives(400, "duplicate-name", "descr", "twice")
					.at("/tensor"),
				bad("a negative dimension")
					.post("/scale", Client.NPY, Containers.npy("<f4", false, "(-2,)", PAIR_BYTES))
					.gives(400, "wrong-type", "whole number")
					.at("/tensor"),
				bad("a string for fortran_order")
					.post("/scale", Client.NPY,
							Containers.npy("{'descr': '<f4', 'fortran_order': 'no', 'shape': (2,)}", PAIR_BYTES))
					.gives(400, "wrong-type", "True or False")
					.at("/tensor"),
				bad("a shape no one has sent")
					.post("/scale", Client.NPY, Containers.npy("<f4", false, "(65536, 65536)", PAIR_BYTES))
					.gives(413, "limit-exceeded", "4294967296 elements", "67108864", "limits.elements"),
				bad("a shape beyond all")
					.post("/scale", Client.NPY,
							Containers.npy("<f4", false, "(99999999999999999999, 99999999999999999999)", PAIR_BYTES))
					.gives(400, "shape-mismatch", "tensor", "2^63 - 1")
					.at("/tensor"),
				bad("npy for a layer").post("/discretize/conv", Client.NPY, good)
					.gives(415, "unsupported-media-type", Client.NPY, Client.NPZ));
	}

	static Stream<BadInput> npz() {
		byte[] good = Containers.npz(Map.of("weight", PAIR));
		return Stream.of(bad("nothing").post("/scale", Client.NPZ, NOTHING).gives(400, "malformed", "npz", "zip"),
				bad("an npy").post("/scale", Client.NPZ, Containers.npy(PAIR)).gives(400, "malformed", "zip"),
				bad("half an archive").post("/scale", Client.NPZ, Arrays.copyOf(good, good.length / 2))
					.gives(400, "truncated", "directory"),
				bad("a trailing byte").post("/scale", Client.NPZ, Arrays.copyOf(good, good.length + 1))
					.gives(400, "trailing-bytes", "1 bytes"),
				bad("something before it").post("/scale", Client.NPZ, joined(new byte[] { 7 }, good))
					.gives(400, "malformed", "npz archive"),
				bad("an entry that is no npy")
					.post("/scale", Client.NPZ, Containers.zip(Map.of("tensor.txt", PAIR_BYTES)))
					.gives(400, "unknown-member", "tensor.txt", ".npy"),
				bad("an npy that is none").post("/scale", Client.NPZ, Containers.zip(Map.of("tensor.npy", PAIR_BYTES)))
					.gives(400, "malformed", "npy")
					.at("/tensor"),
				bad("an npy with trailing bytes")
					.post("/scale", Client.NPZ,
							Containers.zip(Map.of("tensor.npy", joined(Containers.npy(PAIR), new byte[1]))))
					.gives(400, "trailing-bytes", "tensor")
					.at("/tensor"),
				bad("a pickle")
					.post("/discretize/conv?spike_threshold=1", Client.NPZ,
							Containers.zip(Map.of("weight.npy", Containers.npy("|O", false, "(1,)", NOTHING))))
					.gives(400, "unsupported-dtype", "weight", "pickled")
					.at("/weight"),
				bad("no tensors").post("/scale", Client.NPZ, Containers.npz(Map.of()))
					.gives(400, "missing-member", "0 tensors", "tensor")
					.at("/tensor"),
				bad("two tensors, none named").post("/scale", Client.NPZ, Containers.npz(Map.of("a", PAIR, "b", PAIR)))
					.gives(400, "missing-member", "2 tensors", "tensor")
					.at("/tensor"),
				bad("a name that answers use")
					.post("/discretize/tensor", Client.NPZ, Containers.npz(Map.of("scale", PAIR)))
					.gives(400, "unknown-member", "scale", "tensor")
					.at("/scale"),
				bad("an unknown tensor")
					.post("/discretize/conv?spike_threshold=1", Client.NPZ,
							Containers.npz(Map.of("weight", PAIR, "gain", PAIR)))
					.gives(400, "unknown-member", "gain", "weight, bias")
					.at("/gain"),
				bad("no weight")
					.post("/discretize/conv?spike_threshold=1", Client.NPZ, Containers.npz(Map.of("bias", PAIR)))
					.gives(400, "missing-member", "weight")
					.at("/weight"),
				bad("an option as a tensor")
					.post("/discretize/conv?spike_threshold=1", Client.NPZ,
							Containers.npz(Map.of("weight", PAIR, "to_int", Values.scalar(1))))
					.gives(400, "unknown-member", "to_int")
					.at("/to_int"),
				bad("a broken CRC").post("/discretize/conv?spike_threshold=1", Client.NPZ, brokenCrc())
					.gives(400, "malformed", "weight")
					.at("/weight"));
	}

	static Stream<BadInput> safetensors() {
		byte[] good = Containers.safetensors(Map.of("tensor", PAIR));
		String entry = "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
		return Stream
			.of(bad("nothing").post("/scale", Client.SAFETENSORS, NOTHING)
				.gives(400, "truncated", "8 bytes", "0 found"),
					bad("a header that is not there").post("/scale", Client.SAFETENSORS, Arrays.copyOf(good, 20))
						.gives(400, "truncated", "header", "12 found"),
					bad("a header longer than 2^63")
						.post("/scale", Client.SAFETENSORS, bytes(0, 0, 0, 0, 0, 0, 0, 0xff))
						.gives(413, "limit-exceeded", "header", "limits.header"),
					bad("a header over the limit").post("/scale", Client.SAFETENSORS, bytes(1, 0, 16, 0, 0, 0, 0, 0))
						.gives(413, "limit-exceeded", "1048577", "1048576", "limits.header"),
					bad("a header that is no JSON")
						.post("/scale", Client.SAFETENSORS, Containers.safetensors("tensor", PAIR_BYTES))
						.gives(400, "malformed", "header", "JSON"),
					bad("a header that is an array")
						.post("/scale", Client.SAFETENSORS, Containers.safetensors("[]", NOTHING))
						.gives(400, "malformed", "header", "object"),
					bad("a missing byte").post("/scale", Client.SAFETENSORS, Arrays.copyOf(good, good.length - 1))
						.gives(400, "truncated", good.length + " bytes expected", (good.length - 1) + " found"),
					bad("a trailing byte").post("/scale", Client.SAFETENSORS, Arrays.copyOf(good, good.length + 1))
						.gives(400, "trailing-bytes", good.length + " bytes expected", (good.length + 1) + " found"),
					bad("a name twice")
						.post("/scale", Client.SAFETENSORS,
								Containers.safetensors("{\"tensor\":%s,\"tensor\":%s}".formatted(entry, entry),
										PAIR_BYTES))
						.gives(400, "duplicate-name", "tensor", "twice"),
					bad("a gap")
						.post("/scale", Client.SAFETENSORS, Containers.safetensors(
								"{\"tensor\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", PAIR_BYTES))
						.gives(400, "malformed", "tensor", "begin at 4", "expected at 0")
						.at("/tensor"),
					bad("an overlap")
						.post("/discretize/conv", Client.SAFETENSORS,
								Containers.safetensors("{\"weight\":%s,\"bias\":%s}".formatted(entry, entry),
										PAIR_BYTES))
						.gives(400, "malformed", "begin at 0", "expected at 8")
						.at("/bias"),
					bad("another shape")
						.post("/scale", Client.SAFETENSORS,
								Containers.safetensors(
										"{\"tensor\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
										PAIR_BYTES))
						.gives(400, "shape-mismatch", "12 bytes", "[3]", "8 found")
						.at("/tensor"),
					bad("an unknown dtype").post("/scale", Client.SAFETENSORS, Containers.safetensors(
							"{\"tensor\":{\"dtype\":\"F8_E4M3\",\"shape\":[8],\"data_offsets\":[0,8]}}", PAIR_BYTES))
						.gives(400, "unsupported-dtype", "F8_E4M3", "F32")
						.at("/tensor"),
					bad("no dtype")
						.post("/scale", Client.SAFETENSORS,
								Containers.safetensors("{\"tensor\":{\"shape\":[2],\"data_offsets\":[0,8]}}",
										PAIR_BYTES))
						.gives(400, "missing-member", "dtype")
						.at("/tensor"),
					bad("a string in the shape").post("/scale", Client.SAFETENSORS, Containers.safetensors(
							"{\"tensor\":{\"dtype\":\"F32\",\"shape\":[\"2\"],\"data_offsets\":[0,8]}}", PAIR_BYTES))
						.gives(400, "wrong-type", "shape", "integers")
						.at("/tensor"),
					bad("metadata that is no text")
						.post("/scale", Client.SAFETENSORS,
								Containers.safetensors("{\"__metadata__\":{\"a\":1},\"tensor\":%s}".formatted(entry),
										PAIR_BYTES))
						.gives(400, "wrong-type", "__metadata__", "strings")
						.at("/__metadata__"),
					bad("no tensors").post("/scale", Client.SAFETENSORS, Containers.safetensors("{}", NOTHING))
						.gives(400, "missing-member", "0 tensors")
						.at("/tensor"),
					bad("two tensors, none named")
						.post("/discretize/tensor", Client.SAFETENSORS,
								Containers.safetensors(Map.of("a", PAIR, "b", PAIR)))
						.gives(400, "missing-member", "2 tensors", "tensor")
						.at("/tensor"),
					bad("an unknown tensor")
						.post("/discretize/conv?spike_threshold=1", Client.SAFETENSORS,
								Containers.safetensors(Map.of("conv.weight", PAIR)))
						.gives(400, "unknown-member", "conv.weight", "weight, bias")
						.at("/conv.weight"),
					bad("no spike_threshold")
						.post("/discretize/spike", Client.SAFETENSORS, Containers.safetensors(Map.of("weight", PAIR)))
						.gives(400, "missing-member", "spike_threshold")
						.at("/spike_threshold"));
	}

	static Stream<BadInput> mediaTypes() {
		return Stream.of(
				bad("no content type")
					.send("POST", "/api/v1/scale", "{\"tensor\":[1.0]}".getBytes(StandardCharsets.UTF_8))
					.gives(415, "unsupported-media-type", "missing", Client.JSON),
				bad("an empty content type").post("/scale", "", NOTHING)
					.gives(415, "unsupported-media-type", Client.JSON),
				bad("a form")
					.post("/scale", "application/x-www-form-urlencoded", "bits=8".getBytes(StandardCharsets.UTF_8))
					.gives(415, "unsupported-media-type", "form-urlencoded", Client.JSON),
				bad("a multipart form")
					.post("/scale", "multipart/form-data; boundary=x", "--x--".getBytes(StandardCharsets.UTF_8))
					.gives(415, "unsupported-media-type", "multipart/form-data", Client.JSON),
				bad("a content type that is none").post("/scale", "json", NOTHING)
					.gives(415, "unsupported-media-type", "json is not understood", Client.JSON),
				bad("a wildcard").post("/scale", "*/*", NOTHING).gives(415, "unsupported-media-type", "*/*"),
				bad("another charset")
					.post("/scale", "application/json; charset=ISO-8859-1", "{}".getBytes(StandardCharsets.UTF_8))
					.gives(415, "unsupported-media-type", "ISO-8859-1", "utf-8"),
				bad("an unknown charset")
					.post("/scale", "application/json; charset=utf-7", "{}".getBytes(StandardCharsets.UTF_8))
					.gives(415, "unsupported-media-type", "utf-7", Client.JSON),
				bad("binary for a scalar").post("/discretize/scalar", Client.NPY, Containers.npy(PAIR))
					.gives(415, "unsupported-media-type", Client.NPY, Client.JSON),
				bad("gzip").json("/scale", "{}")
					.header("Content-Encoding: gzip")
					.gives(415, "unsupported-content-coding", "gzip", "identity"),
				bad("gzip after identity").json("/scale", "{}")
					.header("Content-Encoding: identity, gzip")
					.gives(415, "unsupported-content-coding", "gzip"),
				bad("an unknown coding").json("/scale", "{}")
					.header("Content-Encoding: zstd")
					.gives(415, "unsupported-content-coding", "zstd"),
				bad("an answer there is not").json("/discretize/tensor", "{\"tensor\":[1.0]}")
					.header("Accept: text/html")
					.gives(406, "not-acceptable", Client.JSON, Client.NPY, Client.NPZ, Client.SAFETENSORS, Client.RAW),
				bad("npy for a layer").json("/discretize/conv", LAYER)
					.header("Accept: " + Client.NPY)
					.gives(406, "not-acceptable", Client.JSON, Client.NPZ, Client.SAFETENSORS),
				bad("binary from /scale").json("/scale", "{\"tensor\":[1.0]}")
					.header("Accept: " + Client.SAFETENSORS)
					.gives(406, "not-acceptable", Client.JSON),
				bad("all excluded").json("/discretize/tensor", "{\"tensor\":[1.0]}")
					.header("Accept: */*;q=0")
					.gives(406, "not-acceptable", Client.JSON),
				bad("an Accept that is none").json("/discretize/tensor", "{\"tensor\":[1.0]}")
					.header("Accept: json please")
					.gives(406, "not-acceptable", "Accept", Client.JSON),
				bad("a broken quality").json("/discretize/tensor", "{\"tensor\":[1.0]}")
					.header("Accept: application/json;q=high")
					.gives(406, "not-acceptable", "Accept", Client.JSON));
	}

	static Stream<BadInput> routes() {
		return Stream.of(
				bad("GET").send("GET", "/api/v1/discretize/tensor", NOTHING)
					.gives(405, "method-not-allowed", "GET", "POST"),
				bad("PUT").send("PUT", "/api/v1/scale", NOTHING).gives(405, "method-not-allowed", "PUT", "POST"),
				bad("DELETE").send("DELETE", "/api/v1/discretize/conv", NOTHING)
					.gives(405, "method-not-allowed", "DELETE", "POST"),
				bad("PATCH").send("PATCH", "/api/v1/discretize/conv", NOTHING)
					.gives(405, "method-not-allowed", "PATCH", "POST"),
				bad("a path of the API that is none").json("/discretize", "{}").gives(404, "not-found", "/v3/api-docs"),
				bad("a slash at the end").json("/scale/", "{}").gives(404, "not-found", "path"),
				bad("another version").send("POST", "/api/v2/scale", NOTHING).gives(404, "not-found", "path"),
				bad("another case").json("/Scale", "{}").gives(404, "not-found", "path"),
				bad("a favicon").send("GET", "/favicon.ico", NOTHING).gives(404, "not-found", "path"),
				bad("the actuator on the main port").send("GET", "/actuator/health", NOTHING)
					.gives(404, "not-found", "path"),
				bad("the error page").send("GET", "/error", NOTHING).gives(404, "not-found", "path"));
	}

	static Stream<BadInput> impossible() {
		List<BadInput> all = new ArrayList<>();
		for (long bits : new long[] { -8, 0, 1, 25, 32, Long.MAX_VALUE }) {
			all.add(bad("bits " + bits).json("/scale", "{\"tensor\":[1.0],\"bits\":%d}".formatted(bits))
				.gives(422, "bits-out-of-range", "bits is " + bits, "2 to 24")
				.at("/bits"));
		}
		for (String member : List.of("weight_bits", "bias_bits", "state_bits")) {
			all.add(bad(member)
				.json("/discretize/conv",
						LAYER.replace("}}", "}").replace("{\"conv\"", "{\"%s\":25,\"conv\"".formatted(member)))
				.gives(422, "bits-out-of-range", member + " is 25", "2 to 24")
				.at("/" + member));
		}
		for (String value : List.of("0", "-1.0", "1e-60")) {
			all.add(bad("scaling " + value)
				.json("/discretize/tensor", "{\"tensor\":[1.0],\"scaling\":%s}".formatted(value))
				.gives(422, "factor-not-positive", "scaling is", "above zero")
				.at("/scaling"));
			all.add(bad("rescale " + value).json("/discretize/conv?rescale=" + value, LAYER)
				.gives(422, "factor-not-positive", "rescale is", "above zero")
				.at("/rescale"));
		}
		all.addAll(List.of(
				bad("a huge integer for bits").json("/scale", "{\"tensor\":[1.0],\"bits\":99999999999999999999}")
					.gives(422, "bits-out-of-range", "2 to 24")
					.at("/bits"),
				bad("bits in the query").post("/discretize/tensor?bits=25", Client.NPY, Containers.npy(PAIR))
					.gives(422, "bits-out-of-range", "bits is 25", "2 to 24")
					.at("/bits"),
				bad("an infinite scaling").json("/discretize/tensor", "{\"tensor\":[1.0],\"scaling\":1e39}")
					.gives(422, "not-finite", "scaling is Infinity", "finite")
					.at("/scaling"),
				bad("an infinite scaling in the query").json("/discretize/tensor?scaling=1e39", "{\"tensor\":[1.0]}")
					.gives(422, "not-finite", "scaling is Infinity", "finite")
					.at("/scaling"),
				bad("an infinite rescale").json("/discretize/conv?rescale=1e400", LAYER)
					.gives(422, "not-finite", "rescale is Infinity", "finite")
					.at("/rescale"),
				bad("1e400 in a tensor").json("/scale", "{\"tensor\":[1.0,1e400,-1e400]}")
					.gives(422, "not-finite", "tensor", "element 1 is Infinity", "2 of 3")
					.at("/tensor"),
				bad("1e39 in a tensor").json("/discretize/tensor", "{\"tensor\":[[1.0],[-1e39]]}")
					.gives(422, "not-finite", "tensor", "element 1 is -Infinity", "1 of 2")
					.at("/tensor"),
				bad("NaN in npy")
					.post("/discretize/tensor", Client.NPY, Containers.npy(Values.vector(1, Double.NaN, 2)))
					.gives(422, "not-finite", "element 1 is NaN", "1 of 3")
					.at("/tensor"),
				bad("NaN in raw")
					.post("/scale?dtype=float16&shape=2", Client.RAW,
							Values.of("float16", new int[] { 2 }, Double.NaN, 1).bytes())
					.gives(422, "not-finite", "element 0 is NaN", "1 of 2")
					.at("/tensor"),
				bad("infinity in base64").json("/scale", base64Tensor("[1]", "AACAfw=="))
					.gives(422, "not-finite", "element 0 is Infinity")
					.at("/tensor"),
				bad("NaN in the weight")
					.post("/discretize/conv?spike_threshold=1", Client.SAFETENSORS,
							Containers.safetensors(Map.of("weight", Values.vector(Double.NaN))))
					.gives(422, "not-finite", "weight", "NaN")
					.at("/weight"),
				bad("NaN in the bias")
					.post("/discretize/conv?spike_threshold=1", Client.NPZ,
							Containers.npz(Map.of("weight", PAIR, "bias", Values.vector(0, Double.NaN))))
					.gives(422, "not-finite", "bias", "element 1 is NaN")
					.at("/bias"),
				bad("NaN in the state")
					.post("/discretize/spike?spike_threshold=1", Client.NPZ,
							Containers.npz(Map.of("weight", PAIR, "v_mem", Values.vector(Double.NaN))))
					.gives(422, "not-finite", "v_mem", "NaN")
					.at("/v_mem"),
				bad("NaN as threshold")
					.post("/discretize/conv", Client.NPZ,
							Containers.npz(Map.of("weight", PAIR, "spike_threshold", Values.scalar(Double.NaN))))
					.gives(422, "not-finite", "spike_threshold", "NaN")
					.at("/spike_threshold"),
				bad("a float64 beyond binary32")
					.post("/scale", Client.NPY, Containers.npy(Values.of("float64", new int[] { 1 }, 1e300)))
					.gives(422, "not-finite", "Infinity")
					.at("/tensor"),
				bad("a product beyond binary32").json("/discretize/tensor", "{\"tensor\":[1e38,1.0],\"scaling\":1e30}")
					.gives(422, "not-finite", "element 0", "scale 1.0E30", "1 of 2")
					.at("/tensor"),
				bad("a rescaled weight beyond binary32")
					.json("/discretize/conv?rescale=1e38", LAYER.replace("1.0,-0.5", "1e3,1.0"))
					.gives(422, "not-finite", "weight", "rescale 1.0E38")
					.at("/conv/weight"),
				bad("thresholds that differ")
					.json("/discretize/conv", LAYER.replace("\"spike_threshold\":1.0", "\"spike_threshold\":[1.0,1.5]"))
					.gives(422, "thresholds-differ", "spike_threshold", "1.0 to 1.5", "[2]")
					.at("/spike_threshold"),
				bad("lower thresholds that differ")
					.post("/discretize/spike?spike_threshold=1", Client.SAFETENSORS,
							Containers.safetensors(Map.of("weight", PAIR, "min_v_mem", Values.vector(-1, -2))))
					.gives(422, "thresholds-differ", "min_v_mem", "-2.0 to -1.0")
					.at("/min_v_mem"),
				bad("a threshold of zero").json("/discretize/conv", LAYER.replace("_threshold\":1.0", "_threshold\":0"))
					.gives(422, "threshold-impossible", "spike_threshold is 0.0", "above zero")
					.at("/spike_threshold"),
				bad("a negative threshold")
					.json("/discretize/conv", LAYER.replace("_threshold\":1.0", "_threshold\":-1"))
					.gives(422, "threshold-impossible", "spike_threshold is -1.0")
					.at("/spike_threshold"),
				bad("a threshold that is zero in binary32")
					.json("/discretize/conv", LAYER.replace("_threshold\":1.0", "_threshold\":1e-50"))
					.gives(422, "threshold-impossible", "spike_threshold is 0.0")
					.at("/spike_threshold"),
				bad("min_v_mem at the threshold").json("/discretize/conv", LAYER.replace("v_mem\":-1.0", "v_mem\":1.0"))
					.gives(422, "threshold-impossible", "min_v_mem is 1.0", "below spike_threshold 1.0")
					.at("/min_v_mem"),
				bad("min_v_mem above the threshold")
					.post("/discretize/spike?spike_threshold=1&min_v_mem=2", Client.NPZ,
							Containers.npz(Map.of("weight", PAIR)))
					.gives(422, "threshold-impossible", "min_v_mem is 2.0")
					.at("/min_v_mem"),
				bad("an empty threshold").json("/discretize/conv", LAYER.replace("_threshold\":1.0", "_threshold\":[]"))
					.gives(422, "empty-tensor", "spike_threshold", "[0]")
					.at("/spike_threshold"),
				bad("a bias of another length").json("/discretize/conv", LAYER.replace("]]}", "]],\"bias\":[0.1,0.2]}"))
					.gives(422, "shape-impossible", "bias", "[2]", "[1] is expected")
					.at("/conv/bias"),
				bad("a bias of rank 2").json("/discretize/conv", LAYER.replace("]]}", "]],\"bias\":[[0.1]]}"))
					.gives(422, "shape-impossible", "bias", "[1, 1]", "[1] is expected")
					.at("/conv/bias"),
				bad("a bias of rank 0").json("/discretize/conv", LAYER.replace("]]}", "]],\"bias\":0.1}"))
					.gives(422, "shape-impossible", "bias", "[]", "[1] is expected")
					.at("/conv/bias"),
				bad("a weight of rank 0").json("/discretize/conv", LAYER.replace("[[1.0,-0.5]]", "1.0"))
					.gives(422, "shape-impossible", "weight", "rank 0", "1 is expected")
					.at("/conv/weight"),
				bad("an empty tensor").json("/scale", "{\"tensor\":[]}")
					.gives(422, "empty-tensor", "tensor", "[0]")
					.at("/tensor"),
				bad("empty rows").json("/discretize/tensor", "{\"tensor\":[[],[]]}")
					.gives(422, "empty-tensor", "tensor", "[2, 0]")
					.at("/tensor"),
				bad("an empty raw tensor").post("/scale?dtype=float32&shape=0,3", Client.RAW, NOTHING)
					.gives(422, "empty-tensor", "[0, 3]")
					.at("/tensor"),
				bad("an empty weight").json("/discretize/conv", LAYER.replace("[[1.0,-0.5]]", "[[]]"))
					.gives(422, "empty-tensor", "weight", "[1, 0]")
					.at("/conv/weight"),
				bad("an empty state").json("/discretize/conv", LAYER.replace("{\"conv\"", "{\"v_mem\":[],\"conv\""))
					.gives(422, "empty-tensor", "v_mem")
					.at("/v_mem"),
				bad("an all-zero tensor").json("/discretize/tensor", "{\"tensor\":[0.0,-0.0]}")
					.gives(422, "no-scale", "tensor", "scaling")
					.at("/tensor"),
				bad("a tensor that is too small").json("/discretize/tensor", "{\"tensor\":[1e-38]}")
					.gives(422, "no-scale", "tensor", "1.0E-38", "E-37 is expected")
					.at("/tensor"),
				bad("a layer without a limit")
					.json("/discretize/conv?unset_min_v_mem=chip_minimum",
							"{\"conv\":{\"weight\":[0.0]},\"spike_threshold\":1e-37}")
					.gives(422, "no-scale", "limit"),
				bad("a scalar beyond a long").json("/discretize/scalar", "{\"value\":1e19,\"scaling\":1}")
					.gives(422, "scalar-out-of-range", "1.0E19", "2^63")
					.at("/value"),
				bad("an infinite value").json("/discretize/scalar", "{\"value\":1e400,\"scaling\":1}")
					.gives(422, "not-finite", "value is Infinity")
					.at("/value"),
				bad("a scalar's infinite scaling").json("/discretize/scalar", "{\"value\":1,\"scaling\":1e400}")
					.gives(422, "not-finite", "scaling is Infinity")
					.at("/scaling"),
				bad("a scalar's scaling of zero").json("/discretize/scalar", "{\"value\":1,\"scaling\":0}")
					.gives(422, "factor-not-positive", "scaling is 0.0")
					.at("/scaling"),
				bad("a scalar's negative scaling").json("/discretize/scalar?scaling=-1", "{\"value\":1}")
					.gives(422, "factor-not-positive", "scaling is -1.0")
					.at("/scaling")));
		return all.stream();
	}

	/**
	 * What is malformed is said before what is impossible, wherever each of them stands.
	 */
	static Stream<BadInput> precedence() {
		return Stream.of(
				bad("infinity, then an unknown member").json("/scale", "{\"tensor\":[1e400],\"bit\":8}")
					.gives(400, "unknown-member", "bit")
					.at("/bit"),
				bad("infinity, then a member twice")
					.json("/discretize/tensor", "{\"tensor\":[1e400],\"bits\":8,\"bits\":8}")
					.gives(400, "duplicate-name", "bits")
					.at("/bits"),
				bad("infinity, then the end").json("/scale", "{\"tensor\":[1e400]").gives(400, "truncated", "ends"),
				bad("infinity, then trailing bytes").json("/scale", "{\"tensor\":[1e400]}]")
					.gives(400, "trailing-bytes", "follows"),
				bad("bits of 99 and a missing tensor").json("/scale", "{\"bits\":99}")
					.gives(400, "missing-member", "tensor")
					.at("/tensor"),
				bad("bits of 99 and an unknown parameter").json("/scale?bits=99&bit=8", "{\"tensor\":[1.0]}")
					.gives(400, "unknown-member", "bit"),
				bad("infinity and bits twice").json("/scale?bits=99", "{\"tensor\":[1e400],\"bits\":8}")
					.gives(400, "duplicate-name", "bits")
					.at("/bits"),
				bad("a negative threshold and an unknown choice")
					.json("/discretize/conv",
							"{\"conv\":{\"weight\":[1.0]},\"spike_threshold\":-1,\"unset_min_v_mem\":\"zero\"}")
					.gives(400, "wrong-type", "unset_min_v_mem")
					.at("/unset_min_v_mem"),
				bad("an empty weight and a missing threshold").json("/discretize/conv", "{\"conv\":{\"weight\":[]}}")
					.gives(400, "missing-member", "spike_threshold")
					.at("/spike_threshold"),
				bad("NaN and trailing bytes in npy")
					.post("/scale", Client.NPY, joined(Containers.npy(Values.vector(Double.NaN)), new byte[1]))
					.gives(400, "trailing-bytes", "4 bytes")
					.at("/tensor"),
				bad("NaN and an unknown tensor")
					.post("/discretize/conv?spike_threshold=1", Client.NPZ,
							Containers.npz(ordered("weight", Values.vector(Double.NaN), "gain", PAIR)))
					.gives(400, "unknown-member", "gain")
					.at("/gain"),
				bad("a scalar beyond a long and no scaling").json("/discretize/scalar", "{\"value\":1e400}")
					.gives(400, "missing-member", "scaling")
					.at("/scaling"));
	}

	private static Map<String, Values> ordered(String first, Values one, String second, Values two) {
		Map<String, Values> tensors = new LinkedHashMap<>();
		tensors.put(first, one);
		tensors.put(second, two);
		return tensors;
	}

	/** The last element of the content is changed, which the sum then does not fit. */
	private static byte[] brokenCrc() {
		byte[] archive = Containers.npz(Map.of("weight", PAIR));
		// The directory's entry starts with its signature; its CRC stands at byte 16.
		for (int i = 0; i < archive.length - 4; i++) {
			if (archive[i] == 'P' && archive[i + 1] == 'K' && archive[i + 2] == 1 && archive[i + 3] == 2) {
				archive[i + 16] ^= 1;
				return archive;
			}
		}
		throw new AssertionError("no directory");
	}

	private static byte[] with(byte[] bytes, int at, int value) {
		byte[] changed = bytes.clone();
		changed[at] = (byte) value;
		return changed;
	}

	private static byte[] joined(byte[] first, byte[] second) {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		all.writeBytes(first);
		all.writeBytes(second);
		return all.toByteArray();
	}

	private static byte[] bytes(int... values) {
		byte[] bytes = new byte[values.length];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) values[i];
		}
		return bytes;
	}

}
