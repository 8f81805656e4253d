package dev.discretizer.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import dev.discretizer.codec.nir.NirWriter;
import dev.discretizer.graph.Node;
import dev.discretizer.graph.TestNetwork;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.web.server.LocalServerPort;

import static dev.discretizer.web.BadInput.bad;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code /simulate} and {@code /calibrate} answer to recordings that no network can
 * be given, and to forms that are none.
 */
@ServiceTest
class BadRecordingsIT {

	private static final byte[] NETWORK = network(2, 6, 7);

	private static final byte[] EVENTS = events(new double[] { 1, 2 }, new double[] { 3, 4 }, new double[] { 10, 20 },
			new double[] { 0, 1 });

	private final int port;

	BadRecordingsIT(@LocalServerPort int port) {
		this.port = port;
	}

	/** A network of one neuron for each pixel. */
	private static byte[] network(int channels, int height, int width) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try {
			NirWriter
				.encode(TestNetwork.from(channels, height, width)
					.then("w", TestNetwork.conv(1, channels, 1))
					.then("n", TestNetwork.neurons(1))
					.then("output", new Node.Output(Shape.of(1, height, width)))
					.asItIs(), "{}")
				.writeTo(out);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		return out.toByteArray();
	}

	private static byte[] events(double[] x, double[] y, double[] t, double[] p) {
		return Containers.npz(Map.of("x", int64(x), "y", int64(y), "t", int64(t), "p", int64(p)));
	}

	private static Values int64(double... values) {
		return Values.of("int64", new int[] { values.length }, values);
	}

	/** A file that numpy wrote, and what is wrong with it. */
	record Sample(Json json) {

		@Override
		public String toString() {
			return this.json.get("name").text();
		}

	}

