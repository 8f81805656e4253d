package dev.discretizer.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static dev.discretizer.web.BadInput.bad;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code /sweep}, {@code /verify} and the options of scale rule, histogram and
 * provenance refuse, and how.
 */
@ServiceTest
class BadComparisonsIT {

	private static final String HDF5 = "application/x-hdf5";

	private static final byte[] NETWORK = SimulateIT.example("tiny.nir");

	private static final byte[] NOTHING = {};

	private final int port;

	private final Client client;

	BadComparisonsIT(@LocalServerPort int port) {
		this.port = port;
		this.client = new Client(port);
	}

	@ParameterizedTest
	@MethodSource({ "sweeps", "bodiesOfSweeps", "options", "members", "queriesOfVerify", "forms" })
	void isRefusedByName(BadInput bad) throws IOException {
		bad.check(this.port);
		this.client.assertServes();
	}

	@Test
	void thereAreEnough() {
		assertThat(Stream.of(sweeps(), bodiesOfSweeps(), options(), members(), queriesOfVerify(), forms())
			.mapToLong(Stream::count)
			.sum()).isGreaterThan(80);
	}

	private static BadInput sweep(String query) {
		return bad("/sweep?" + query).post("/sweep?" + query, HDF5, NETWORK);
	}

	static Stream<BadInput> sweeps() {
		Stream<BadInput> lists = Stream
			.of("", "2.5", "a", "2,,3", "2,3,", ",2", "2%203", "true", "2;3", "99999999999999999999")
			.map((bits) -> sweep("bits=" + bits).gives(400, "wrong-type", "query parameter bits contains",
					"a number of bits"));
		Stream<BadInput> ranges = Stream.of("1", "25", "0", "-3", "8,25")
			.map((bits) -> sweep("bits=" + bits).gives(422, "bits-out-of-range", "bits is", "2 to 24"));
		Stream<BadInput> rules = Stream.of("", "best", "joint,best", "JOINT", "reference%20")
			.map((rule) -> sweep("scale_rules=" + rule).gives(400, "wrong-type", "scale_rules contains",
					"reference or joint"));
		Stream<BadInput> others = Stream
			.of("scale_rule=joint", "weight_bits=4", "histogram=true", "tensors=none", "device=speck2e", "report=none",
					"Bits=3")
			.map((option) -> sweep(option).gives(400, "unknown-member", option.substring(0, option.indexOf('=')),
					"bits, scale_rules"));
		Stream<BadInput> rest = Stream.of(sweep("bits=4,4").gives(400, "duplicate-name", "bits contains \"4\"", "once"),
				sweep("bits=4&bits=5").gives(400, "duplicate-name", "bits is given twice", "commas"),
				sweep("scale_rules=joint,joint").gives(400, "duplicate-name", "\"joint\"", "once"),
				sweep("bias_bits=1").gives(422, "bits-out-of-range", "bias_bits is 1"),
				sweep("bias_bits=x").gives(400, "wrong-type", "bias_bits is \"x\"", "integer"),
				sweep("min_v_mem=nan").gives(400, "wrong-type", "min_v_mem is \"nan\"", "number"),
				sweep("min_v_mem.zzz=-1").gives(400, "unknown-member", "min_v_mem.zzz", "names no layer"),
				sweep("rescale.zzz=1").gives(400, "unknown-member", "rescale.zzz", "names no layer"),
				sweep("min_v_mem=2").gives(422, "threshold-impossible", "layer conv1", "below spike_threshold 1.0")
					.at("/node/nodes/spike1/min_v_mem"));
		return Stream.of(lists, ranges, rules, others, rest).flatMap((rows) -> rows);
	}

	static Stream<BadInput> bodiesOfSweeps() {
		return Stream.of(
				bad("nothing").post("/sweep", HDF5, NOTHING)
					.gives(400, "malformed", "the body is empty, 0 bytes, an HDF5 file is expected"),
				bad("half a network").post("/sweep", HDF5, Arrays.copyOf(NETWORK, NETWORK.length / 2))
					.gives(400, "truncated", "%d bytes expected".formatted(NETWORK.length),
							"%d found".formatted(NETWORK.length / 2)),
				bad("a page").post("/sweep", HDF5, text("<html>")).gives(400, "malformed", "HTML page"),
				bad("JSON").json("/sweep", "{}").gives(415, "unsupported-media-type", "application/json", HDF5),
				bad("a graph as safetensors").post("/sweep", Client.SAFETENSORS, NETWORK)
					.gives(400, "malformed", "looks like an HDF5 file"),
				bad("an answer in HTML").post("/sweep", HDF5, NETWORK)
					.header("Accept: text/html")
					.gives(406, "not-acceptable", "application/json", "text/csv"),
				bad("no CSV").post("/sweep", HDF5, NETWORK)
					.header("Accept: text/csv;q=0")
					.gives(406, "not-acceptable", "application/json", "text/csv"));
	}

	static Stream<BadInput> options() {
		return Stream.concat(
				Stream.of("scale_rule=best", "scale_rule=", "scale_rule=JOINT", "scale_rule=joint,reference",
						"histogram=1", "histogram=yes", "histogram=", "provenance=1", "provenance=TRUE", "provenance=")
					.map((option) -> bad(option).post("/discretize/network?" + option, HDF5, NETWORK)
						.gives(400, "wrong-type", option.replace("=", " is \"") + "\"")),
				Stream
					.of(bad("a rule twice").post("/discretize/network?scale_rule=joint&scale_rule=joint", HDF5, NETWORK)
						.gives(400, "duplicate-name", "scale_rule is given twice")));
	}

