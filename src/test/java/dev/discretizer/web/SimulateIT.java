package dev.discretizer.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * {@code /simulate}: the figures of sinabs (by steps) and of the reference simulator in C
 * (by events) for the same recordings, and the form of its answers.
 */
@ServiceTest
class SimulateIT {

	/** Third-party data that is not part of the project. */
	private static final Path SHARED = Path.of("..", "shared");

	private static final Path GOLDEN = SHARED.resolve("golden").resolve("behaviour");

	private final Client client;

	SimulateIT(@LocalServerPort int port) {
		this.client = new Client(port);
	}

	static byte[] network(String name) throws IOException {
		Path file = SHARED.resolve("data").resolve(name + ".nir");
		assumeThat(file).as("the networks beside the project are needed").isRegularFile();
		return Files.readAllBytes(file);
	}

	static byte[] example(String name) {
		try (InputStream in = SimulateIT.class.getResourceAsStream("/examples/" + name)) {
			return Objects.requireNonNull(in, name).readAllBytes();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private Reply post(String query, String accept, Form form) {
		return this.client.post("/simulate?" + query, form.contentType(), accept, form.body());
	}

	private static Form tiny() {
		return new Form().file("network", "tiny.nir", example("tiny.nir"))
			.file("recording", "right.npz", example("recording-right.npz"));
	}

	static Form golden(Json expected) throws IOException {
		Form form = new Form().file("network", "scnn_mnist.nir", network("scnn_mnist"));
		for (Json recording : expected.get("recordings").elements()) {
			String name = recording.get("file").text();
			form.file("recording", name, Files.readAllBytes(GOLDEN.resolve("events").resolve(name)));
		}
		return form;
	}

	@Test
	void spikesOfEventsAreThoseOfSinabsAndTheReference() throws IOException {
		Json expected = Json.parse(Files.readAllBytes(golden("events", "expected.json")));
		List<Json> recordings = expected.get("recordings").elements();
		Form form = golden(expected);
		String labels = String.join(",",
				recordings.stream().map((recording) -> recording.get("label").number()).toList());
		Json answer = post("dt=5000&t0=0&labels=" + labels, Client.JSON, form).ok().json();
		assertThat(answer.get("layers").elements()).hasSize(5);
		for (int layer = 0; layer < 5; layer++) {
			Json found = answer.get("layers").elements().get(layer);
			assertThat(found.get("float_step", "spikes").integer()).isEqualTo(sum(recordings, "float_step", layer));
			assertThat(found.get("integer_step", "spikes").integer()).isEqualTo(sum(recordings, "int_step", layer));
			assertThat(found.get("integer_event", "spikes").integer()).isEqualTo(sum(recordings, "int_event", layer));
		}
		for (int i = 0; i < recordings.size(); i++) {
			Json found = answer.get("recordings").elements().get(i);
			assertThat(found.get("name")).isEqualTo(recordings.get(i).get("file"));
			assertThat(found.get("events")).isEqualTo(recordings.get(i).get("events"));
			assertThat(found.get("label")).isEqualTo(recordings.get(i).get("label"));
			assertThat(found.get("steps").integer()).isEqualTo(60);
			assertThat(found.get("duration").integer()).isEqualTo(300_000);
			assertThat(found.get("outputs", "11", "float_step")).isEqualTo(recordings.get(i).get("output_float"));
			assertThat(found.get("outputs", "11", "integer_event"))
				.isEqualTo(recordings.get(i).get("output_int_event"));
		}
		assertThat(answer.get("summary", "integer_event", "accuracy").binary64()).isEqualTo(1);
	}

	static Path golden(String folder, String file) {
		return present(Path.of("behaviour", folder, file));
	}

	/** A golden file that is not part of the project. */
	static Path present(Path file) {
		Path path = SHARED.resolve("golden").resolve(file);
		assumeThat(path).as("the golden files beside the project are needed").isRegularFile();
		return path;
	}

	private static long sum(List<Json> recordings, String mode, int layer) {
		return recordings.stream().mapToLong((recording) -> recording.get(mode).elements().get(layer).integer()).sum();
	}

	@ParameterizedTest
	@ValueSource(strings = { Client.SAFETENSORS, Client.NPZ })
	void filesHoldTheSpikesOfEachNeuron(String type) throws IOException {
		Json expected = Json.parse(Files.readAllBytes(golden("events", "expected.json")));
		Reply reply = post("dt=5000&t0=0", type, golden(expected)).ok();
		Map<String, Values> tensors = type.equals(Client.NPZ) ? reply.npz() : reply.safetensors().tensors();
		List<String> nodes = List.of("0", "2", "5", "9", "11");
		for (int i = 0; i < expected.get("recordings").elements().size(); i++) {
			Json recording = expected.get("recordings").elements().get(i);
			for (int layer = 0; layer < nodes.size(); layer++) {
				assertThat(digest(tensors, nodes.get(layer) + ".integer_step", i))
					.isEqualTo(recording.get("int_step_counts_sha256").elements().get(layer).text());
				assertThat(digest(tensors, nodes.get(layer) + ".integer_event", i))
					.isEqualTo(recording.get("int_event_counts_sha256").elements().get(layer).text());
			}
		}
		assertThat(Objects.requireNonNull(tensors.get("0.float_step")).shape()).containsExactly(3, 16, 16, 16);
	}

	/** SHA-256 of one recording's counts as int32, little-endian. */
	private static String digest(Map<String, Values> tensors, String name, int recording) {
		Values all = Objects.requireNonNull(tensors.get(name), name);
		assertThat(all.dtype()).isEqualTo("int32");
		byte[] bytes = all.bytes();
		int size = bytes.length / all.shape()[0];
		return RealNetworksIT.sha256(Arrays.copyOfRange(bytes, recording * size, (recording + 1) * size));
	}

	@ParameterizedTest
	@ValueSource(strings = { "mnist_11", "scnn_mnist_11", "scnn_mnist_12" })
	void spikesOfRastersAreThoseOfSinabs(String name) throws IOException {
		Json expected = Json.parse(Files.readAllBytes(golden("steps", "expected.json"))).get(name);
		String file = expected.get("raster", "file").text();
		Values raster = Containers.readNpz(Files.readAllBytes(golden("steps", file))).values().iterator().next();
		Form form = new Form().file("network", "network.nir", network(expected.get("network").text()))
			.file("recording", file, Containers.npy(raster));
		Json answer = post("", Client.JSON, form).ok().json();
		List<Json> layers = answer.get("layers").elements();
		for (int i = 0; i < layers.size(); i++) {
			Json layer = expected.get("layers").elements().get(i);
			assertThat(layers.get(i).get("name")).isEqualTo(layer.get("node"));
			assertThat(layers.get(i).get("shape")).isEqualTo(layer.get("neurons"));
			assertThat(layers.get(i).get("float_step", "spikes")).isEqualTo(layer.get("float_spikes_sinabs_f32"));
			assertThat(layers.get(i).get("integer_step", "spikes")).isEqualTo(layer.get("spikes"));
			assertThat(layers.get(i).get("integer_event", "spikes")).isEqualTo(layer.get("event_spikes"));
		}
	}

	@Test
	void theAnswerHasTheMembersOfTheContract() {
		Json answer = post("dt=5000", Client.JSON, tiny()).ok().json();
		assertThat(answer.members().keySet()).containsExactly("modes", "layers", "recordings", "summary", "synops",
				"findings");
		assertThat(answer.get("modes")).hasToString("[\"float_step\",\"integer_step\",\"integer_event\"]");
		Json layer = answer.get("layers").elements().getFirst();
		assertThat(layer.members().keySet()).containsExactly("name", "shape", "scale", "spike_threshold", "min_v_mem",
				"float_step", "integer_step", "integer_event");
		List<String> figures = new ArrayList<>(List.of("spikes", "rate", "rate_ratio", "divergence", "cosine",
				"silenced", "awakened", "overactive", "beyond_16_bits", "synops"));
		assertThat(layer.get("float_step").members().keySet()).containsExactly("spikes", "rate");
		assertThat(layer.get("integer_step").members().keySet()).containsExactlyElementsOf(figures);
		figures.set(figures.indexOf("beyond_16_bits"), "saturated");
		assertThat(layer.get("integer_event").members().keySet()).containsExactlyElementsOf(figures);
		assertThat(answer.get("recordings").elements().getFirst().members().keySet()).containsExactly("name", "events",
				"steps", "duration", "label", "outputs");
		for (String mode : List.of("float_step", "integer_step", "integer_event")) {
			assertThat(answer.get("summary", mode).members().keySet()).containsExactly("agreement", "accuracy",
					"divergence");
			assertThat(answer.get("synops", mode).integer()).isPositive();
		}
	}

	@Test
	void aModeThatIsNotRunIsNull() {
		Json answer = post("modes=integer_event", Client.JSON, tiny()).ok().json();
		assertThat(answer.get("modes")).hasToString("[\"integer_event\"]");
		Json layer = answer.get("layers").elements().getFirst();
		assertThat(layer.get("float_step").isNull()).isTrue();
		assertThat(layer.get("integer_step").isNull()).isTrue();
		assertThat(layer.get("integer_event", "rate_ratio").isNull()).isTrue();
		assertThat(answer.get("summary", "float_step").isNull()).isTrue();
		assertThat(answer.get("summary", "integer_event", "agreement").isNull()).isTrue();
		assertThat(answer.get("synops", "integer_step").isNull()).isTrue();
		Json recording = answer.get("recordings").elements().getFirst();
		assertThat(recording.get("steps").isNull()).isTrue();
		assertThat(recording.get("duration").integer()).isPositive();
		assertThat(recording.get("outputs", "linear", "float_step").isNull()).isTrue();
		assertThat(recording.get("outputs", "linear", "integer_event").elements()).hasSize(3);
	}

	@Test
	void bothFormsOfEventsAreTheSameRecording() {
		Form form = tiny().part("recording", null, "application/x-npy", example("recording-left.npy"));
		Json recordings = post("dt=5000", Client.JSON, form).ok().json().get("recordings");
		assertThat(recordings.elements().stream().map((recording) -> recording.get("name").text()))
			.containsExactly("right.npz", "recording-1");
	}

	/** A form takes the options of the network's discretization. */
	@Test
	void optionsAreThoseOfDiscretizing() {
		String query = "weight_bits=4&min_v_mem=-0.5&min_v_mem.conv2=-2&rescale.conv2=0.5&unset_min_v_mem=reference";
		Json simulated = post("dt=5000&" + query, Client.JSON, tiny()).ok().json();
		Json discretized = this.client
			.post("/discretize/network?" + query, "application/x-hdf5", Client.JSON, example("tiny.nir"))
			.ok()
			.json();
		for (int i = 0; i < 3; i++) {
			Json layer = simulated.get("layers").elements().get(i);
			Json integers = discretized.get("layers").elements().get(i);
			assertThat(layer.get("scale")).isEqualTo(integers.get("scale"));
			assertThat(layer.get("spike_threshold")).isEqualTo(integers.get("spike", "spike_threshold"));
			assertThat(layer.get("min_v_mem")).isEqualTo(integers.get("spike", "min_v_mem"));
		}
	}

	/**
	 * An answer about behaviour has no report, and integers are simulated in any case.
	 */
	@Test
	void optionsOfAnswersWithIntegersChangeNothing() {
		Json plain = post("dt=5000", Client.JSON, tiny()).ok().json();
		assertThat(post("dt=5000&to_int=false&report=none&histogram=true", Client.JSON, tiny()).ok().json())
			.isEqualTo(plain);
	}

	@Test
	void provenanceIsThatOfTheSpikes() {
		Reply file = post("dt=5000&provenance=true", Client.SAFETENSORS, tiny()).ok();
		Json answer = post("dt=5000&provenance=true", Client.JSON, tiny()).ok().json();
		Json outputs = answer.get("provenance", "outputs");
		assertThat(outputs.members()).hasSize(9);
		file.safetensors()
			.tensors()
			.forEach((name, spikes) -> assertThat(outputs.get(name).text())
				.isEqualTo(RealNetworksIT.sha256(spikes.bytes())));
		assertThat(file.header("ETag")).isEqualTo("\"%s\"".formatted(answer.get("provenance", "digest").text()));
		Json discretized = this.client
			.post("/discretize/network?provenance=true", "application/x-hdf5", Client.JSON, example("tiny.nir"))
			.ok()
			.json();
		assertThat(answer.get("provenance", "inputs")).isEqualTo(discretized.get("provenance", "inputs"));
	}

}