	static List<Sample> refused() throws IOException {
		try (InputStream in = Objects
			.requireNonNull(BadRecordingsIT.class.getResourceAsStream("/recording/refused.jsonl"))) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
				.map((line) -> new Sample(Json.parse(line)))
				.toList();
		}
	}

	@ParameterizedTest
	@MethodSource("refused")
	void aRecordingIsRefusedByName(Sample sample) {
		int[] input = sample.json().get("input").elements().stream().mapToInt((dim) -> (int) dim.integer()).toArray();
		byte[] file = Base64.getDecoder().decode(sample.json().get("file").text());
		Form form = new Form().file("network", "a.nir", network(input[0], input[1], input[2]))
			.file("recording", "rec.npz", file);
		Reply reply = new Client(this.port).post(
				"/simulate?dt=1000&merge_polarity=" + sample.json().get("merge").bool(), form.contentType(),
				form.body());
		// Of a part, whose length is not known, a file that ends early is seen to be cut
		// off.
		String cause = (file.length == 0) ? "MALFORMED"
				: sample.json().get("cause").text().replace("SHAPE_MISMATCH", "TRUNCATED");
		assertThat(reply.status()).as(reply.text()).isIn(400, 422);
		Json problem = Json.parse(reply.body());
		assertThat(problem.get("code").text()).isEqualTo(cause.toLowerCase(Locale.ROOT).replace('_', '-'));
		assertThat(problem.get("detail").text()).startsWith("recording rec.npz: ");
		if (sample.json().has("value")) {
			assertThat(reply.status()).isEqualTo(422);
			assertThat(problem.get("detail").text()).contains(sample.json().get("value").text());
		}
	}

	@Test
	void thereAreEnough() throws IOException {
		assertThat(refused()).hasSizeGreaterThan(60);
		assertThat(forms()).hasSizeGreaterThan(40);
	}

	private static Form sound() {
		return new Form().file("network", "a.nir", NETWORK).file("recording", "r.npz", EVENTS);
	}

	private static BadInput form(String name, String query, Form form) {
		return bad(name).post("/simulate" + query, form.contentType(), form.body());
	}

	private static BadInput form(String name, Form form) {
		return form(name, "?dt=1000", form);
	}

	static Stream<BadInput> forms() {
		return Stream.of(parts(), formats(), boundaries(), options()).flatMap((bad) -> bad);
	}

	private static Stream<BadInput> parts() {
		return Stream.of(form("no parts", new Form()).gives(400, "malformed", "boundary"),
				form("no network", new Form().file("recording", "r.npz", EVENTS))
					.gives(400, "missing-member", "part network is expected before")
					.at("/network"),
				form("the recording first",
						new Form().file("recording", "r.npz", EVENTS).file("network", "a.nir", NETWORK))
					.gives(400, "missing-member", "part recording found")
					.at("/network"),
				form("no recording", new Form().file("network", "a.nir", NETWORK))
					.gives(400, "missing-member", "the body ends", "part recording")
					.at("/recording"),
				form("the network twice",
						new Form().file("network", "a.nir", NETWORK).file("network", "a.nir", NETWORK))
					.gives(400, "duplicate-name", "part network is given twice")
					.at("/network"),
				form("the network again at the end", sound().file("network", "a.nir", NETWORK))
					.gives(400, "duplicate-name", "part network is given twice")
					.at("/network"),
				form("an unknown part", sound().file("label", "l", new byte[1]))
					.gives(400, "unknown-member", "\"label\"", "network, recording")
					.at("/label"),
				form("a part without a name", sound().text("--" + Form.BOUNDARY + "\r\nX: y\r\n\r\n\r\n")).gives(400,
						"malformed", "part 3"),
				form("a name in capitals", new Form().file("Network", "a.nir", NETWORK))
					.gives(400, "unknown-member", "\"Network\"")
					.at("/Network"),
				form("a name of 300 characters", sound().file("x".repeat(300), "l", new byte[1])).gives(400,
						"unknown-member", "300 characters"));
	}

	private static Stream<BadInput> formats() {
		byte[] safetensors = Containers.safetensors(Map.of("w", Values.vector(1)));
		return Stream.of(
				form("a state dict for the network", new Form().file("network", "a.safetensors", safetensors))
					.gives(400, "malformed", "part network", "safetensors")
					.at("/network"),
				form("an npz file for the network", new Form().file("network", "a.npz", EVENTS))
					.gives(400, "malformed", "part network", "npz")
					.at("/network"),
				form("a text for the network",
						new Form().file("network", "a.txt", "hello".getBytes(StandardCharsets.US_ASCII)))
					.gives(400, "malformed", "part network")
					.at("/network"),
				form("nothing for the network", new Form().file("network", "a.nir", new byte[0]))
					.gives(400, "malformed", "part network")
					.at("/network"),
				form("half of the network",
						new Form().file("network", "a.nir", Arrays.copyOf(NETWORK, NETWORK.length / 2)))
					.gives(400, "truncated", "part network")
					.at("/network"),
				form("a NIR file for the recording",
						new Form().file("network", "a.nir", NETWORK).file("recording", "a.nir", NETWORK))
					.gives(400, "malformed", "recording a.nir", "HDF5"),
				form("nothing for the recording",
						new Form().file("network", "a.nir", NETWORK).file("recording", "r", new byte[0]))
					.gives(400, "malformed", "recording r"),
				form("a network of another type",
						new Form().part("network", "a", "application/vnd.safetensors", NETWORK))
					.gives(400, "unsupported-format", "part network", "application/vnd.hdfgroup.hdf5")
					.at("/network"),
				form("a recording of another type",
						new Form().file("network", "a.nir", NETWORK).part("recording", "r", "text/csv", EVENTS))
					.gives(400, "unsupported-format", "part recording", "application/x-npz")
					.at("/recording"),
				form("a recording sent as npy",
						new Form().file("network", "a.nir", NETWORK)
							.part("recording", "r", "application/x-npy", EVENTS))
					.gives(400, "malformed", "recording r", "npy")
					.at("/array"),
				form("a type that is none",
						new Form().file("network", "a.nir", NETWORK).part("recording", "r", "npz", EVENTS))
					.gives(400, "malformed", "part recording", "\"npz\"")
					.at("/recording"),
				form("a second recording that is bad",
						sound().file("recording", "s.npz",
								events(new double[] { 7 }, new double[] { 0 }, new double[] { 0 }, new double[] { 0 })))
					.gives(422, "outside-input", "recording s.npz", "x[0] is 7", "0 to 6"),
				form("a recording without a name",
						sound().part("recording", null, null,
								events(new double[] { 0, 0 }, new double[] { 0, 0 }, new double[] { 5, 4 },
										new double[] { 0, 0 })))
					.gives(422, "time-decreases", "recording recording-1", "t[1] is 4"),
				form("base64",
						new Form().text("--" + Form.BOUNDARY + "\r\nContent-Disposition: form-data; name=network\r\n"
								+ "Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n"))
					.gives(400, "unsupported-format", "part 1", "base64"));
	}

	private static Stream<BadInput> boundaries() {
		byte[] body = sound().body();
		String type = sound().contentType();
		return Stream.of(
				bad("no boundary").post("/simulate", "multipart/form-data", body)
					.gives(400, "malformed", "no boundary"),
				bad("a boundary of 71 characters")
					.post("/simulate", "multipart/form-data; boundary=" + "x".repeat(71), body)
					.gives(400, "malformed", "1 to 70"),
				bad("another boundary").post("/simulate", "multipart/form-data; boundary=other", body)
					.gives(400, "malformed", "no boundary found"),
				bad("no body").post("/simulate", type, new byte[0]).gives(400, "truncated", "boundary"),
				bad("cut in the network").post("/simulate", type, Arrays.copyOf(body, 1000))
					.gives(400, "truncated", "part network: the multipart body ends")
					.at("/network"),
				bad("cut in the recording").post("/simulate", type, Arrays.copyOf(body, NETWORK.length + 600))
					.gives(400, "truncated", "part recording"),
				bad("no last boundary").post("/simulate", type, sound().open())
					.gives(400, "truncated", "part recording"),
				bad("half of the last boundary").post("/simulate", type, Arrays.copyOf(body, body.length - 4))
					.gives(400, "truncated", "part 2", "last boundary"),
				bad("bytes after the end").post("/simulate", type, Arrays.copyOf(body, body.length + 1))
					.gives(400, "trailing-bytes", "after the last boundary"),
				bad("headers of 9 KiB")
					.post("/simulate", type, new Form().part("network", "x".repeat(9000), null, NETWORK).body())
					.gives(400, "malformed", "8192"),
				bad("9 KiB before the first part")
					.post("/simulate", type, new Form().text("x".repeat(9000) + "\r\n").body())
					.gives(400, "malformed", "8192"),
				bad("another kind of form").post("/simulate", "application/x-www-form-urlencoded", body)
					.gives(415, "unsupported-media-type", "multipart/form-data"),
				bad("a network alone").post("/simulate", "application/x-hdf5", NETWORK)
					.gives(415, "unsupported-media-type", "multipart/form-data"),
				bad("a form for an endpoint of one file").post("/discretize/network", type, body)
					.gives(415, "unsupported-media-type", "Content-Type is multipart/form-data"));
	}

	private static Stream<BadInput> options() {
		Form form = sound();
		return Stream.of(form("no dt", "", form).gives(422, "step-length-missing", "recording r.npz", "dt"),
				form("dt of 0", "?dt=0", form).gives(422, "step-length-impossible", "dt is 0"),
				form("a negative dt", "?dt=-5", form).gives(422, "step-length-impossible", "dt is -5"),
				form("a fraction for dt", "?dt=0.5", form).gives(400, "wrong-type", "dt", "0.5"),
				form("t0 after the first event", "?dt=10&t0=11", form).gives(422, "before-start", "recording r.npz",
						"t[0] is 10", "t0 = 11"),
				form("more steps than allowed", "?dt=1&t0=-100000", form).gives(413, "limit-exceeded",
						"recording r.npz", "discretizer.limits.steps"),
				form("an unknown mode", "?dt=10&modes=float_event", form).gives(400, "wrong-type", "modes",
						"\"float_event\"", "integer_event"),
				form("a mode twice", "?dt=10&modes=float_step,float_step", form).gives(400, "duplicate-name",
						"float_step"),
				form("no mode", "?dt=10&modes=", form).gives(400, "wrong-type", "modes"),
				form("a label that is no number", "?dt=10&labels=seven", form).gives(400, "wrong-type", "\"seven\""),
				form("a negative label", "?dt=10&labels=-1", form).gives(400, "wrong-type", "\"-1\""),
				form("a label beyond the neurons", "?dt=10&labels=42", form).gives(422, "label-impossible",
						"recording r.npz", "label 42", "0 to 41"),
				form("two labels for a recording", "?dt=10&labels=1,2", form).gives(422, "label-impossible",
						"2 labels found for 1 recordings"),
				form("merge_polarity for two channels", "?dt=10&merge_polarity=true", form).gives(422,
						"shape-impossible", "merge_polarity", "2 channels"),
				form("a chip", "?dt=10&device=speck2e", form).gives(400, "unknown-member", "\"device\""),
				form("a form of tensors", "?dt=10&tensors=flat", form).gives(400, "unknown-member", "\"tensors\""),
				form("min_v_mem of a layer that is none", "?dt=10&min_v_mem.x=-1", form).gives(400, "unknown-member",
						"x"),
				form("a threshold that rounds to zero", "?dt=10&min_v_mem=-30000000", form)
					.gives(422, "threshold-impossible", "is 0 as an integer")
					.at("/network/node/nodes/w/v_threshold"),
				bad("recordings that make nothing spike")
					.post("/calibrate?dt=10", form.contentType(),
							new Form().file("network", "a.nir", NETWORK)
								.file("recording", "r.npz",
										events(new double[0], new double[0], new double[0], new double[0]))
								.body())
					.gives(422, "no-spikes", "longer"),
				bad("no dt to calibrate").post("/calibrate", form.contentType(), form.body())
					.gives(422, "step-length-missing", "dt"));
	}

	@ParameterizedTest
	@MethodSource("forms")
	void aFormIsRefused(BadInput bad) throws IOException {
		bad.check(this.port);
	}

	/** The limit on recordings is named before the recording is read. */
	@Test
	void moreRecordingsThanAllowed() {
		Form form = new Form().file("network", "a.nir", NETWORK);
		for (int i = 0; i <= 1024; i++) {
			form.file("recording", "r.npz", EVENTS);
		}
		Json problem = new Client(this.port).post("/simulate?dt=10", form.contentType(), form.body())
			.problem(413, "limit-exceeded");
		assertThat(problem.get("detail").text()).contains("1025 recordings", "discretizer.limits.recordings");
	}

}
