package dev.discretizer.behaviour;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

import dev.discretizer.behaviour.simulator.StepSimulator;
import dev.discretizer.behaviour.simulator.StepClock;
import dev.discretizer.behaviour.simulator.StepLayer;
import dev.discretizer.behaviour.simulator.EventSimulator;
import dev.discretizer.behaviour.simulator.EventLayer;
import dev.discretizer.behaviour.simulator.EventInput;
import dev.discretizer.behaviour.simulator.EventBuffer;
import dev.discretizer.behaviour.simulator.Monitor;
import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.behaviour.simulator.SimulatedLayer;
import dev.discretizer.behaviour.TwinNetworks.Sample;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.RasterRecording;
import dev.discretizer.tensor.Recording;
import dev.discretizer.tensor.Shape;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Both simulators against plain Python, on random small networks with strides, paddings,
 * pools that do not divide, branches, merges, biases and states that saturate.
 */
class SimulatorTwinTests {

	private static final StepClock CLOCK = new StepClock(null, null);

	static List<Sample> networks() throws IOException {
		return TwinNetworks.all();
	}

	/** Those whose first layer fires at most once an event, and never saturates. */
	static List<Sample> clampedAlike() throws IOException {
		return networks().stream().filter((sample) -> {
			SimulatedLayer layer = sample.network().layers().get(0);
			int threshold = layer.integers().threshold();
			return layer.largestWeight() <= threshold && threshold + layer.largestWeight() <= Short.MAX_VALUE
					&& layer.integers().minVMem() <= 0 && !layer.hasIntegerBias();
		}).toList();
	}

	@Test
	void samplesHaveWhatIsTold() throws IOException {
		List<SimulatedLayer> layers = networks().stream()
			.flatMap((sample) -> sample.network().layers().stream())
			.toList();
		assertThat(networks()).hasSize(60);
		assertThat(clampedAlike()).hasSizeGreaterThan(20);
		assertThat(layers).anyMatch((layer) -> layer.sources().size() > 1)
			.anyMatch(SimulatedLayer::hasIntegerBias)
			.anyMatch((layer) -> layer.smallestWeight() == 0)
			.anyMatch((layer) -> layer.largestWeight() > layer.integers().threshold())
			.anyMatch((layer) -> layer.integers().minVMem() > 0)
			.anyMatch((layer) -> layer.convolution().stride().width() > layer.convolution().kernel().width());
	}

	@ParameterizedTest
	@MethodSource("networks")
	void eventsAreThoseOfTheTwinInItsOrder(Sample sample) {
		EventSimulator simulator = new EventSimulator(sample.network(), Allowance.UNLIMITED);
		for (int r = 0; r < sample.recordings().size(); r++) {
			JsonNode expected = sample.expected().get("recordings").get(r).get("integer_event");
			if (expected == null) {
				assertThat(sample.network().layers()).anyMatch(SimulatedLayer::hasIntegerBias);
				return;
			}
			simulator.run(sample.recordings().get(r), Simulation.ownBounds(sample.network()), Monitor.NONE);
			for (int i = 0; i < sample.network().layers().size(); i++) {
				EventLayer layer = simulator.layers().get(i);
				Shape shape = sample.network().layers().get(i).convolution().output();
				assertThat(emitted(simulator.emitted(i), shape))
					.isEqualTo(TwinNetworks.ints(expected.get("emitted").get(i)));
				assertThat(SpikeCounts.channelsFirst(layer.state(), shape))
					.isEqualTo(TwinNetworks.ints(expected.get("states").get(i)));
				assertThat(layer.saturated()).isEqualTo(expected.get("saturated").get(i).asLong());
				assertThat(layer.synops()).isEqualTo(expected.get("synops").get(i).asLong());
			}
		}
	}

	/** The events (t, c, y, x), one after the other. */
	private static int[] emitted(EventBuffer events, Shape shape) {
		int[] flat = new int[4 * events.size()];
		for (int i = 0; i < events.size(); i++) {
			int position = events.place(i) / shape.dim(0);
			flat[4 * i] = events.tick(i);
			flat[4 * i + 1] = events.place(i) % shape.dim(0);
			flat[4 * i + 2] = position / shape.dim(2);
			flat[4 * i + 3] = position % shape.dim(2);
		}
		return flat;
	}

	@ParameterizedTest
	@MethodSource("networks")
	void stepsAreThoseOfTheTwin(Sample sample) {
		checkSteps(sample, true);
		checkSteps(sample, false);
	}

