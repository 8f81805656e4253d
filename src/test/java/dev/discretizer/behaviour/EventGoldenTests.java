package dev.discretizer.behaviour;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.discretizer.behaviour.simulator.StepSimulator;
import dev.discretizer.behaviour.simulator.StepClock;
import dev.discretizer.behaviour.simulator.EventSimulator;
import dev.discretizer.behaviour.simulator.Monitor;
import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.EventRecording;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three recordings through sinabs' pretrained network, against a reference simulator in C
 * that was checked against plain Python.
 */
class EventGoldenTests {

	@TestFactory
	Stream<DynamicTest> recordingsGiveWhatTheReferenceGives() throws IOException {
		JsonNode golden = Samples.json(Samples.GOLDEN.resolve("events").resolve("expected.json"));
		SimulatedNetwork network = Samples.pretrained(golden.get("network").asString()).network();
		StepClock clock = new StepClock(golden.get("dt_us").asLong(), 0L);
		return golden.get("recordings")
			.valueStream()
			.map((expected) -> DynamicTest.dynamicTest(expected.get("file").asString(), () -> {
				checkSteps(network, expected, clock);
				checkEvents(network, expected);
			}));
	}

	private static void checkSteps(SimulatedNetwork network, JsonNode expected, StepClock clock) throws IOException {
		EventRecording recording = recording(network, expected);
		StepSimulator floats = new StepSimulator(network, false, Allowance.UNLIMITED);
		assertThat(floats.run(recording, clock, Monitor.NONE)).isLessThanOrEqualTo(60);
		StepSimulator integers = new StepSimulator(network, true, Allowance.UNLIMITED);
		integers.run(recording, clock, Monitor.NONE);
		for (int i = 0; i < network.layers().size(); i++) {
			Shape shape = network.layers().get(i).convolution().output();
			assertThat(floats.layers().get(i).total()).isEqualTo(expected.get("float_step").get(i).asLong());
			assertThat(integers.layers().get(i).total()).isEqualTo(expected.get("int_step").get(i).asLong());
			assertThat(Samples.sha256(SpikeCounts.channelsFirst(integers.layers().get(i).spikes(), shape)))
				.isEqualTo(expected.get("int_step_counts_sha256").get(i).asString());
		}
		assertThat(floats.layers().getLast().spikes()).isEqualTo(ints(expected.get("output_float")));
	}

	private static void checkEvents(SimulatedNetwork network, JsonNode expected) throws IOException {
		EventRecording recording = recording(network, expected);
		EventSimulator events = new EventSimulator(network, Allowance.UNLIMITED);
		events.run(recording, network.layers().stream().mapToInt((layer) -> layer.integers().minVMem()).toArray(),
				Monitor.NONE);
		for (int i = 0; i < network.layers().size(); i++) {
			int[] counts = events.layers().get(i).spikes();
			assertThat(Arrays.stream(counts).sum()).isEqualTo(expected.get("int_event").get(i).asInt());
			assertThat(
					Samples.sha256(SpikeCounts.channelsFirst(counts, network.layers().get(i).convolution().output())))
				.isEqualTo(expected.get("int_event_counts_sha256").get(i).asString());
		}
		assertThat(events.layers().getLast().spikes()).isEqualTo(ints(expected.get("output_int_event")));
	}

	private static EventRecording recording(SimulatedNetwork network, JsonNode expected) throws IOException {
		EventRecording recording = Samples
			.events(Samples.GOLDEN.resolve("events").resolve(expected.get("file").asString()), network.input());
		assertThat(recording.events()).isEqualTo(expected.get("events").asLong());
		return recording;
	}

	private static int[] ints(JsonNode array) {
		return IntStream.range(0, array.size()).map((i) -> array.get(i).asInt()).toArray();
	}

}
