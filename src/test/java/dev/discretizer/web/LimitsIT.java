package dev.discretizer.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static dev.discretizer.web.BadInput.bad;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every limit holds to the unit: what reaches it passes, what is one above is refused by
 * the limit's name.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "discretizer.limits.body=4KB", "discretizer.limits.inflated=3KB",
				"discretizer.limits.elements=600", "discretizer.limits.rank=3", "discretizer.limits.tensors=3",
				"discretizer.limits.header=512B", "discretizer.limits.json-depth=5",
				"discretizer.limits.joint-elements=300" })
class LimitsIT {

	private static final int BODY = 4096;

	private static final int INFLATED = 3072;

	private static final int ELEMENTS = 600;

	private static final int HEADER = 512;

	private final int port;

	private final Client client;

	LimitsIT(@LocalServerPort int port) {
		this.port = port;
		this.client = new Client(port);
	}

	@ParameterizedTest
	@MethodSource({ "rank", "elements", "tensors", "header", "inflated" })
	void oneAboveTheLimitIsRefused(BadInput bad) throws IOException {
		bad.check(this.port);
		this.client.assertServes();
	}

	static Stream<BadInput> rank() {
		Values tensor = Values.pattern(1, 1, 1, 2);
		return inAllFormats("rank", tensor, "4 dimensions", "at most 3", "limits.rank");
	}

	static Stream<BadInput> elements() {
		Values tensor = Values.float32(new int[] { ELEMENTS + 1 }, new double[ELEMENTS + 1]);
		return Stream.concat(inAllFormats("elements", tensor, "601 elements", "at most 600", "limits.elements"),
				Stream.of(
						bad("elements of two tensors")
							.post("/discretize/conv?spike_threshold=1", Client.SAFETENSORS,
									Containers.safetensors(ordered("weight", ELEMENTS - 1, "bias", 2)))
							.gives(413, "limit-exceeded", "601 elements", "at most 600", "limits.elements"),
						bad("elements of two tensors of JSON")
							.json("/discretize/conv",
									"{\"conv\":{\"weight\":%s,\"bias\":[1,2]}}".formatted(zeros(ELEMENTS - 1)))
							.gives(413, "limit-exceeded", "601 elements", "at most 600", "limits.elements")));
	}

	private static Stream<BadInput> inAllFormats(String limit, Values tensor, String... words) {
		return Stream
			.of(bad(limit + " of nested arrays").json("/scale", "{\"tensor\":%s}".formatted(compact(tensor))),
					bad(limit + " of a JSON object").json("/scale",
							"{\"tensor\":{\"shape\":[%s],\"data\":%s}}".formatted(tensor.query(),
									zeros(tensor.data().length))),
					bad(limit + " of npy").post("/scale", Client.NPY, Containers.npy(tensor)),
					bad(limit + " of npz").post("/scale", Client.NPZ, Containers.npz(Map.of("tensor", tensor))),
					bad(limit + " of safetensors").post("/scale", Client.SAFETENSORS,
							Containers.safetensors(Map.of("tensor", tensor))),
					bad(limit + " of raw").post("/scale?dtype=float32&shape=" + tensor.query(), Client.RAW,
							tensor.bytes()))
			.map((bad) -> bad.gives(413, "limit-exceeded", words));
	}

	private static String compact(Values tensor) {
		return tensor.nestedJson().replace("0.0", "0");
	}

	private static String zeros(int count) {
		return "[0" + ",0".repeat(count - 1) + "]";
	}

	private static Map<String, Values> ordered(String first, int one, String second, int two) {
		Map<String, Values> tensors = new LinkedHashMap<>();
		tensors.put(first, Values.pattern(one));
		tensors.put(second, Values.pattern(two));
		return tensors;
	}

	static Stream<BadInput> tensors() {
		Map<String, Values> tensors = new LinkedHashMap<>();
		for (String name : new String[] { "tensor", "a", "b", "c" }) {
			tensors.put(name, Values.vector(1));
		}
		return Stream
			.of(bad("tensors of npz").post("/scale", Client.NPZ, Containers.npz(tensors)),
					bad("tensors of safetensors").post("/scale", Client.SAFETENSORS, Containers.safetensors(tensors)))
			.map((bad) -> bad.gives(413, "limit-exceeded", "4 tensors", "at most 3", "limits.tensors"));
	}

	static Stream<BadInput> header() {
		return Stream
			.of(bad("header of safetensors").post("/scale", Client.SAFETENSORS, safetensors(HEADER + 1)),
					bad("header of npy").post("/scale", Client.NPY, npy(HEADER + 1)))
			.map((bad) -> bad.gives(413, "limit-exceeded", "513 bytes", "at most 512", "limits.header"));
	}

	/** A header of that many bytes. */
	private static byte[] safetensors(int header) {
		String text = "{\"tensor\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
		return Containers.safetensors(text + " ".repeat(header - text.length()), Values.scalar(1).bytes());
	}