	private static void checkSteps(Sample sample, boolean integers) {
		StepSimulator simulator = new StepSimulator(sample.network(), integers, Allowance.UNLIMITED);
		for (int r = 0; r < sample.recordings().size(); r++) {
			JsonNode expected = sample.expected()
				.get("recordings")
				.get(r)
				.get((integers ? Mode.INTEGER_STEP : Mode.FLOAT_STEP).label());
			simulator.run(sample.recordings().get(r), CLOCK, Monitor.NONE);
			for (int i = 0; i < sample.network().layers().size(); i++) {
				StepLayer layer = simulator.layers().get(i);
				Shape shape = sample.network().layers().get(i).convolution().output();
				int[] counts = TwinNetworks.ints(expected.get("counts").get(i));
				assertThat(SpikeCounts.channelsFirst(layer.spikes(), shape)).isEqualTo(counts);
				assertThat(layer.total()).isEqualTo(Arrays.stream(counts).sum());
				assertThat(channelsFirst(layer.state(), shape))
					.isEqualTo(TwinNetworks.doubles(expected.get("states").get(i)));
				assertThat(layer.beyond()).isEqualTo(expected.get("beyond").get(i).asLong());
				assertThat(layer.synops()).isEqualTo(expected.get("synops").get(i).asLong());
			}
		}
	}

	private static double[] channelsFirst(double[] values, Shape shape) {
		int channels = shape.dim(0);
		int area = shape.elements() / channels;
		double[] dest = new double[values.length];
		for (int i = 0; i < values.length; i++) {
			dest[i % channels * area + i / channels] = values[i];
		}
		return dest;
	}

	/**
	 * With one event in each step and no weight above the threshold, a layer by steps is
	 * the layer by events: both clamp after each event.
	 */
	@ParameterizedTest
	@MethodSource("clampedAlike")
	void oneEventAStepIsTheSameByStepsAndByEvents(Sample sample) {
		SimulatedLayer layer = sample.network().layers().get(0);
		SimulatedNetwork one = new SimulatedNetwork(sample.network().input(), List.of(layer));
		Recording recording = spread((RasterRecording) sample.recordings().get(0));
		EventSimulator events = new EventSimulator(one, Allowance.UNLIMITED);
		events.run(recording, Simulation.ownBounds(one), Monitor.NONE);
		StepSimulator steps = new StepSimulator(one, true, Allowance.UNLIMITED);
		steps.run(recording, CLOCK, Monitor.NONE);
		assertThat(events.layers().get(0).spikes()).isEqualTo(steps.layers().get(0).spikes());
		assertThat(Arrays.stream(events.layers().get(0).state()).asDoubleStream().toArray())
			.isEqualTo(steps.layers().get(0).state());
		assertThat(events.layers().get(0).synops()).isEqualTo(steps.layers().get(0).synops());
	}

	/** Each event in a step of its own. */
	private static RasterRecording spread(RasterRecording raster) {
		int elements = raster.input().elements();
		char[] counts = new char[Math.toIntExact(raster.events()) * elements];
		int step = 0;
		for (int i = 0; i < raster.steps() * elements; i++) {
			for (int n = 0; n < raster.counts()[i]; n++) {
				counts[step++ * elements + i % elements] = 1;
			}
		}
		return new RasterRecording("spread", raster.input(), step, counts);
	}

	@Test
	void rasterEventsComeInTheOrderOfTheTwin() throws IOException {
		JsonNode json = JsonMapper.shared().readTree(TwinNetworks.resource("raster_order.json"));
		Shape input = Shape.of(2, 2, 2);
		EventBuffer events = new EventBuffer(Allowance.UNLIMITED);
		new EventInput(Allowance.UNLIMITED).read(TwinNetworks.raster("raster", json.get("raster"), input), events,
				Monitor.NONE);
		assertThat(emitted(events, input)).isEqualTo(TwinNetworks.ints(json.get("events")));
	}

	@ParameterizedTest
	@MethodSource("networks")
	void figuresAndCalibrationAreThoseOfTheTwin(Sample sample) {
		SimulationResult result = Simulation.run(sample.network(), sample.recordings(),
				new SimulationOptions(EnumSet.allOf(Mode.class), CLOCK, List.of(), false), Allowance.UNLIMITED,
				Monitor.NONE, Workers.SEQUENTIAL);
		sample.expected().get("figures").propertyStream().forEach((entry) -> {
			ModeResult mode = Objects.requireNonNull(result.of(Objects.requireNonNull(Mode.ofLabel(entry.getKey()))));
			for (int i = 0; i < entry.getValue().size(); i++) {
				check(mode.layers().get(i), entry.getValue().get(i));
			}
		});
		JsonNode table = sample.expected().get("calibration");
		if (table != null) {
			checkCalibration(sample, table, sample.expected().get("chosen"));
		}
	}

