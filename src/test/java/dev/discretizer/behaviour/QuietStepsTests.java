package dev.discretizer.behaviour;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

import dev.discretizer.behaviour.simulator.Convolution;
import dev.discretizer.behaviour.simulator.EventSource;
import dev.discretizer.behaviour.simulator.Monitor;
import dev.discretizer.behaviour.simulator.SimulatedLayer;
import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.behaviour.simulator.StepClock;
import dev.discretizer.behaviour.simulator.StepLayer;
import dev.discretizer.behaviour.simulator.StepSimulator;
import dev.discretizer.graph.Size2d;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.EventRecording;
import dev.discretizer.tensor.RasterRecording;
import dev.discretizer.tensor.Recording;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Time steps in which nothing happens. A simulator that leaves them out gives what the
 * definition gives, which {@link Twin} computes for every neuron of every step; and they
 * cost nothing, unless a bias moves a state in each.
 */
class QuietStepsTests {

	private static final int NETWORKS = 400;

	private static final int NEURONS = 3;

	private static final int STEPS = 60;

	/**
	 * Fully connected layers of the same size, each fed by one or two of those before,
	 * whose floats are integers, too: sums are then exact in any order.
	 */
	private static final class Twin {

		private final int[][][] weights;

		/** None for no bias. */
		private final int[][] biases;

		private final int[] thresholds;

		private final int[] bounds;

		private final int[][] sources;

		private final long[] beyond;

		private final double[][] states;

		private final int[][] spikes;

		private Twin(Random random) {
			int layers = 1 + random.nextInt(4);
			this.weights = new int[layers][][];
			this.biases = new int[layers][];
			this.thresholds = new int[layers];
			this.bounds = new int[layers];
			this.sources = new int[layers][];
			this.beyond = new long[layers];
			this.states = new double[layers][NEURONS];
			this.spikes = new int[layers][NEURONS];
			for (int i = 0; i < layers; i++) {
				this.weights[i] = new int[NEURONS][];
				Arrays.setAll(this.weights[i], (o) -> random.ints(NEURONS, -9, 12).toArray());
				this.biases[i] = bias(random);
				this.thresholds[i] = 1 + random.nextInt(20);
				this.bounds[i] = bound(random, this.thresholds[i]);
				int last = i - 1;
				this.sources[i] = (last < 0 || random.nextInt(3) > 0) ? new int[] { last }
						: new int[] { random.nextInt(i) - 1, last };
			}
		}

		private static int[] bias(Random random) {
			return switch (random.nextInt(12)) {
				case 0 -> new int[NEURONS];
				case 1 -> random.ints(NEURONS, -4, 1).toArray();
				case 2 -> random.ints(NEURONS, -3, 4).toArray();
				case 3 -> random.ints(NEURONS, 0, 3).toArray();
				case 4 -> random.ints(NEURONS, -40_000, 0).toArray();
				default -> new int[0];
			};
		}

		/** Also above zero, and as high as the threshold, which rounding may give. */
		private static int bound(Random random, int threshold) {
			return switch (random.nextInt(8)) {
				case 0 -> Short.MIN_VALUE;
				case 1 -> random.nextInt(threshold + 1);
				case 2 -> 0;
				default -> -1 - random.nextInt(40);
			};
		}

		private SimulatedNetwork network() {
			Shape shape = Shape.of(NEURONS, 1, 1);
			Size2d one = new Size2d(1, 1);
			List<SimulatedLayer> layers = new ArrayList<>();
			for (int i = 0; i < this.weights.length; i++) {
				int[] weight = Arrays.stream(this.weights[i]).flatMapToInt(Arrays::stream).toArray();
				int @Nullable [] bias = (this.biases[i].length > 0) ? this.biases[i] : null;
				layers.add(new SimulatedLayer("layer " + i, new Convolution(shape, shape, one, one, new Size2d(0, 0)),
						Arrays.stream(this.sources[i]).mapToObj((source) -> new EventSource(source, one)).toList(),
						true, new SimulatedLayer.FloatParameters(this.thresholds[i], this.bounds[i]),
						new SimulatedLayer.IntegerParameters(1, this.thresholds[i], this.bounds[i]),
						new SimulatedLayer.Weights(floats(weight), (bias != null) ? floats(bias) : null, weight, bias),
						Allowance.UNLIMITED));
			}
			return new SimulatedNetwork(shape, layers);
		}

