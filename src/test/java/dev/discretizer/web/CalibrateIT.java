package dev.discretizer.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code /calibrate}: the table of the reference simulator in C to the last integer, and
 * that its query and its files hold what it chose.
 */
@ServiceTest
class CalibrateIT {

	private final Client client;

	CalibrateIT(@LocalServerPort int port) {
		this.client = new Client(port);
	}

	private Reply post(String query, String accept, Form form) {
		return this.client.post("/calibrate?" + query, form.contentType(), accept, form.body());
	}

	@Test
	void candidatesAndChoicesAreThoseOfTheReference() throws IOException {
		Json expected = Json.parse(Files.readAllBytes(SimulateIT.golden("events", "expected.json")));
		Json answer = post("dt=5000&t0=0&labels=0,4,7", Client.JSON, SimulateIT.golden(expected)).ok().json();
		List<Json> layers = answer.get("layers").elements();
		assertThat(layers).hasSize(5);
		for (int i = 0; i < layers.size(); i++) {
			Json table = expected.get("calibration").elements().get(i);
			assertThat(layers.get(i).get("name")).isEqualTo(table.get("node"));
			assertThat(layers.get(i).get("reference")).isEqualTo(table.get("reference"));
			assertThat(layers.get(i).get("chosen")).isEqualTo(table.get("chosen"));
			List<Json> rows = table.get("candidates").elements();
			List<Json> candidates = layers.get(i).get("candidates").elements();
			assertThat(candidates).hasSameSizeAs(rows);
			for (int row = 0; row < rows.size(); row++) {
				Json candidate = candidates.get(row);
				List<Json> numbers = rows.get(row).elements();
				assertThat(candidate.get("factor").isNull()).isEqualTo(numbers.get(0).isNull());
				if (!numbers.get(0).isNull()) {
					assertThat(candidate.get("factor").binary64()).isEqualTo(numbers.get(0).binary64());
				}
				assertThat(candidate.get("min_v_mem")).isEqualTo(numbers.get(1));
				assertThat(candidate.get("divergence_sum")).isEqualTo(numbers.get(2));
				assertThat(candidate.get("spikes")).isEqualTo(numbers.get(3));
			}
		}
		assertThat(answer.get("after", "summary", "divergence").binary64())
			.isLessThan(answer.get("before", "summary", "divergence").binary64() / 3);
		assertThat(answer.get("after", "layers").elements().getFirst().members()).containsKeys("name", "spikes", "rate",
				"rate_ratio", "divergence", "saturated", "synops");
	}

	@ParameterizedTest
	@CsvSource({ "tiny, ''", "tiny, weight_bits=4&rescale.conv2=0.5&min_v_mem=-0.75", "mnist, ''",
			"residual_same_pool, ''", "three_way_merge, unset_min_v_mem=chip_minimum" })
	void theQueryGivesTheChosenIntegers(String name, String options) throws IOException {
		byte[] network = network(name);
		Form form = new Form().file("network", "a.nir", network);
		for (int i = 0; i < 2; i++) {
			form.file("recording", "r" + i, raster(name, i));
		}
		Json answer = post(options, Client.JSON, form).ok().json();
		Json discretized = this.client
			.post("/discretize/network?" + answer.get("query").text(), "application/x-hdf5", Client.JSON, network)
			.ok()
			.json();
		List<Json> chosen = answer.get("layers").elements();
		List<Json> layers = discretized.get("layers").elements();
		assertThat(chosen).hasSameSizeAs(layers);
		for (int i = 0; i < layers.size(); i++) {
			assertThat(chosen.get(i).get("name")).isEqualTo(layers.get(i).get("name"));
			assertThat(chosen.get(i).get("scale")).isEqualTo(layers.get(i).get("scale"));
			assertThat(chosen.get(i).get("chosen")).isEqualTo(layers.get(i).get("spike", "min_v_mem"));
			assertThat(chosen.get(i).get("spike_threshold")).isEqualTo(layers.get(i).get("spike", "spike_threshold"));
		}
	}

