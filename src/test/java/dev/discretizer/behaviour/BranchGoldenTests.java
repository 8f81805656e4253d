package dev.discretizer.behaviour;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

import dev.discretizer.behaviour.simulator.StepSimulator;
import dev.discretizer.behaviour.simulator.StepClock;
import dev.discretizer.behaviour.simulator.Monitor;
import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.behaviour.simulator.SimulatedLayer;
import dev.discretizer.graph.Network;
import dev.discretizer.network.DiscretizedNetwork;
import dev.discretizer.network.NetworkDiscretization;
import dev.discretizer.network.NetworkLayer;
import dev.discretizer.network.NetworkOptions;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.RasterRecording;
import dev.discretizer.tensor.Recording;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Networks with branches and merges: by steps against sinabs itself, on the rasters of
 * {@code src/test/python/make_branch_rasters.py}; and calibrated, and discretized again
 * with what the calibration says.
 */
class BranchGoldenTests {

	private static final StepClock CLOCK = new StepClock(null, null);

	@TestFactory
	Stream<DynamicTest> stepsGiveWhatSinabsGives() throws IOException {
		JsonNode golden = Samples.json(Samples.SHARED.resolve("golden").resolve("branches").resolve("expected.json"));
		return new String(TwinNetworks.resource("branches.jsonl").readAllBytes(), StandardCharsets.UTF_8).lines()
			.map(JsonMapper.shared()::readTree)
			.map((raster) -> DynamicTest.dynamicTest(raster.get("name").asString(),
					() -> checkSteps(raster, golden.get(raster.get("name").asString()))));
	}

	private static void checkSteps(JsonNode raster, JsonNode expected) throws IOException {
		SimulatedNetwork network = Samples.sample(
				Samples.SHARED.resolve("golden").resolve("branches").resolve(raster.get("name").asString() + ".nir"))
			.network();
		char[] counts = raster.get("counts").asString().toCharArray();
		for (int i = 0; i < counts.length; i++) {
			counts[i] -= '0';
		}
		StepSimulator simulator = new StepSimulator(network, true, Allowance.UNLIMITED);
		simulator.run(new RasterRecording("raster", network.input(), 20, counts), CLOCK, Monitor.NONE);
		for (int i = 0; i < network.layers().size(); i++) {
			String name = network.layers().get(i).name();
			Shape shape = network.layers().get(i).convolution().output();
			int[] spikes = SpikeCounts.channelsFirst(simulator.layers().get(i).spikes(), shape);
			for (JsonNode destination : expected.get("layers").get(name).get("destinations")) {
				JsonNode sum = expected.get("spikes").get(name).get(destination.get(0).asString());
				assertThat(pooled(spikes, shape, destination.get(1))).as(name).isEqualTo(sum.asInt());
			}
			JsonNode output = expected.get("output_counts").get(name);
			assertThat(network.layers().get(i).isOutput()).isEqualTo(output != null);
			if (output != null) {
				// Of a large layer the first neurons are told.
				assertThat(Arrays.copyOf(spikes, output.size())).isEqualTo(TwinNetworks.ints(output));
			}
		}
	}

	/** How many spikes a pool takes, without the remainder. */
	private static int pooled(int[] spikes, Shape shape, JsonNode pool) {
		int sum = 0;
		for (int i = 0; i < spikes.length; i++) {
			int y = i / shape.dim(2) % shape.dim(1);
			int x = i % shape.dim(2);
			boolean inside = y / pool.get(0).asInt() < shape.dim(1) / pool.get(0).asInt()
					&& x / pool.get(1).asInt() < shape.dim(2) / pool.get(1).asInt();
			sum += inside ? spikes[i] : 0;
		}
		return sum;
	}

	@TestFactory
	Stream<DynamicTest> discretizingWithTheChosenBoundsGivesTheChosenIntegers() throws IOException {
		return Stream
			.of("residual_no_pool", "residual_same_pool", "pool_chain_tapped", "three_way_merge", "merge_avg2_avg2")
			.map((name) -> DynamicTest.dynamicTest(name, () -> check(name)));
	}

	private static void check(String name) throws IOException {
		Samples.Sample sample = Samples
			.sample(Samples.SHARED.resolve("golden").resolve("branches").resolve(name + ".nir"));
		JsonNode expected = Samples.json(Samples.SHARED.resolve("golden").resolve("branches").resolve("expected.json"))
			.get(name);
		checkIntegers(sample.network(), expected.get("layers"));
		CalibrationResult result = Calibration.run(sample.network(), sample.bounds(),
				List.of(raster(sample.network().input(), 1), raster(sample.network().input(), 2)), CLOCK, List.of(),
				Allowance.UNLIMITED, Monitor.NONE, Workers.SEQUENTIAL);
		checkChosen(sample.graph(), result);
	}

	private static void checkIntegers(SimulatedNetwork network, JsonNode layers) {
		assertThat(network.layers()).hasSize(layers.size());
		for (SimulatedLayer layer : network.layers()) {
			JsonNode expected = layers.get(layer.name());
			assertThat(layer.integers().threshold()).isEqualTo(expected.get("spike_threshold").asInt());
			assertThat(layer.integers().minVMem()).isEqualTo(expected.get("min_v_mem").asInt());
		}
	}

	private static Recording raster(Shape input, int seed) {
		char[] counts = new char[20 * input.elements()];
		Random random = new Random(seed);
		for (int i = 0; i < counts.length; i++) {
			counts[i] = (char) (random.nextInt(10) / 7);
		}
		return new RasterRecording("raster " + seed, input, 20, counts);
	}

	private static void checkChosen(Network graph, CalibrationResult result) {
		Map<String, FloatTensor> minVMem = new HashMap<>();
		for (CalibratedLayer layer : result.layers()) {
			minVMem.put(layer.name(), FloatTensor.scalar(Objects.requireNonNull(layer.minVMem())));
		}
		NetworkOptions defaults = NetworkOptions.DEFAULTS;
		DiscretizedNetwork again = NetworkDiscretization.discretize(graph, new NetworkOptions(defaults.layer(),
				defaults.unsetAssumed(), null, minVMem, defaults.rescaleOf(), false, null));
		List<Integer> found = new ArrayList<>();
		List<Integer> chosen = new ArrayList<>();
		for (int i = 0; i < again.layers().size(); i++) {
			NetworkLayer layer = again.layers().get(i);
			found.add(SimulatedNetworks.scalar(layer.layer().minVMem()));
			chosen.add(result.layers().get(i).chosen());
			assertThat(layer.layer().scale()).isEqualTo(result.layers().get(i).scale());
		}
		assertThat(found).isEqualTo(chosen);
	}

}
