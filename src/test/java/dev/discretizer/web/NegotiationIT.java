package dev.discretizer.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Every format of a request gets every format of an answer that its endpoint has, and all
 * of them say the same.
 */
@ServiceTest
class NegotiationIT {

	private static final List<String> TENSOR_TYPES = List.of(Client.JSON, Client.SAFETENSORS, Client.NPZ, Client.NPY,
			Client.RAW);

	private static final List<String> LAYER_TYPES = List.of(Client.JSON, Client.SAFETENSORS, Client.NPZ);

	private static final Values TENSOR = Values.pattern(3, 2, 5);

	private static final Values WEIGHT = Values.pattern(4, 3, 2, 2);

	private static final Values BIAS = Values.vector(0.125, -0.25, 0.5, 0.0625);

	private static final Values STATE = Values.pattern(4, 6, 6);

	private final int port;

	private final Client client;

	NegotiationIT(@LocalServerPort int port) {
		this.port = port;
		this.client = new Client(port);
	}

	@ParameterizedTest
	@MethodSource
	void tensorComesInAndGoesOutInAnyFormat(String in, String out) {
		Reply expected = post("/discretize/tensor", Client.JSON, Client.JSON).ok();
		Reply reply = post("/discretize/tensor", in, out).ok();
		assertThat(tensor(reply)).isEqualTo(Values.flat(expected.json().get("tensor")));
		assertThat(reply.header("Vary")).isEqualTo("Accept");
		if (!out.equals(Client.JSON)) {
			assertThat(reply.header("Discretizer-Scale")).isEqualTo(expected.json().get("scale").number());
			assertThat(reply.hasHeader("Discretizer-Limited-By")).isFalse();
			assertThat(reply.header("Content-Disposition")).startsWith("attachment");
		}
		assertThat(reply.hasHeader("Discretizer-Dtype")).isEqualTo(out.equals(Client.RAW));
	}

	static Stream<Arguments> tensorComesInAndGoesOutInAnyFormat() {
		return TENSOR_TYPES.stream().flatMap((in) -> TENSOR_TYPES.stream().map((out) -> arguments(in, out)));
	}

	@ParameterizedTest
	@MethodSource
	void layerComesInAndGoesOutInAnyFormat(String in, String out) {
		Json expected = postLayer("/discretize/conv-spike", Client.JSON, Client.JSON, "").ok().json();
		Reply reply = postLayer("/discretize/conv-spike", in, out, "").ok();
		if (out.equals(Client.JSON)) {
			assertThat(reply.json()).isEqualTo(expected);
			return;
		}
		Map<String, Values> tensors = tensors(reply);
		assertThat(tensors.remove("weight")).isEqualTo(Values.flat(expected.get("conv", "weight")));
		assertThat(tensors.remove("bias")).isEqualTo(Values.flat(expected.get("conv", "bias")));
		assertThat(tensors.remove("v_mem")).isEqualTo(Values.flat(expected.get("spike", "v_mem")));
		for (String name : List.of("spike_threshold", "min_v_mem")) {
			assertThat(tensors.remove(name)).isEqualTo(int16(expected.get("spike", name)));
		}
		assertThat(tensors.remove("scale")).isEqualTo(Values.scalar(expected.get("scale").binary32()));
		assertThat(tensors).isEmpty();
		assertThat(summary(reply)).isEqualTo(rest(expected));
		assertThat(reply.header("Discretizer-Scale")).isEqualTo(expected.get("scale").number());
		assertThat(reply.header("Discretizer-Limited-By")).isEqualTo(expected.get("limited_by").text());
		assertThat(reply.header("Discretizer-Findings")).isEqualTo(findings(expected));
	}

	static Stream<Arguments> layerComesInAndGoesOutInAnyFormat() {
		return LAYER_TYPES.stream().flatMap((in) -> LAYER_TYPES.stream().map((out) -> arguments(in, out)));
	}

	private static Values int16(Json number) {
		return Values.of("int16", new int[0], number.binary64());
	}