	private static byte[] network(String name) throws IOException {
		if (name.equals("tiny")) {
			return SimulateIT.example("tiny.nir");
		}
		return name.equals("mnist") ? SimulateIT.network(name)
				: Files.readAllBytes(SimulateIT.present(Path.of("branches", name + ".nir")));
	}

	/** Counts that are dense enough to make neurons fire. */
	private static byte[] raster(String name, int seed) {
		int[] shape = switch (name) {
			case "tiny" -> new int[] { 8, 2, 8, 8 };
			case "mnist" -> new int[] { 8, 1, 28, 28 };
			case "residual_same_pool" -> new int[] { 8, 2, 16, 16 };
			default -> new int[] { 8, 2, 10, 10 };
		};
		double[] counts = new double[shape[0] * shape[1] * shape[2] * shape[3]];
		for (int i = 0; i < counts.length; i++) {
			long count = Math.floorMod((i + seed) * 2654435761L, 7L) / 3;
			counts[i] = count;
		}
		return Containers.npy(Values.of("uint8", shape, counts));
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/vnd.hdfgroup.hdf5", Client.SAFETENSORS })
	void filesAreThoseOfDiscretizing(String type) {
		Form form = new Form().file("network", "tiny.nir", SimulateIT.example("tiny.nir"))
			.file("recording", "right.npz", SimulateIT.example("recording-right.npz"));
		String query = post("dt=5000", Client.JSON, form).ok().json().get("query").text();
		Reply calibrated = post("dt=5000", type, form).ok();
		assertThat(calibrated.contentType()).isEqualTo(type);
		Reply discretized = this.client
			.post("/discretize/network?" + query, "application/x-hdf5", type, SimulateIT.example("tiny.nir"))
			.ok();
		assertThat(tensors(calibrated, type)).isEqualTo(tensors(discretized, type));
	}

	/**
	 * The query holds the options of the request, so the two answers are of one network.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "provenance=true", "provenance=true&to_int=false&report=none&histogram=true" })
	void provenanceIsThatOfDiscretizing(String options) {
		Form form = new Form().file("network", "tiny.nir", SimulateIT.example("tiny.nir"))
			.file("recording", "right.npz", SimulateIT.example("recording-right.npz"));
		Reply calibrated = post("dt=5000&" + options, Client.SAFETENSORS, form).ok();
		Json answer = post("dt=5000&" + options, Client.JSON, form).ok().json();
		Reply discretized = this.client
			.post("/discretize/network?" + answer.get("query").text(), "application/x-hdf5", Client.SAFETENSORS,
					SimulateIT.example("tiny.nir"))
			.ok();
		assertThat(tensors(calibrated, Client.SAFETENSORS)).isEqualTo(tensors(discretized, Client.SAFETENSORS));
		assertThat(calibrated.header("ETag")).isEqualTo(discretized.header("ETag"))
			.isEqualTo("\"%s\"".formatted(answer.get("provenance", "digest").text()));
		assertThat(calibrated.safetensors().tensors().values()).extracting(Values::dtype)
			.contains(options.contains("to_int=false") ? "float32" : "int8");
	}

	/** What a file holds, as text, without its metadata. */
	private List<String> tensors(Reply reply, String type) {
		List<String> found = new ArrayList<>();
		if (type.equals(Client.SAFETENSORS)) {
			for (Map.Entry<String, Values> tensor : reply.safetensors().tensors().entrySet()) {
				found.add(tensor.getKey() + " " + tensor.getValue().dtype() + " "
						+ RealNetworksIT.sha256(Objects.requireNonNull(tensor.getValue()).bytes()));
			}
			return found;
		}
		// A network of integers has a scale of its own, the same for the same integers.
		found.add(this.client.post("/discretize/network?report=none", "application/x-hdf5", Client.JSON, reply.body())
			.ok()
			.json()
			.get("layers")
			.toString());
		return found;
	}

}