	static Stream<BadInput> members() {
		String layer = "{\"conv\":{\"weight\":[[0.5,-1.0]]},\"spike\":{\"spike_threshold\":1.0,\"min_v_mem\":-1.0},%s}";
		Stream<BadInput> ofLayers = Stream
			.of("\"scale_rule\":\"best\"", "\"scale_rule\":1", "\"scale_rule\":[\"joint\"]", "\"histogram\":1",
					"\"histogram\":\"true\"", "\"provenance\":\"yes\"", "\"provenance\":0")
			.map((member) -> {
				String name = member.substring(1, member.indexOf(':') - 1);
				return bad(member).json("/discretize/conv-spike", layer.formatted(member))
					.gives(400, "wrong-type", name)
					.at("/" + name);
			});
		Stream<BadInput> elsewhere = Stream
			.of("/scale histogram true", "/scale provenance true", "/discretize/tensor scale_rule \"joint\"",
					"/discretize/tensor provenance true", "/discretize/scalar histogram true")
			.map((row) -> {
				String[] words = row.split(" ");
				return bad(row).json(words[0], "{\"%s\":%s}".formatted(words[1], words[2]))
					.gives(400, "unknown-member", words[1] + " is not known")
					.at("/" + words[1]);
			});
		return Stream.concat(ofLayers, elsewhere);
	}

	private static BadInput verify(String name, String query, Form form) {
		return bad(name).post("/verify" + query, form.contentType(), form.body());
	}

	private static Form original() {
		return new Form().file("original", "a.nir", NETWORK);
	}

	static Stream<BadInput> queriesOfVerify() {
		Form form = original().file("discretized", "b.nir", NETWORK);
		Stream<BadInput> unknown = Stream
			.of("tensors=none", "device=speck2e", "scale_rule=joint", "histogram=true", "bits=3", "foo=1")
			.map((option) -> verify(option, "?" + option, form).gives(400, "unknown-member",
					"\"" + option.substring(0, option.indexOf('=')) + "\" is unknown"));
		return Stream.concat(unknown,
				Stream.of(verify("1 bit", "?weight_bits=1", form).gives(422, "bits-out-of-range", "weight_bits is 1"),
						verify("30 bits", "?weight_bits=30", form).gives(422, "bits-out-of-range", "weight_bits is 30"),
						verify("no number", "?min_v_mem=nan", form).gives(400, "wrong-type", "min_v_mem is \"nan\""),
						verify("no layer", "?min_v_mem.zz=-1", form).gives(400, "unknown-member", "min_v_mem.zz"),
						verify("no switch", "?provenance=7", form).gives(400, "wrong-type", "provenance is \"7\""),
						verify("no choice", "?unset_min_v_mem=none", form).gives(400, "wrong-type", "chip_minimum"),
						bad("an answer in CSV").post("/verify", form.contentType(), form.body())
							.header("Accept: text/csv")
							.gives(406, "not-acceptable", "application/json")));
	}

	static Stream<BadInput> forms() {
		byte[] page = text("<html>");
		byte[] both = original().file("discretized", "b.nir", NETWORK).body();
		return Stream.of(
				verify("no second", "", original()).gives(400, "missing-member", "part discretized").at("/discretized"),
				verify("turned", "", new Form().file("discretized", "b", NETWORK).file("original", "a", NETWORK))
					.gives(400, "missing-member", "part original", "in this order")
					.at("/original"),
				verify("original twice", "", original().file("original", "a", NETWORK))
					.gives(400, "duplicate-name", "part original is given twice")
					.at("/original"),
				verify("discretized twice", "",
						original().file("discretized", "b", NETWORK).file("discretized", "b", NETWORK))
					.gives(400, "duplicate-name", "part discretized is given twice")
					.at("/discretized"),
				verify("a third part", "", original().file("discretized", "b", NETWORK).file("extra", "c", page))
					.gives(400, "unknown-member", "\"extra\" is unknown", "original, discretized")
					.at("/extra"),
				verify("an empty part", "", original().file("discretized", "b", NOTHING))
					.gives(400, "malformed", "part discretized: empty, 0 bytes, an HDF5 file is expected")
					.at("/discretized"),
				verify("a page", "", new Form().file("original", "a", page))
					.gives(400, "malformed", "part original: ", "HTML page")
					.at("/original"),
				verify("a part of JSON", "", new Form().part("original", "a", Client.JSON, text("{}")))
					.gives(400, "unsupported-format", "part original: ", "application/json", HDF5)
					.at("/original"),
				verify("a part of another type", "", original().part("discretized", "b", Client.SAFETENSORS, NETWORK))
					.gives(400, "malformed", "part discretized: ", "looks like an HDF5 file")
					.at("/discretized"),
				bad("cut off")
					.post("/verify", new Form().contentType(), Arrays.copyOf(both, both.length - NETWORK.length / 2))
					.gives(400, "truncated", "part discretized: ")
					.at("/discretized"),
				bad("no boundary").post("/verify", "multipart/form-data", both)
					.gives(400, "malformed", "no boundary", "1 to 70 characters"),
				bad("another boundary").post("/verify", "multipart/form-data; boundary=other", both)
					.gives(400, "malformed", "no boundary found"),
				bad("another kind").post("/verify", "multipart/mixed; boundary=" + Form.BOUNDARY, both)
					.gives(415, "unsupported-media-type", "multipart/form-data"),
				bad("no form").post("/verify", HDF5, NETWORK)
					.gives(415, "unsupported-media-type", "multipart/form-data"),
				bad("nothing").post("/verify", new Form().contentType(), NOTHING).gives(400, "truncated", "the body"));
	}

	private static byte[] text(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