	/** The JSON answer without its tensors. */
	private static Json rest(Json answer) {
		Map<String, Json> members = new LinkedHashMap<>(answer.members());
		members.keySet().removeAll(List.of("conv", "spike", "tensor"));
		List<String> texts = new ArrayList<>();
		members.forEach((name, value) -> texts.add("\"%s\":%s".formatted(name, value)));
		return Json.parse("{" + String.join(",", texts) + "}");
	}

	private static String findings(Json answer) {
		List<String> texts = new ArrayList<>();
		for (Json finding : answer.get("findings").elements()) {
			texts.add("%s;severity=%s".formatted(finding.get("code").text(), finding.get("severity").text()));
		}
		return String.join(", ", texts);
	}

	/** What stands under "discretizer" in a binary answer. */
	private static Json summary(Reply reply) {
		if (reply.contentType().equals(Client.NPZ)) {
			Values text = reply.npz().getOrDefault("discretizer", Values.vector());
			assertThat(text.dtype()).isEqualTo("uint8");
			assertThat(text.shape()).hasSize(1);
			return Json.parse(text.bytes());
		}
		Map<String, Json> metadata = reply.safetensors().metadata();
		assertThat(metadata).containsOnlyKeys("discretizer");
		return Json.parse(metadata.values().iterator().next().text());
	}