		private static float[] floats(int[] values) {
			float[] floats = new float[values.length];
			for (int i = 0; i < floats.length; i++) {
				floats[i] = values[i];
			}
			return floats;
		}

		/** Brings every neuron to the end of every step. */
		private void run(int[][] counts) {
			for (int[] input : counts) {
				int[][] fired = new int[this.weights.length][NEURONS];
				for (int i = 0; i < fired.length; i++) {
					for (int o = 0; o < NEURONS; o++) {
						double v = this.states[i][o] + sum(i, o, input, fired);
						this.beyond[i] += (v > 32767 || v < -32768) ? 1 : 0;
						int n = (v > 0) ? (int) (v / this.thresholds[i]) : 0;
						fired[i][o] = n;
						this.spikes[i][o] += n;
						this.states[i][o] = Math.max(v - (double) n * this.thresholds[i], this.bounds[i]);
					}
				}
			}
		}

		private double sum(int layer, int output, int[] input, int[][] fired) {
			int[] bias = this.biases[layer];
			double sum = (bias.length > 0) ? bias[output] : 0;
			for (int source : this.sources[layer]) {
				int[] events = (source < 0) ? input : fired[source];
				for (int c = 0; c < NEURONS; c++) {
					sum += (double) events[c] * this.weights[layer][output][c];
				}
			}
			return sum;
		}

	}

	/** Counts of each step; most steps have none, at the beginning and the end, too. */
	private static int[][] counts(Random random) {
		int[][] counts = new int[STEPS][NEURONS];
		int events = random.nextInt(8);
		for (int i = 0; i < events; i++) {
			counts[random.nextInt(STEPS)][random.nextInt(NEURONS)] += 1 + random.nextInt(3);
		}
		return counts;
	}

	private static RasterRecording raster(int[][] counts) {
		char[] flat = new char[counts.length * NEURONS];
		for (int i = 0; i < flat.length; i++) {
			flat[i] = (char) counts[i / NEURONS][i % NEURONS];
		}
		return new RasterRecording("raster", Shape.of(NEURONS, 1, 1), counts.length, flat);
	}

