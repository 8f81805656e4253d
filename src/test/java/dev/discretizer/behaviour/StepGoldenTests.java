package dev.discretizer.behaviour;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.discretizer.behaviour.simulator.StepSimulator;
import dev.discretizer.behaviour.simulator.StepClock;
import dev.discretizer.behaviour.simulator.StepLayer;
import dev.discretizer.behaviour.simulator.StepCounts;
import dev.discretizer.behaviour.simulator.EventSimulator;
import dev.discretizer.behaviour.simulator.Monitor;
import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.behaviour.simulator.SimulatedLayer;
import dev.discretizer.behaviour.simulator.EventSource;
import dev.discretizer.behaviour.simulator.Convolution;
import dev.discretizer.graph.Size2d;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.RasterRecording;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The step simulator against sinabs itself: rasters through the two pretrained networks,
 * and single neurons.
 */
class StepGoldenTests {

	private static final StepClock CLOCK = new StepClock(null, null);

	@TestFactory
	Stream<DynamicTest> networksGiveWhatSinabsGives() throws IOException {
		JsonNode cases = Samples.json(Samples.GOLDEN.resolve("steps").resolve("expected.json"));
		return cases.propertyStream()
			.map((entry) -> DynamicTest.dynamicTest(entry.getKey(), () -> check(entry.getValue())));
	}

	private static void check(JsonNode expected) throws IOException {
		SimulatedNetwork network = Samples.pretrained(expected.get("network").asString()).network();
		RasterRecording raster = Samples
			.raster(Samples.GOLDEN.resolve("steps").resolve(expected.get("raster").get("file").asString()));
		assertThat(raster.events()).isEqualTo(expected.get("raster").get("sum").asLong());
		Spikes spikes = new Spikes(network, raster.steps());
		StepSimulator integers = new StepSimulator(network, true, Allowance.UNLIMITED);
		integers.run(raster, CLOCK, Monitor.NONE, spikes);
		StepSimulator floats = new StepSimulator(network, false, Allowance.UNLIMITED);
		floats.run(raster, CLOCK, Monitor.NONE);
		EventSimulator events = new EventSimulator(network, Allowance.UNLIMITED);
		events.run(raster, network.layers().stream().mapToInt((layer) -> layer.integers().minVMem()).toArray(),
				Monitor.NONE);
		for (int i = 0; i < network.layers().size(); i++) {
			JsonNode layer = expected.get("layers").get(i);
			Shape shape = network.layers().get(i).convolution().output();
			assertThat(network.layers().get(i).name()).isEqualTo(layer.get("node").asString());
			assertThat(integers.layers().get(i).total()).isEqualTo(layer.get("spikes").asLong());
			assertThat(Samples.sha256(spikes.spikes[i])).isEqualTo(layer.get("spikes_sha256").asString());
			int pool = layer.get("pool").asInt();
			assertThat(Samples.sha256(pooled(spikes.spikes[i], raster.steps(), shape, pool)))
				.isEqualTo(layer.get("pooled_sha256").asString());
			int[] state = SpikeCounts.channelsFirst(
					Arrays.stream(integers.layers().get(i).state()).mapToInt((v) -> (int) v).toArray(), shape);
			assertThat(Arrays.stream(state).asLongStream().sum()).isEqualTo(layer.get("v_mem_sum").asLong());
			assertThat(Arrays.stream(state).min().getAsInt()).isEqualTo(layer.get("v_mem_min").asInt());
			assertThat(Arrays.stream(state).max().getAsInt()).isEqualTo(layer.get("v_mem_max").asInt());
			assertThat(Samples.sha256(state)).isEqualTo(layer.get("v_mem_sha256").asString());
			assertThat(floats.layers().get(i).total()).isEqualTo(layer.get("float_spikes_f64").asLong())
				.isEqualTo(layer.get("float_spikes_sinabs_f32").asLong());
			int[] counts = events.layers().get(i).spikes();
			assertThat(Arrays.stream(counts).sum()).isEqualTo(layer.get("event_spikes").asInt());
			assertThat(Samples.sha256(SpikeCounts.channelsFirst(counts, shape)))
				.isEqualTo(layer.get("event_counts_sha256").asString());
		}
	}

