package dev.discretizer.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
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
	@MethodSource({ "json", "jsonTexts", "jsonMembers", "jsonTensors", "queries", "raw", "npy", "npz", "safetensors",
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

	/** Every text in JSON, a line each: what is sent, and what the answer must say. */
	static Stream<BadInput> json() throws IOException {
		return Files.readAllLines(Path.of("src/test/resources/bad-input.jsonl"), StandardCharsets.UTF_8)
			.stream()
			.map(Json::parse)
			.map(BadInput::of);
	}

	static Stream<BadInput> jsonTexts() {
		return Stream.of(
				bad("a number of 1001 digits").json("/scale", "{\"tensor\":[%s]}".formatted("1".repeat(1001)))
					.gives(400, "malformed", "1000 characters"),
				bad("Latin-1")
					.post("/scale", Client.JSON, "{\"t\u00e4nsor\":[1.0]}".getBytes(StandardCharsets.ISO_8859_1))
					.gives(400, "malformed", "0x6e", "UTF-8"),
				bad("a lone continuation").post("/scale", Client.JSON, bytes('{', '"', 0x80, '"', ':', '1', '}'))
					.gives(400, "malformed", "0x80", "UTF-8"),
				bad("an overlong slash").post("/scale", Client.JSON, bytes('{', '"', 0xc0, 0xaf, '"', ':', '1', '}'))
					.gives(400, "malformed", "0xc0", "UTF-8"));
	}

	static Stream<BadInput> jsonMembers() {
		return Stream.of(bad("a name of 2000 characters").json("/scale", "{\"%s\":1}".formatted("a".repeat(2000)))
			.gives(400, "malformed", "1024 characters"));
	}

	static Stream<BadInput> jsonTensors() {
		return Stream.of(bad("the tensor in itself").json("/scale", "{\"tensor\":".repeat(65))
			.gives(400, "unknown-member", "tensor")
			.at("/tensor/tensor"));
	}

	private static String base64Tensor(String shape, String text) {
		return "{\"tensor\":{\"dtype\":\"float32\",\"shape\":%s,\"base64\":\"%s\"}}".formatted(shape, text);
	}

	static Stream<BadInput> queries() {
		return Stream.of(
				bad("in container and query")
					.post("/discretize/conv?spike_threshold=1", Client.NPZ,
							Containers.npz(Map.of("weight", PAIR, "spike_threshold", Values.scalar(1))))
					.gives(400, "duplicate-name", "spike_threshold", "query")
					.at("/spike_threshold"),
				bad("no such choice")
					.post("/discretize/conv?spike_threshold=1&unset_min_v_mem=zero", Client.NPZ,
							Containers.npz(Map.of("weight", PAIR)))
					.gives(400, "wrong-type", "unset_min_v_mem", "zero", "reference")
					.at("/unset_min_v_mem"),
				bad("a threshold list")
					.post("/discretize/conv?spike_threshold=1,1", Client.NPZ, Containers.npz(Map.of("weight", PAIR)))
					.gives(400, "wrong-type", "spike_threshold", "1,1", "number"));
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
					.gives(400, "truncated", "tensor", "empty, 0 bytes, an npy file is expected")
					.at("/tensor"),
				bad("JSON").post("/scale", Client.NPY, "{\"tensor\":[1.0]}".getBytes(StandardCharsets.UTF_8))
					.gives(400, "malformed", "npy file is expected", "JSON body")
					.at("/tensor"),
				bad("an npz").post("/scale", Client.NPY, Containers.npz(Map.of("tensor", PAIR)))
					.gives(400, "malformed", "npy file is expected", "npz archive")
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
					.gives(400, "shape-mismatch", "17179869184 bytes", "8 bytes follow")
					.at("/tensor"),
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
		return Stream.of(
				bad("nothing").post("/scale", Client.NPZ, NOTHING)
					.gives(400, "malformed", "the body is empty, 0 bytes, an npz archive is expected"),
				bad("an npy").post("/scale", Client.NPZ, Containers.npy(PAIR))
					.gives(400, "malformed", "npz archive", "npy file"),
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
				.gives(400, "truncated", "the body is empty, 0 bytes, a safetensors file is expected"),
					bad("a header that is not there").post("/scale", Client.SAFETENSORS, Arrays.copyOf(good, 20))
						.gives(400, "truncated", "header", "12 found"),
					bad("a header longer than 2^63")
						.post("/scale", Client.SAFETENSORS, bytes(0, 0, 0, 0, 0, 0, 0, 0xff))
						.gives(400, "malformed", "18374686479671623680"),
					bad("a header over the limit")
						.post("/scale", Client.SAFETENSORS, Arrays.copyOf(bytes(1, 0, 16, 0, 0, 0, 0, 0), 8 + 1048577))
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
				bad("another version").send("POST", "/api/v2/scale", NOTHING).gives(404, "not-found", "path"),
				bad("an icon").send("GET", "/apple-touch-icon.png", NOTHING).gives(404, "not-found", "path"),
				bad("the actuator on the main port").send("GET", "/actuator/health", NOTHING)
					.gives(404, "not-found", "path"),
				bad("the error page").send("GET", "/error", NOTHING).gives(404, "not-found", "path"));
	}

	static Stream<BadInput> impossible() {
		return Stream.of(
				bad("bits in the query").post("/discretize/tensor?bits=25", Client.NPY, Containers.npy(PAIR))
					.gives(422, "bits-out-of-range", "bits is 25", "2 to 24")
					.at("/bits"),
				bad("NaN in npy")
					.post("/discretize/tensor", Client.NPY, Containers.npy(Values.vector(1, Double.NaN, 2)))
					.gives(422, "not-finite", "element 1 is NaN", "1 of 3")
					.at("/tensor"),
				bad("NaN in raw")
					.post("/scale?dtype=float16&shape=2", Client.RAW,
							Values.of("float16", new int[] { 2 }, Double.NaN, 1).bytes())
					.gives(422, "not-finite", "element 0 is NaN", "1 of 2")
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
				bad("min_v_mem that differs")
					.post("/discretize/spike?spike_threshold=1", Client.SAFETENSORS,
							Containers.safetensors(Map.of("weight", PAIR, "min_v_mem", Values.vector(-1, -2))))
					.gives(422, "thresholds-differ", "min_v_mem", "-2.0 to -1.0")
					.at("/min_v_mem"),
				bad("min_v_mem above the threshold")
					.post("/discretize/spike?spike_threshold=1&min_v_mem=2", Client.NPZ,
							Containers.npz(Map.of("weight", PAIR)))
					.gives(422, "threshold-impossible", "min_v_mem is 2.0")
					.at("/min_v_mem"),
				bad("an empty raw tensor").post("/scale?dtype=float32&shape=0,3", Client.RAW, NOTHING)
					.gives(422, "empty-tensor", "[0, 3]")
					.at("/tensor"));
	}

	/**
	 * What is malformed is said before what is impossible, wherever each of them stands.
	 */
	static Stream<BadInput> precedence() {
		return Stream.of(
				bad("NaN and trailing bytes in npy")
					.post("/scale", Client.NPY, joined(Containers.npy(Values.vector(Double.NaN)), new byte[1]))
					.gives(400, "trailing-bytes", "4 bytes")
					.at("/tensor"),
				bad("NaN and an unknown tensor")
					.post("/discretize/conv?spike_threshold=1", Client.NPZ,
							Containers.npz(ordered("weight", Values.vector(Double.NaN), "gain", PAIR)))
					.gives(400, "unknown-member", "gain")
					.at("/gain"));
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
