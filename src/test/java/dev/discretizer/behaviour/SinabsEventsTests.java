package dev.discretizer.behaviour;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import dev.discretizer.behaviour.simulator.EventBuffer;
import dev.discretizer.behaviour.simulator.EventSimulator;
import dev.discretizer.behaviour.simulator.Monitor;
import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.codec.recording.RecordingReader;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.RasterRecording;
import dev.discretizer.tensor.Recording;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The events of each layer, spike for spike and in order, are those that sinabs itself
 * fires when each event has a step of its own: {@code src/test/python/sinabs_events.py}
 * wrote their digests.
 */
class SinabsEventsTests {

	private static final Path EXAMPLES = Path.of(System.getProperty("user.dir"), "src", "main", "resources",
			"examples");

	@ParameterizedTest
	@CsvSource({ "recording-left.npy", "recording-right.npz" })
	void exampleFiresAsSinabsHasIt(String recording) throws IOException {
		SimulatedNetwork network = Samples.sample(EXAMPLES.resolve("tiny.nir")).network();
		byte[] bytes = Files.readAllBytes(EXAMPLES.resolve(recording));
		check("tiny", recording, network, RecordingReader.read(new ByteArrayInputStream(bytes), bytes.length, null,
				recording, network.input(), false, Allowance.UNLIMITED));
	}

	@ParameterizedTest
	@CsvSource({ "rec_0.npz", "rec_1.npz", "rec_2.npz" })
	void pretrainedNetworkFiresAsSinabsHasIt(String recording) throws IOException {
		SimulatedNetwork network = Samples.pretrained("scnn_mnist").network();
		check("scnn_mnist", recording, network,
				Samples.events(Samples.GOLDEN.resolve("events").resolve(recording), network.input()));
	}

	@Test
	void pretrainedNetworkFiresAsSinabsHasItOnRasters() throws IOException {
		SimulatedNetwork network = Samples.pretrained("mnist").network();
		check("mnist", "raster_mnist_11.npz", network,
				Samples.raster(Samples.GOLDEN.resolve("steps").resolve("raster_mnist_11.npz")));
		check("mnist", "made here", network, bar());
	}

	/** A bar that spikes twice a step, as the script makes it: all layers fire. */
	private static Recording bar() {
		char[] counts = new char[30 * 28 * 28];
		for (int row = 0; row < 30 * 28; row++) {
			boolean inside = row % 28 >= 4 && row % 28 < 24;
			Arrays.fill(counts, row * 28 + 12, row * 28 + 16, inside ? (char) 2 : 0);
		}
		return new RasterRecording("bar", Shape.of(1, 28, 28), 30, counts);
	}

	private static void check(String name, String recording, SimulatedNetwork network, Recording given)
			throws IOException {
		JsonNode expected = JsonMapper.shared()
			.readTree(TwinNetworks.resource("sinabs_events.json"))
			.get(name)
			.get(recording);
		assertThat(expected.size()).isEqualTo(network.layers().size());
		EventSimulator simulator = new EventSimulator(network, Allowance.UNLIMITED);
		simulator.run(given, Simulation.ownBounds(network), Monitor.NONE);
		for (int i = 0; i < network.layers().size(); i++) {
			JsonNode layer = expected.get(network.layers().get(i).name());
			EventBuffer emitted = simulator.emitted(i);
			assertThat(emitted.size()).as("layer %d", i).isEqualTo(layer.get("events").asInt());
			assertThat(Samples.sha256(places(emitted, network.layers().get(i).convolution().output())))
				.as("layer %d", i)
				.isEqualTo(layer.get("sha256").asString());
		}
	}

	/** Channel, row and column of each event. */
	private static int[] places(EventBuffer events, Shape shape) {
		int[] places = new int[3 * events.size()];
		for (int i = 0; i < events.size(); i++) {
			int position = events.place(i) / shape.dim(0);
			places[3 * i] = events.place(i) % shape.dim(0);
			places[3 * i + 1] = position / shape.dim(2);
			places[3 * i + 2] = position % shape.dim(2);
		}
		return places;
	}

}
