package dev.discretizer.behaviour;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.discretizer.behaviour.simulator.StepSimulator;
import dev.discretizer.behaviour.simulator.StepClock;
import dev.discretizer.behaviour.simulator.StepLayer;
import dev.discretizer.behaviour.simulator.EventSimulator;
import dev.discretizer.behaviour.simulator.EventLayer;
import dev.discretizer.behaviour.simulator.Monitor;
import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.Recording;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Simulates scnn_mnist, sinabs' pretrained network, on the three golden recordings, on
 * one core. Both lie beside the project. The counter {@code synops} is additions of a
 * weight to a state in a nanosecond, and so G synops/s.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
// JMH calls read() before anything else
@SuppressWarnings("NullAway.Init")
public class SimulationBenchmark {

	/** Spikes of all layers by events, of the three recordings. */
	private static final long SPIKES = 64_161 + 47_437 + 60_650;

	private static final StepClock CLOCK = new StepClock(5000L, 0L);

	private final List<Recording> recordings = new ArrayList<>();

	private int[] minVMem = new int[0];

	private EventSimulator events;

	private StepSimulator integers;

	private StepSimulator floats;

	/** Counts additions. */
	@AuxCounters
	@State(Scope.Thread)
	public static class Work {

		/** Additions of a weight to a state. */
		public long synops;

	}

	/** Reads the network, and checks that what is timed is right. */
	@Setup
	public void read() throws IOException {
		SimulatedNetwork network = Samples.pretrained("scnn_mnist").network();
		for (int i = 0; i < 3; i++) {
			this.recordings
				.add(Samples.events(Samples.GOLDEN.resolve("events").resolve("rec_" + i + ".npz"), network.input()));
		}
		this.minVMem = Simulation.ownBounds(network);
		this.events = new EventSimulator(network, Allowance.UNLIMITED);
		this.integers = new StepSimulator(network, true, Allowance.UNLIMITED);
		this.floats = new StepSimulator(network, false, Allowance.UNLIMITED);
		long spikes = 0;
		for (Recording recording : this.recordings) {
			this.events.run(recording, this.minVMem, Monitor.NONE);
			for (int layer = 0; layer < network.layers().size(); layer++) {
				spikes += this.events.emitted(layer).size();
			}
		}
		if (spikes != SPIKES) {
			throw new IllegalStateException("%d spikes, %d are expected".formatted(spikes, SPIKES));
		}
	}

	/** One event after the other. */
	@Benchmark
	public int integerEvent(Work work) {
		for (Recording recording : this.recordings) {
			this.events.run(recording, this.minVMem, Monitor.NONE);
			for (EventLayer layer : this.events.layers()) {
				work.synops += layer.synops();
			}
		}
		return this.events.emitted(0).size();
	}

	/** Integers, a step at once. */
	@Benchmark
	public long integerStep(Work work) {
		return steps(this.integers, work);
	}

	/** Floats, a step at once. */
	@Benchmark
	public long floatStep(Work work) {
		return steps(this.floats, work);
	}

	private long steps(StepSimulator simulator, Work work) {
		long steps = 0;
		for (Recording recording : this.recordings) {
			steps += simulator.run(recording, CLOCK, Monitor.NONE);
			for (StepLayer layer : simulator.layers()) {
				work.synops += layer.synops();
			}
		}
		return steps;
	}

}
