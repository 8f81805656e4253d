package dev.discretizer.behaviour;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;

import dev.discretizer.behaviour.simulator.StepClock;
import dev.discretizer.behaviour.simulator.Monitor;
import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.Recording;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The calibration of sinabs' pretrained network by three recordings, against a reference
 * in C that was checked against plain Python.
 */
class CalibrationGoldenTests {

	/** Tasks on three threads, whatever the machine has. */
	private static final Workers THREADS = (tasks, task) -> {
		try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
			List<Future<?>> futures = new ArrayList<>();
			for (int i = 0; i < tasks; i++) {
				int index = i;
				futures.add(threads.submit(() -> task.accept(index)));
			}
			for (Future<?> future : futures) {
				future.get();
			}
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	};

	@Test
	void chooseWhatTheReferenceChooses() throws IOException {
		JsonNode golden = Samples.json(Samples.GOLDEN.resolve("events").resolve("expected.json"));
		CalibrationResult result = calibrate(golden, Workers.SEQUENTIAL, Monitor.NONE);
		JsonNode layers = golden.get("calibration");
		assertThat(result.layers()).hasSize(layers.size());
		for (int i = 0; i < layers.size(); i++) {
			check(result.layers().get(i), layers.get(i));
		}
		for (int i = 0; i < layers.size(); i++) {
			int layer = i;
			assertThat(result.after().layers().get(i).spikes()).isEqualTo(golden.get("recordings")
				.valueStream()
				.mapToLong((recording) -> recording.get("int_event_calibrated").get(layer).asLong())
				.sum());
			assertThat(result.before().layers().get(i).spikes()).isEqualTo(golden.get("recordings")
				.valueStream()
				.mapToLong((recording) -> recording.get("int_event").get(layer).asLong())
				.sum());
		}
		assertThat(result.after().summary().accuracy()).isEqualTo(1);
		assertThat(result.after().summary().agreement()).isEqualTo(1);
	}

	private static void check(CalibratedLayer layer, JsonNode expected) {
		assertThat(layer.name()).isEqualTo(expected.get("node").asString());
		assertThat(layer.chosen()).isEqualTo(expected.get("chosen").asInt());
		assertThat(layer.reference()).isEqualTo(expected.get("reference").asInt());
		assertThat(layer.candidates()).isEqualTo(expected.get("candidates")
			.valueStream()
			.map((row) -> new Candidate(row.get(0).isNull() ? null : (Double) row.get(0).asDouble(), row.get(1).asInt(),
					row.get(2).asLong(), row.get(3).asLong()))
			.toList());
		// The layer's threshold is 1.
		assertThat(layer.minVMem()).isEqualTo((float) -Objects.requireNonNullElse(layer.factor(), 1d));
	}

	@Test
	void resultDoesNotDependOnThreads() throws IOException {
		JsonNode golden = Samples.json(Samples.GOLDEN.resolve("events").resolve("expected.json"));
		assertThat(calibrate(golden, THREADS, Monitor.NONE))
			.isEqualTo(calibrate(golden, Workers.SEQUENTIAL, Monitor.NONE));
	}

	/** By events 9 times, of which 8 are candidates, and by steps once. */
	@Test
	void synopsOfAllCandidatesCount() throws IOException {
		JsonNode golden = Samples.json(Samples.GOLDEN.resolve("events").resolve("expected.json"));
		LongAdder synops = new LongAdder();
		CalibrationResult result = calibrate(golden, Workers.SEQUENTIAL, new Monitor() {
			@Override
			public void steps(String recording, long steps) {
				assertThat(steps).isBetween(1L, 60L);
			}

			@Override
			public void work(long more, long other) {
				synops.add(more);
			}
		});
		long candidates = 8 * result.after().synops();
		assertThat(synops.sum()).isGreaterThan(candidates + result.before().synops());
	}

	private static CalibrationResult calibrate(JsonNode golden, Workers workers, Monitor monitor) throws IOException {
		Samples.Sample sample = Samples.pretrained(golden.get("network").asString());
		SimulatedNetwork network = sample.network();
		List<Recording> recordings = new ArrayList<>();
		List<Integer> labels = new ArrayList<>();
		for (JsonNode recording : golden.get("recordings")) {
			recordings.add(Samples.events(Samples.GOLDEN.resolve("events").resolve(recording.get("file").asString()),
					network.input()));
			labels.add(recording.get("label").asInt());
		}
		return Calibration.run(network, sample.bounds(), recordings, new StepClock(golden.get("dt_us").asLong(), 0L),
				labels, Allowance.UNLIMITED, monitor, workers);
	}

}