	/**
	 * As events of a step of 10 microseconds, of which the last step with any ends it.
	 */
	private static EventRecording events(int[][] counts) {
		List<Long> times = new ArrayList<>();
		List<Integer> places = new ArrayList<>();
		for (int step = 0; step < counts.length; step++) {
			for (int c = 0; c < NEURONS; c++) {
				for (int i = 0; i < counts[step][c]; i++) {
					times.add(10L * step + i % 2);
					places.add(c);
				}
			}
		}
		// Within a step, times and places may be paired in any way.
		return new EventRecording("events", Shape.of(NEURONS, 1, 1), times.size(),
				times.stream().mapToLong(Long::longValue).sorted().toArray(),
				places.stream().mapToInt(Integer::intValue).toArray());
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void leftOutOrNotTheyChangeNothing(boolean integers) {
		for (int seed = 0; seed < NETWORKS; seed++) {
			int[][] counts = counts(new Random(seed));
			EventRecording events = events(counts);
			int last = (events.size() == 0) ? 0 : (int) (events.times()[events.size() - 1] / 10) + 1;
			check(seed, integers, raster(counts), counts);
			check(seed, integers, events, Arrays.copyOf(counts, last));
		}
	}

	private static void check(int seed, boolean integers, Recording recording, int[][] counts) {
		Twin twin = new Twin(new Random(seed));
		twin.run(counts);
		StepSimulator simulator = new StepSimulator(twin.network(), integers, Allowance.UNLIMITED);
		// The second time, nothing is left of the first.
		for (int run = 0; run < 2; run++) {
			assertThat(simulator.run(recording, new StepClock(10L, 0L), Monitor.NONE)).isEqualTo(counts.length);
			for (int i = 0; i < twin.spikes.length; i++) {
				StepLayer layer = simulator.layers().get(i);
				assertThat(layer.spikes()).as("spikes of layer %d, seed %d", i, seed).isEqualTo(twin.spikes[i]);
				assertThat(layer.state()).as("states of layer %d, seed %d", i, seed).isEqualTo(twin.states[i]);
				assertThat(layer.beyond()).as("beyond 16 bits in layer %d, seed %d", i, seed).isEqualTo(twin.beyond[i]);
			}
		}
	}

	@Test
	void spikesOfEachStepAreThoseOfTheStep() {
		int[][] counts = { { 0, 0, 0 }, { 9, 0, 0 }, { 0, 0, 0 }, { 0, 0, 0 }, { 0, 0, 9 }, { 0, 0, 0 } };
		List<Integer> sizes = new ArrayList<>();
		SimulatedNetwork one = line(1, null, 1);
		new StepSimulator(one, true, Allowance.UNLIMITED).run(raster(counts), new StepClock(10L, 0L), Monitor.NONE,
				(step, layers) -> sizes.add(layers.getFirst().fired().size()));
		assertThat(sizes).containsExactly(0, 1, 0, 0, 1, 0);
	}

	/** Layers in a row that hand on each event, with thresholds and weights of 1. */
	private static SimulatedNetwork line(int layers, @Nullable Integer bias, int threshold) {
		Shape shape = Shape.of(NEURONS, 1, 1);
		Size2d one = new Size2d(1, 1);
		List<SimulatedLayer> line = new ArrayList<>();
		int[] weight = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };
		for (int i = 0; i < layers; i++) {
			int @Nullable [] biases = (bias != null) ? new int[] { bias, bias, bias } : null;
			line.add(
					new SimulatedLayer("layer " + i, new Convolution(shape, shape, one, one, new Size2d(0, 0)),
							List.of(new EventSource(i - 1, one)), true,
							new SimulatedLayer.FloatParameters(threshold, -8),
							new SimulatedLayer.IntegerParameters(1, threshold, -8),
							new SimulatedLayer.Weights(Twin.floats(weight),
									(biases != null) ? Twin.floats(biases) : null, weight, biases),
							Allowance.UNLIMITED));
		}
		return new SimulatedNetwork(shape, line);
	}

	private static long work(SimulatedNetwork network, int steps) {
		AtomicLong work = new AtomicLong();
		EventRecording apart = new EventRecording("apart", network.input(), 2, new long[] { 0, steps - 1 },
				new int[] { 0, 0 });
		StepSimulator simulator = new StepSimulator(network, true, Allowance.UNLIMITED);
		simulator.run(apart, new StepClock(1L, null), new Monitor() {
			@Override
			public void steps(String recording, long counted) {
				assertThat(counted).isEqualTo(steps);
			}

			@Override
			public void work(long synops, long other) {
				work.addAndGet(synops + other);
			}
		});
		return work.get();
	}

	@Test
	void stepsBetweenTwoEventsAreLeftOut() {
		List<Integer> visited = new ArrayList<>();
		EventRecording apart = new EventRecording("apart", Shape.of(NEURONS, 1, 1), 2, new long[] { 0, 99_999 },
				new int[] { 0, 0 });
		new StepSimulator(line(3, null, 1), true, Allowance.UNLIMITED).run(apart, new StepClock(1L, null), Monitor.NONE,
				(step, layers) -> visited.add(step));
		assertThat(visited).containsExactly(0, 1, 99_999);
	}

	@Test
	void stepsBetweenTwoEventsCostNothing() {
		assertThat(work(line(100, null, 1), 100_000)).isEqualTo(work(line(100, null, 1), 10));
	}

	/** At its lower bound a negative bias moves nothing any more. */
	@Test
	void biasCostsAsLongAsItMovesStates() {
		assertThat(work(line(10, -1, 5), 100_000)).isEqualTo(work(line(10, -1, 5), 100));
		assertThat(work(line(10, 1, 5), 100_000)).isGreaterThan(10 * 100_000L * NEURONS);
		assertThat(work(line(10, 0, 5), 100_000)).isEqualTo(work(line(10, 0, 5), 100));
	}

}