	private static byte[] npy(int header) {
		String text = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}";
		byte[] elements = Values.scalar(1).bytes();
		ByteBuffer file = ByteBuffer.allocate(10 + header + elements.length).order(ByteOrder.LITTLE_ENDIAN);
		file.put(Containers.npy(text, elements), 0, 8);
		file.putShort((short) header)
			.put((text + " ".repeat(header - text.length())).getBytes(StandardCharsets.US_ASCII));
		return file.put(elements).array();
	}

	static Stream<BadInput> inflated() {
		return Stream.of(bad("inflated").post("/scale", Client.NPZ, npzOf(INFLATED + 1))
			.gives(413, "limit-exceeded", "3073 bytes", "at most 3072", "limits.inflated"));
	}

	/** An archive whose one entry inflates to that many bytes. */
	private static byte[] npzOf(int inflated) {
		byte[] npy = Containers.npy("|i1", false, "(64,)", new byte[64]);
		int header = npy.length - 64;
		int elements = inflated - header;
		return Containers.zip(Map.of("tensor.npy",
				Containers.npy("|i1", false, "(1, 1, %d)".formatted(elements), new byte[inflated - header])));
	}

	@Test
	void depthAtTheLimitPassesAndOneAboveIsRefused() throws IOException {
		this.client.json("/discretize/conv", "{\"conv\":{\"weight\":[[[1]]]},\"spike_threshold\":1}").ok();
		bad("depth").json("/discretize/conv", "{\"conv\":{\"weight\":[[[[1]]]]},\"spike_threshold\":1}")
			.gives(413, "limit-exceeded", "6 levels", "at most 5", "limits.json-depth")
			.check(this.port);
	}

	@Test
	void bodyAtTheLimitPassesAndOneAboveIsRefused() throws IOException {
		String json = "{\"tensor\":[1.0]}";
		this.client.json("/scale", json + " ".repeat(BODY - json.length())).ok();
		bad("body").json("/scale", json + " ".repeat(BODY + 1 - json.length()))
			.gives(413, "limit-exceeded", "the body", "4097 bytes", "at most 4096", "limits.body")
			.check(this.port);
		byte[] chunked = (json + " ".repeat(BODY - json.length())).getBytes(StandardCharsets.UTF_8);
		this.client
			.send(this.client.request("/scale").header("Content-Type", Client.JSON).POST(Client.chunked(chunked)))
			.ok();
		byte[] above = (json + " ".repeat(BODY + 1 - json.length())).getBytes(StandardCharsets.UTF_8);
		Json problem = this.client
			.send(this.client.request("/scale").header("Content-Type", Client.JSON).POST(Client.chunked(above)))
			.problem(413, "limit-exceeded");
		assertThat(problem.get("detail").text()).contains("the body", "4097 bytes", "at most 4096", "limits.body");
	}

	/** The threshold and min_v_mem of the query are elements too. */
	@Test
	void elementsOfTheJointRuleAtTheLimitPassAndOneAboveIsRefused() throws IOException {
		String layer = "/discretize/conv?spike_threshold=1&min_v_mem=-1&scale_rule=";
		byte[] most = Containers.safetensors(Map.of("weight", Values.pattern(2, 149)));
		byte[] more = Containers.safetensors(Map.of("weight", Values.pattern(1, 299)));
		this.client.post(layer + "joint", Client.SAFETENSORS, most).ok();
		this.client.post(layer + "reference", Client.SAFETENSORS, more).ok();
		bad("a layer").post(layer + "joint", Client.SAFETENSORS, more)
			.gives(413, "limit-exceeded", "301 elements", "at most 300", "limits.joint-elements")
			.check(this.port);
	}

	/** Each width of a sweep counts. */
	@Test
	void widthsOfASweepCountTowardTheElementsOfTheJointRule() throws IOException {
		byte[] network = Containers.safetensors(Map.of("0.weight", Values.pattern(2, 75)));
		String sweep = "/sweep?spike_threshold=1&min_v_mem=-1&bits=";
		this.client.post(sweep + "3,4", Client.SAFETENSORS, network).ok();
		this.client.post(sweep + "3,4,8&scale_rules=reference", Client.SAFETENSORS, network).ok();
		bad("three widths").post(sweep + "3,4,8", Client.SAFETENSORS, network)
			.gives(413, "limit-exceeded", "450 elements", "at most 300", "limits.joint-elements")
			.check(this.port);
	}

	@Test
	void whatReachesALimitPasses() {
		Values rank = Values.pattern(1, 1, 2);
		Values elements = Values.pattern(ELEMENTS);
		for (Values tensor : new Values[] { rank, elements }) {
			this.client.json("/scale", "{\"tensor\":%s}".formatted(shorter(tensor))).ok();
			this.client.post("/scale", Client.NPY, Containers.npy(tensor)).ok();
			this.client.post("/scale", Client.NPZ, Containers.npz(Map.of("tensor", tensor))).ok();
			this.client.post("/scale", Client.SAFETENSORS, Containers.safetensors(Map.of("tensor", tensor))).ok();
			this.client.post("/scale?dtype=float32&shape=" + tensor.query(), Client.RAW, tensor.bytes()).ok();
		}
		Map<String, Values> three = new LinkedHashMap<>(
				Map.of("tensor", Values.vector(1), "a", Values.vector(1), "b", Values.vector(1)));
		this.client.post("/scale", Client.NPZ, Containers.npz(three)).ok();
		this.client.post("/scale", Client.SAFETENSORS, Containers.safetensors(three)).ok();
		this.client.post("/scale", Client.SAFETENSORS, safetensors(HEADER)).ok();
		this.client.post("/scale", Client.NPY, npy(HEADER)).ok();
	}

	/** The body's limit leaves no room for many digits. */
	private static String shorter(Values tensor) {
		return tensor.nestedJson().replaceAll("(\\.\\d)\\d+", "$1");
	}

}