	/** Pools on their own: {@code [T, C, H, W]} in, the remainder dropped. */
	private static int[] pooled(int[] spikes, int steps, Shape shape, int pool) {
		int height = shape.dim(1);
		int width = shape.dim(2);
		int[] dest = new int[steps * shape.dim(0) * (height / pool) * (width / pool)];
		int at = 0;
		for (int plane = 0; plane < steps * shape.dim(0); plane++) {
			for (int y = 0; y < height / pool; y++) {
				for (int x = 0; x < width / pool; x++, at++) {
					for (int i = 0; i < pool * pool; i++) {
						dest[at] += spikes[(plane * height + y * pool + i / pool) * width + x * pool + i % pool];
					}
				}
			}
		}
		return dest;
	}

	/** Collects the spikes {@code [T, C, H, W]} of each layer. */
	private static final class Spikes implements StepSimulator.Watcher {

		private final SimulatedNetwork network;

		private final int[][] spikes;

		private Spikes(SimulatedNetwork network, int steps) {
			this.network = network;
			this.spikes = new int[network.layers().size()][];
			for (int i = 0; i < this.spikes.length; i++) {
				this.spikes[i] = new int[steps * network.layers().get(i).convolution().neurons()];
			}
		}

		@Override
		public void step(int step, List<StepLayer> layers) {
			for (int i = 0; i < this.spikes.length; i++) {
				StepCounts fired = layers.get(i).fired();
				Shape shape = this.network.layers().get(i).convolution().output();
				int channels = shape.dim(0);
				int area = shape.elements() / channels;
				for (int n = 0; n < fired.size(); n++) {
					int place = fired.place(n);
					this.spikes[i][step * shape.elements() + place % channels * area + place / channels] = (int) fired
						.count(place);
				}
			}
		}

	}

	/**
	 * Each case is one neuron. Positive and negative inputs come by two weights, of 2 and
	 * -2 where a count of 65535 is not enough.
	 */
	@Test
	void neuronsDoWhatThoseOfSinabsDo() throws IOException {
		JsonNode cases = Samples.json(Samples.GOLDEN.resolve("steps").resolve("neuron.json"));
		assertThat(cases.size()).isEqualTo(100);
		for (JsonNode neuron : cases) {
			check(neuron, false);
			if (!neuron.get("min_v_mem").isNull()) {
				check(neuron, true);
			}
		}
	}

	private static void check(JsonNode neuron, boolean integers) {
		int[] input = ints(neuron.get("input"));
		int weight = (Arrays.stream(input).map(Math::abs).max().orElse(0) > 65535) ? 2 : 1;
		int[] states = new int[input.length];
		int[] spikes = new int[input.length];
		StepSimulator simulator = new StepSimulator(network(neuron, weight), integers, Allowance.UNLIMITED);
		simulator.run(counts(input, weight), CLOCK, Monitor.NONE, (step, layers) -> {
			states[step] = (int) layers.get(0).state()[0];
			spikes[step] = (int) layers.get(0).fired().count(0);
		});
		assertThat(spikes).as("spikes of %s", neuron).isEqualTo(ints(neuron.get("spikes")));
		assertThat(states).as("states of %s", neuron).isEqualTo(ints(neuron.get("v_mem")));
	}

	private static int[] ints(JsonNode array) {
		return IntStream.range(0, array.size()).map((i) -> array.get(i).asInt()).toArray();
	}

	private static SimulatedNetwork network(JsonNode neuron, int weight) {
		Shape two = Shape.of(2, 1, 1);
		int threshold = neuron.get("threshold").asInt();
		JsonNode min = neuron.get("min_v_mem");
		SimulatedLayer layer = new SimulatedLayer("0",
				new Convolution(two, Shape.of(1, 1, 1), new Size2d(1, 1), new Size2d(1, 1), new Size2d(0, 0)),
				List.of(new EventSource(EventSource.INPUT, new Size2d(1, 1))), true,
				new SimulatedLayer.FloatParameters(threshold, min.isNull() ? Double.NEGATIVE_INFINITY : min.asDouble()),
				new SimulatedLayer.IntegerParameters(1, threshold, min.isNull() ? 0 : min.asInt()),
				new SimulatedLayer.Weights(new float[] { weight, -weight }, null, new int[] { weight, -weight }, null),
				Allowance.UNLIMITED);
		return new SimulatedNetwork(two, List.of(layer));
	}

	private static RasterRecording counts(int[] input, int weight) {
		char[] counts = new char[2 * input.length];
		for (int step = 0; step < input.length; step++) {
			counts[2 * step + ((input[step] < 0) ? 1 : 0)] = (char) (Math.abs(input[step]) / weight);
		}
		return new RasterRecording("neuron", Shape.of(2, 1, 1), input.length, counts);
	}

}