	private static Map<String, Values> tensors(Reply reply) {
		Map<String, Values> tensors = new LinkedHashMap<>(
				reply.contentType().equals(Client.NPZ) ? reply.npz() : reply.safetensors().tensors());
		tensors.remove("discretizer");
		return tensors;
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					*/*                                                                   | own
					application/*                                                         | own
					*/*;q=0.1                                                             | own
					text/html, */*;q=0.5                                                  | own
					application/json                                                      | application/json
					application/json;q=0.5, application/x-npz;q=0.6                       | application/x-npz
					application/x-npz;q=0.5, application/vnd.safetensors                  | application/vnd.safetensors
					application/x-safetensors                                             | application/x-safetensors
					application/x-safetensors, application/vnd.safetensors                | application/vnd.safetensors
					application/x-safetensors, application/vnd.safetensors;q=0.9          | application/x-safetensors
					text/html, application/x-npz;q=0.1                                    | application/x-npz
					application/json, */*;q=0.1                                           | application/json
					application/*;q=0.2, application/json;q=0.1, */*;q=0                  | notjson
					*/*, application/vnd.safetensors;q=0, application/x-npz;q=0, application/x-safetensors;q=0 | application/json
					APPLICATION/JSON                                                      | application/json
					application/json; charset=utf-8                                       | application/json
					""")
	void acceptIsWeighed(String accept, String expected) {
		for (String in : LAYER_TYPES) {
			String found = postLayer("/discretize/conv-spike", in, accept, "").ok().contentType();
			switch (expected) {
				case "own" -> assertThat(found).isEqualTo(in);
				case "notjson" -> assertThat(found).isEqualTo(in.equals(Client.JSON) ? Client.SAFETENSORS : in);
				default -> assertThat(found).isEqualTo(expected);
			}
		}
	}

	@Test
	void withoutAcceptTheAnswerHasTheFormatOfTheRequest() throws IOException {
		for (String type : TENSOR_TYPES) {
			try (RawConnection connection = new RawConnection(this.port)) {
				String query = type.equals(Client.RAW) ? "?dtype=float32&shape=" + TENSOR.query() : "";
				Reply reply = connection
					.request("POST", "/api/v1/discretize/tensor" + query, List.of("Content-Type: " + type), body(type))
					.reply()
					.ok();
				assertThat(reply.contentType()).isEqualTo(type);
			}
		}
	}

	@Test
	void severalAcceptHeadersAreOne() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			Reply reply = connection
				.request("POST", "/api/v1/discretize/tensor",
						List.of("Content-Type: application/json", "Accept: text/html", "Accept: application/x-npy"),
						body(Client.JSON))
				.reply();
			assertThat(reply.ok().npy().shape()).isEqualTo(TENSOR.shape());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/x-safetensors", "application/vnd.safetensors; version=1", "Application/X-NPZ",
			"application/json; charset=UTF-8", "application/json;charset=\"utf-8\"" })
	void contentTypeMayBeWrittenOtherwise(String type) {
		byte[] body = type.contains("json") ? layerJson()
				: type.contains("NPZ") ? Containers.npz(layer()) : Containers.safetensors(layer());
		this.client.post("/discretize/conv-spike", type, "application/json", body).ok();
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/vnd.safetensors", "application/x-npz", "application/x-npy",
			"application/octet-stream" })
	void scaleOfBinaryIsJson(String type) {
		assertThat(post("/scale", type, "*/*").ok().json()).isEqualTo(post("/scale", Client.JSON, "*/*").ok().json());
	}

	@Test
	void problemsAreJsonWhateverIsAccepted() {
		this.client.post("/discretize/conv", Client.NPZ, Client.NPZ, new byte[0]).problem(400, "malformed");
	}

	@ParameterizedTest
	@ValueSource(strings = { "flat", "nested", "base64", "none" })
	void tensorsOfJsonComeInAnyStyle(String style) {
		Json flat = postLayer("/discretize/conv-spike", Client.NPZ, Client.JSON, "").ok().json();
		Json styled = postLayer("/discretize/conv-spike", Client.NPZ, Client.JSON, "&tensors=" + style).ok().json();
		assertThat(rest(styled)).isEqualTo(rest(flat));
		for (List<String> path : List.of(List.of("conv", "weight"), List.of("conv", "bias"),
				List.of("spike", "v_mem"))) {
			Values expected = Values.flat(flat.get(path.toArray(String[]::new)));
			Json tensor = styled.get(path.toArray(String[]::new));
			switch (style) {
				case "flat" -> assertThat(Values.flat(tensor)).isEqualTo(expected);
				case "nested" -> assertThat(Values.nested(tensor, expected.dtype())).isEqualTo(expected);
				case "base64" -> assertThat(Values.base64(tensor)).isEqualTo(expected);
				default -> {
					assertThat(tensor.members()).containsOnlyKeys("dtype", "shape");
					assertThat(tensor.get("dtype").text()).isEqualTo(expected.dtype());
					assertThat(Values.ints(tensor.get("shape"))).isEqualTo(expected.shape());
				}
			}
		}
		assertThat(styled.get("spike", "spike_threshold")).isEqualTo(flat.get("spike", "spike_threshold"));
	}

	@Test
	void reportIsLeftOutOnDemand() {
		for (String type : LAYER_TYPES) {
			Reply with = postLayer("/discretize/conv-spike", Client.NPZ, type, "&report=full").ok();
			Reply without = postLayer("/discretize/conv-spike", Client.NPZ, type, "&report=none").ok();
			Map<String, Json> expected = new LinkedHashMap<>(document(with).members());
			assertThat(expected.remove("report")).isNotNull();
			assertThat(document(without).members()).isEqualTo(expected);
		}
		assertThat(this.client.json("/discretize/tensor?report=none", "{\"tensor\":[1.0]}").ok().json().members())
			.containsOnlyKeys("scale", "tensor", "findings");
	}

	private static Json document(Reply reply) {
		return reply.contentType().equals(Client.JSON) ? reply.json() : summary(reply);
	}

	@Test
	void jsonAnswersHaveTheirMembersInOrder() {
		assertThat(postLayer("/discretize/conv-spike", Client.JSON, Client.JSON, "").json().members().keySet())
			.containsExactly("scale", "limited_by", "candidates", "findings", "report", "conv", "spike");
		assertThat(postLayer("/discretize/spike", Client.JSON, Client.JSON, "").json().members().keySet())
			.containsExactly("scale", "limited_by", "candidates", "findings", "report", "spike");
		assertThat(post("/discretize/tensor", Client.JSON, Client.JSON).json().members().keySet())
			.containsExactly("scale", "findings", "report", "tensor");
		assertThat(post("/scale", Client.JSON, Client.JSON).json().members().keySet()).containsExactly("scale", "bits",
				"min", "max");
		assertThat(this.client.json("/discretize/scalar", "{\"value\":2.5,\"scaling\":1}").ok().json())
			.hasToString("{\"value\":2}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/vnd.safetensors", "application/x-npz" })
	void spikeAnswersAlwaysHoldTheThresholds(String type) {
		Map<String, Values> layer = new LinkedHashMap<>(Map.of("weight", WEIGHT));
		byte[] body = type.equals(Client.NPZ) ? Containers.npz(layer) : Containers.safetensors(layer);
		Reply spike = this.client.post("/discretize/spike?spike_threshold=1", type, body).ok();
		assertThat(tensors(spike)).containsOnlyKeys("spike_threshold", "min_v_mem", "scale");
		assertThat(tensors(spike).get("min_v_mem")).isEqualTo(Values.of("int16", new int[0], -32768));
		Reply conv = this.client.post("/discretize/conv?spike_threshold=1", type, body).ok();
		assertThat(tensors(conv)).containsOnlyKeys("weight", "scale");
		Reply both = this.client.post("/discretize/conv-spike?spike_threshold=1", type, body).ok();
		assertThat(tensors(both)).containsOnlyKeys("weight", "spike_threshold", "min_v_mem", "scale");
	}

	@ParameterizedTest
	@CsvSource({ "2, int8", "8, int8", "9, int16", "16, int16", "17, int32", "24, int32" })
	void integersAreOfTheNarrowestType(int bits, String dtype) {
		for (String out : TENSOR_TYPES) {
			String query = "?bits=" + bits;
			Reply reply = this.client.post("/discretize/tensor" + query, Client.NPY, out, Containers.npy(TENSOR)).ok();
			assertThat(tensor(reply).dtype()).isEqualTo(dtype);
		}
		for (String out : LAYER_TYPES) {
			Reply reply = postLayer("/discretize/conv-spike", Client.NPZ, out,
					"&weight_bits=%d&state_bits=%d".formatted(bits, bits))
				.ok();
			Map<String, Values> tensors = out.equals(Client.JSON)
					? Map.of("weight", Values.flat(reply.json().get("conv", "weight")), "v_mem",
							Values.flat(reply.json().get("spike", "v_mem")))
					: tensors(reply);
			assertThat(
					List.of(tensors.getOrDefault("weight", BIAS).dtype(), tensors.getOrDefault("v_mem", BIAS).dtype()))
				.containsExactly(dtype, dtype);
		}
	}

	@Test
	void scalingWithoutBitsGivesInt32() {
		for (String out : TENSOR_TYPES) {
			Reply reply = this.client
				.post("/discretize/tensor?scaling=1000", Client.NPY, out, Containers.npy(Values.vector(1, -2.5)))
				.ok();
			assertThat(tensor(reply)).isEqualTo(Values.of("int32", new int[] { 2 }, 1000, -2500));
		}
	}

	@Test
	void negativeZeroStaysOneAmongFloats() {
		for (String out : TENSOR_TYPES) {
			Reply reply = this.client
				.post("/discretize/tensor?scaling=1&to_int=false", Client.NPY, out,
						Containers.npy(Values.vector(-0.25, 0.25, -1.5)))
				.ok();
			assertThat(tensor(reply)).isEqualTo(Values.vector(-0.0, 0.0, -2.0));
		}
	}

	@Test
	void rankZeroAndHighRankComeBack() {
		for (int[] shape : new int[][] { {}, { 1 }, { 1, 1, 1, 1, 1, 1, 1, 2 } }) {
			for (String out : TENSOR_TYPES) {
				Reply reply = this.client
					.post("/discretize/tensor", Client.SAFETENSORS, out,
							Containers.safetensors(Map.of("tensor", Values.pattern(shape))))
					.ok();
				assertThat(tensor(reply).shape()).isEqualTo(shape);
			}
		}
	}

	@Test
	void singleTensorIsTheOneNamedSoOrTheOnlyOne() {
		Values other = Values.vector(5, 6);
		for (String type : List.of(Client.SAFETENSORS, Client.NPZ)) {
			Reply only = this.client.post("/discretize/tensor", type, container(type, Map.of("fc.weight", TENSOR)))
				.ok();
			assertThat(tensors(only)).containsOnlyKeys("fc.weight", "scale");
			Reply named = this.client
				.post("/discretize/tensor", type, container(type, Map.of("a", other, "tensor", TENSOR)))
				.ok();
			assertThat(tensors(named)).containsOnlyKeys("tensor", "scale");
			assertThat(tensors(named).get("tensor")).isEqualTo(tensors(only).get("fc.weight"));
			Json json = this.client
				.post("/discretize/tensor", type, Client.JSON, container(type, Map.of("fc.weight", TENSOR)))
				.ok()
				.json();
			assertThat(Values.flat(json.get("tensor"))).isEqualTo(tensors(only).get("fc.weight"));
		}
	}

	private static byte[] container(String type, Map<String, Values> tensors) {
		return type.equals(Client.NPZ) ? Containers.npz(tensors) : Containers.safetensors(tensors);
	}

	@ParameterizedTest
	@ValueSource(strings = { "flat", "nested", "base64" })
	void answersCanBeSentBack(String style) {
		Json answer = postLayer("/discretize/conv-spike", Client.JSON, Client.JSON, "tensors=" + style).ok().json();
		String body = "{\"conv\":%s,\"spike\":%s}".formatted(answer.get("conv"), answer.get("spike"));
		Json again = this.client.json("/discretize/conv-spike", body).ok().json();
		assertThat(Values.flat(again.get("conv", "weight")).shape()).isEqualTo(WEIGHT.shape());
		assertThat(codes(again)).contains("ALREADY_DISCRETE");
	}

	@Test
	void binaryAnswersCanBeSentBack() {
		for (String type : List.of(Client.SAFETENSORS, Client.NPZ)) {
			Reply reply = postLayer("/discretize/conv-spike", type, type, "").ok();
			Map<String, Values> tensors = tensors(reply);
			tensors.remove("scale");
			Reply again = this.client.post("/discretize/conv-spike", type, container(type, tensors)).ok();
			assertThat(again.header("Discretizer-Findings")).contains("ALREADY_DISCRETE;severity=info");
		}
		for (String type : List.of(Client.NPY, Client.RAW)) {
			Reply reply = post("/discretize/tensor", type, type).ok();
			String query = type.equals(Client.RAW) ? "?dtype=%s&shape=%s".formatted(reply.header("Discretizer-Dtype"),
					reply.header("Discretizer-Shape")) : "";
			assertThat(tensor(this.client.post("/discretize/tensor" + query, type, reply.body()).ok()).shape())
				.isEqualTo(TENSOR.shape());
		}
	}

	@Test
	void fortranOrderMakesNoDifference() {
		for (int[] shape : new int[][] { { 3, 2, 5 }, { 7, 4 }, { 6 }, { 2, 3, 4, 5 }, {}, { 1, 9 } }) {
			Values tensor = Values.pattern(shape);
			Values expected = tensor(this.client.post("/discretize/tensor", Client.NPY, Containers.npy(tensor)).ok());
			assertThat(tensor(this.client.post("/discretize/tensor", Client.NPY, Containers.npyFortran(tensor)).ok()))
				.isEqualTo(expected);
			byte[] npz = Containers.zip(Map.of("tensor.npy", Containers.npyFortran(tensor)));
			assertThat(this.client.post("/discretize/tensor", Client.NPZ, npz).ok().npz().get("tensor"))
				.isEqualTo(expected);
		}
	}

	@Test
	void nullMembersAreAbsentOnes() {
		Json absent = this.client.json("/discretize/conv", "{\"conv\":{\"weight\":[0.5,1.0]},\"spike_threshold\":1.0}")
			.ok()
			.json();
		Json present = this.client
			.json("/discretize/conv",
					"{\"conv\":{\"weight\":[0.5,1.0],\"bias\":null},\"spike_threshold\":1.0,\"min_v_mem\":null,"
							+ "\"v_mem\":null,\"to_int\":null,\"weight_bits\":null,\"bias_bits\":null,"
							+ "\"state_bits\":null,\"rescale\":null,\"unset_min_v_mem\":null}")
			.ok()
			.json();
		assertThat(present).isEqualTo(absent);
		assertThat(absent.get("conv", "bias").isNull()).isTrue();
		assertThat(absent.get("candidates", "bias").isNull()).isTrue();
	}

	@Test
	void scalarsMayBeQueryParameters() {
		Json body = this.client
			.json("/discretize/conv-spike",
					"{\"conv\":{\"weight\":[0.5,1.0]},\"spike\":{\"spike_threshold\":1.5,\"min_v_mem\":-0.75},"
							+ "\"to_int\":false,\"weight_bits\":6,\"bias_bits\":7,\"state_bits\":12,\"rescale\":0.25}")
			.ok()
			.json();
		Json query = this.client
			.json("/discretize/conv-spike?spike_threshold=1.5&min_v_mem=-7.5e-1&to_int=false&weight_bits=6&bias_bits=7"
					+ "&state_bits=12&rescale=0.25", "{\"conv\":{\"weight\":[0.5,1.0]}}")
			.ok()
			.json();
		assertThat(query).isEqualTo(body);
		assertThat(
				this.client.json("/discretize/scalar?value=0.1&scaling=1e3", "{}").ok().json().get("value").integer())
			.isEqualTo(100);
		assertThat(this.client.json("/scale?bits=4", "{\"tensor\":[1.0]}").ok().json().get("scale").binary32())
			.isEqualTo(7);
	}

	@Test
	void queryDecimalsAreRoundedOnceToBinary32() {
		// Halfway between two floats and a little above, where binary64 is halfway.
		String value = "1.00000017881393432617187500000000000000001";
		Json query = this.client.json("/discretize/tensor?scaling=" + value, "{\"tensor\":[1.0]}").ok().json();
		Json body = this.client.json("/discretize/tensor", "{\"tensor\":[1.0],\"scaling\":%s}".formatted(value))
			.ok()
			.json();
		assertThat(query.get("scale").binary32()).isEqualTo(1.00000023841857910f)
			.isEqualTo(body.get("scale").binary32());
	}

	@ParameterizedTest
	@CsvSource({ "float64, 0.1, true", "float64, 0.5, false", "int32, 16777217, true", "int32, 16777216, false",
			"int64, 9007199254740991, true", "float16, 0.0999755859375, false", "float32, 0.1, false" })
	void lossOnTheWayToBinary32IsFound(String dtype, double value, boolean narrowed) {
		Values tensor = Values.of(dtype, new int[] { 2 }, value, 1);
		for (Reply reply : List.of(
				this.client.post("/discretize/tensor", Client.NPY, Client.JSON, Containers.npy(tensor)),
				this.client.post("/discretize/tensor", Client.SAFETENSORS, Client.JSON,
						Containers.safetensors(Map.of("tensor", tensor))),
				this.client.json("/discretize/tensor", "{\"tensor\":%s}".formatted(tensor.base64Json())))) {
			Set<String> codes = codes(reply.ok().json());
			if (narrowed) {
				assertThat(codes).contains("NARROWED");
			}
			else {
				assertThat(codes).doesNotContain("NARROWED");
			}
		}
	}

	private static Set<String> codes(Json answer) {
		Set<String> codes = new LinkedHashSet<>();
		answer.get("findings").elements().forEach((finding) -> {
			assertThat(finding.members().keySet()).containsExactly("code", "severity", "tensor", "message", "hint");
			codes.add(finding.get("code").text());
		});
		return codes;
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "application/vnd.safetensors", "application/x-npz",
			"application/x-npy", "application/octet-stream" })
	void bodyOfUnknownLengthIsTheSame(String type) {
		Values large = Values.pattern(16, 9, 31, 17);
		byte[] body = switch (type) {
			case Client.NPY -> Containers.npy(large);
			case Client.NPZ -> Containers.npz(Map.of("tensor", large));
			case Client.SAFETENSORS -> Containers.safetensors(Map.of("tensor", large));
			case Client.RAW -> large.bytes();
			default -> "{\"tensor\":%s}".formatted(large.nestedJson()).getBytes(StandardCharsets.UTF_8);
		};
		String path = "/discretize/tensor" + (type.equals(Client.RAW) ? "?dtype=float32&shape=" + large.query() : "");
		Reply expected = this.client.post(path, type, body).ok();
		Reply chunked = this.client
			.send(this.client.request(path).header("Content-Type", type).POST(Client.chunked(body)))
			.ok();
		assertThat(Arrays.equals(chunked.body(), expected.body())).isTrue();
		Reply tooLong = this.client.send(this.client.request(path)
			.header("Content-Type", type)
			.POST(Client.chunked(Arrays.copyOf(body, body.length + 1))));
		assertThat(tooLong.problem(400, "trailing-bytes").get("detail").text()).isNotEmpty();
		Reply tooShort = this.client.send(this.client.request(path)
			.header("Content-Type", type)
			.POST(Client.chunked(Arrays.copyOf(body, body.length - 1))));
		tooShort.problem(400, "truncated");
	}

	private Reply post(String path, String in, String out) {
		String query = in.equals(Client.RAW) ? "?dtype=float32&shape=" + TENSOR.query() : "";
		return this.client.post(path + query, in, out, body(in));
	}

	private static byte[] body(String type) {
		return switch (type) {
			case Client.NPY -> Containers.npy(TENSOR);
			case Client.NPZ -> Containers.npz(Map.of("tensor", TENSOR));
			case Client.SAFETENSORS -> Containers.safetensors(Map.of("tensor", TENSOR));
			case Client.RAW -> TENSOR.bytes();
			default -> "{\"tensor\":%s}".formatted(TENSOR.nestedJson()).getBytes(StandardCharsets.UTF_8);
		};
	}

	private static Values tensor(Reply reply) {
		return switch (reply.contentType()) {
			case Client.NPY -> reply.npy();
			case Client.RAW -> reply.raw();
			case Client.NPZ -> reply.npz().getOrDefault("tensor", Values.vector());
			case Client.SAFETENSORS -> reply.safetensors().tensors().getOrDefault("tensor", Values.vector());
			default -> Values.flat(reply.json().get("tensor"));
		};
	}

	private static Map<String, Values> layer() {
		Map<String, Values> layer = new LinkedHashMap<>();
		layer.put("weight", WEIGHT);
		layer.put("bias", BIAS);
		layer.put("v_mem", STATE);
		layer.put("spike_threshold", Values.scalar(1));
		layer.put("min_v_mem", Values.vector(-1));
		return layer;
	}

	private static byte[] layerJson() {
		return "{\"conv\":{\"weight\":%s,\"bias\":%s},\"spike\":{\"spike_threshold\":1.0,\"min_v_mem\":[-1.0],\"v_mem\":%s}}"
			.formatted(WEIGHT.nestedJson(), BIAS.flatJson(), STATE.base64Json())
			.getBytes(StandardCharsets.UTF_8);
	}

	/** Sends the same layer in that format. */
	private Reply postLayer(String path, String in, String out, String query) {
		byte[] body = switch (in) {
			case Client.NPZ -> Containers.npz(layer());
			case Client.SAFETENSORS -> Containers.safetensors(layer());
			default -> layerJson();
		};
		return this.client.post(path + (query.isEmpty() ? "" : "?" + query.replaceFirst("^&", "")), in, out, body);
	}

}