	private static void check(LayerFigures figures, JsonNode expected) {
		assertThat(figures.spikes()).isEqualTo(expected.get("spikes").asLong());
		near(figures.rateRatio(), expected.get("rate_ratio"));
		near(figures.divergence(), expected.get("divergence"));
		near(figures.cosine(), expected.get("cosine"));
		assertThat(figures.silenced()).isEqualTo(expected.get("silenced").asLong());
		assertThat(figures.awakened()).isEqualTo(expected.get("awakened").asLong());
		assertThat(figures.overactive()).isEqualTo(expected.get("overactive").asLong());
		assertThat(figures.rate()).isNull();
	}

	private static void near(@Nullable Double found, JsonNode expected) {
		if (expected.isNull()) {
			assertThat(found).isNull();
		}
		else {
			assertThat(found).isCloseTo(expected.asDouble(), Offset.offset(1e-12));
		}
	}

	private static void checkCalibration(Sample sample, JsonNode table, JsonNode chosen) {
		CalibrationResult result = Calibration.run(sample.network(), new UnitScale(sample.network()),
				sample.recordings(), CLOCK, List.of(), Allowance.UNLIMITED, Monitor.NONE, Workers.SEQUENTIAL);
		for (int i = 0; i < table.size(); i++) {
			CalibratedLayer layer = result.layers().get(i);
			assertThat(layer.candidates()).isEqualTo(table.get(i)
				.valueStream()
				.map((row) -> new Candidate(row.get(0).isNull() ? null : (Double) row.get(0).asDouble(),
						row.get(1).asInt(), row.get(2).asLong(), row.get(3).asLong()))
				.toList());
			assertThat(layer.chosen()).isEqualTo(chosen.get(i).asInt());
		}
	}

	/**
	 * The limit on synops counts float_step, the run before, and all candidates of each
	 * layer. All candidates of a layer are given the same events, and add as often. No
	 * bound at or below 0 is reached without negative weights: one run tells for all.
	 */
	@ParameterizedTest
	@MethodSource("networks")
	void workIsThatOfAllCandidatesButThoseThatCannotDiffer(Sample sample) {
		if (sample.expected().get("calibration") == null) {
			return;
		}
		LongAdder work = new LongAdder();
		CalibrationResult result = Calibration.run(sample.network(), new UnitScale(sample.network()),
				sample.recordings(), CLOCK, List.of(), Allowance.UNLIMITED, counting(work), Workers.SEQUENTIAL);
		SimulationResult steps = Simulation.run(sample.network(), sample.recordings(),
				new SimulationOptions(EnumSet.of(Mode.FLOAT_STEP), CLOCK, List.of(), false), Allowance.UNLIMITED,
				Monitor.NONE, Workers.SEQUENTIAL);
		long expected = Objects.requireNonNull(steps.of(Mode.FLOAT_STEP)).synops() + result.before().synops();
		for (int i = 0; i < result.layers().size(); i++) {
			CalibratedLayer layer = result.layers().get(i);
			List<Candidate> candidates = layer.candidates();
			boolean inhibits = sample.network().layers().get(i).smallestWeight() < 0;
			long runs = candidates.stream().filter((one) -> inhibits || one.minVMem() > 0).count();
			expected += result.after().layers().get(i).synops() * (inhibits ? runs : runs + 1);
			if (!inhibits && layer.reference() <= 0) {
				assertThat(layer.chosen()).isEqualTo(layer.reference());
			}
		}
		assertThat(work.sum()).isEqualTo(expected);
	}

	private static Monitor counting(LongAdder work) {
		return new Monitor() {
			@Override
			public void steps(String recording, long steps) {
			}

			@Override
			public void work(long more, long other) {
				work.add(more);
			}
		};
	}

	/** Integer bounds by the integer threshold itself. */
	private record UnitScale(SimulatedNetwork network) implements Bounds {

		@Override
		public Integer integer(int layer, float minVMem) {
			SimulatedLayer found = this.network.layers().get(layer);
			double factor = minVMem / found.floats().threshold();
			return (int) Math.max(-32768, Math.rint(Math.rint(factor * 2) / 2 * found.integers().threshold()));
		}

		@Override
		public @Nullable Float own(int layer) {
			return null;
		}

	}

}
