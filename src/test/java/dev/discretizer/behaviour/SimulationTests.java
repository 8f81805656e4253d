package dev.discretizer.behaviour;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

import dev.discretizer.behaviour.simulator.StepClock;
import dev.discretizer.behaviour.simulator.Monitor;
import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.behaviour.simulator.SimulatedLayer;
import dev.discretizer.behaviour.simulator.EventSource;
import dev.discretizer.behaviour.simulator.Convolution;
import dev.discretizer.codec.CountingAllowance;
import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.Finding.Code;
import dev.discretizer.discretize.Finding.Severity;
import dev.discretizer.discretize.ImpossibleInputException;
import dev.discretizer.graph.Size2d;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.EventRecording;
import dev.discretizer.tensor.ImpossibleRecordingException;
import dev.discretizer.tensor.ImpossibleRecordingException.Cause;
import dev.discretizer.tensor.RasterRecording;
import dev.discretizer.tensor.Recording;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Simulations by hand: one neuron for each output channel, fed by one place.
 */
class SimulationTests {

	private static final Shape ONE = Shape.of(1, 1, 1);

	private static final EnumSet<Mode> ALL = EnumSet.allOf(Mode.class);

	/** One neuron for each two weights, one for each channel of the input. */
	private static SimulatedNetwork network(int[] weights, int threshold, int minVMem, int @Nullable [] bias) {
		float[] floats = new float[weights.length];
		for (int i = 0; i < floats.length; i++) {
			floats[i] = weights[i];
		}
		return network(floats, weights, threshold, minVMem, bias);
	}

	private static SimulatedNetwork network(float[] floats, int[] weights, int threshold, int minVMem,
			int @Nullable [] bias) {
		int channels = weights.length / 2;
		return new SimulatedNetwork(Shape.of(2, 1, 1),
				List.of(new SimulatedLayer("conv",
						new Convolution(Shape.of(2, 1, 1), Shape.of(channels, 1, 1), new Size2d(1, 1), new Size2d(1, 1),
								new Size2d(0, 0)),
						List.of(new EventSource(EventSource.INPUT, new Size2d(1, 1))), true,
						new SimulatedLayer.FloatParameters(threshold, minVMem),
						new SimulatedLayer.IntegerParameters(1, threshold, minVMem),
						new SimulatedLayer.Weights(floats, null, weights, bias), Allowance.UNLIMITED)));
	}

	/** Events at whole microseconds on the channels given. */
	private static EventRecording events(String name, long start, int... channels) {
		long[] times = new long[channels.length];
		for (int i = 0; i < times.length; i++) {
			times[i] = start + i;
		}
		return new EventRecording(name, Shape.of(2, 1, 1), channels.length, times, channels);
	}

	private static SimulationResult run(SimulatedNetwork network, StepClock clock, List<Integer> labels,
			Recording... recordings) {
		return Simulation.run(network, List.of(recordings), new SimulationOptions(ALL, clock, labels, false),
				Allowance.UNLIMITED, Monitor.NONE, Workers.SEQUENTIAL);
	}

	private static int[] output(SimulationResult result, Mode mode) {
		return Objects.requireNonNull(result.recordings().get(0).counts().of(mode, 0));
	}

	private static ModeResult of(SimulationResult result, Mode mode) {
		return Objects.requireNonNull(result.of(mode));
	}

	/**
	 * Inhibition -9 and excitation +6, +6 of one step come to 3, below the threshold of
	 * 4. One after the other they are clamped at -4 in between: 2, then 8 - 4.
	 */
	@Test
	void eventsLoseInhibitionThatAStepKeeps() {
		SimulatedNetwork network = network(new int[] { -9, 6 }, 4, -4, null);
		SimulationResult result = run(network, new StepClock(10L, null), List.of(), events("one", 100, 0, 1, 1));
		assertThat(output(result, Mode.FLOAT_STEP)).containsExactly(0);
		assertThat(output(result, Mode.INTEGER_STEP)).containsExactly(0);
		assertThat(output(result, Mode.INTEGER_EVENT)).containsExactly(1);
	}

	/** 14 by a threshold of 4 is 3 spikes of a step, and one of an event. */
	@Test
	void neuronFiresSeveralTimesAStepAndOnceAnEvent() {
		SimulatedNetwork network = network(new int[] { 14, 0 }, 4, -4, null);
		SimulationResult result = run(network, new StepClock(10L, null), List.of(), events("one", 0, 0));
		assertThat(output(result, Mode.INTEGER_STEP)).containsExactly(3);
		assertThat(output(result, Mode.INTEGER_EVENT)).containsExactly(1);
	}

	@Test
	void recordingTellsItsStepsDurationAndLabel() {
		SimulatedNetwork network = network(new int[] { 4, 0, 0, 4 }, 4, -4, null);
		RecordingResult timed = run(network, new StepClock(10L, 95L), List.of(1), events("one", 100, 0, 1, 1, 0, 0, 1))
			.recordings()
			.get(0);
		assertThat(timed)
			.extracting(RecordingResult::name, RecordingResult::events, RecordingResult::steps,
					RecordingResult::duration, RecordingResult::label)
			.containsExactly("one", 6L, 2L, 20L, 1);
		RecordingResult empty = run(network, new StepClock(10L, null), List.of(), events("none", 0)).recordings()
			.get(0);
		assertThat(empty.steps()).isZero();
		assertThat(empty.duration()).isZero();
		RasterRecording raster = new RasterRecording("raster", Shape.of(2, 1, 1), 3, new char[6]);
		RecordingResult untimed = run(network, new StepClock(null, null), List.of(), raster).recordings().get(0);
		assertThat(untimed.steps()).isEqualTo(3);
		assertThat(untimed.duration()).isNull();
	}

	/** 3 spikes of 2 neurons in 2 steps of half a second. */
	@Test
	void rateIsSpikesOfANeuronInASecond() {
		SimulatedNetwork network = network(new int[] { 4, 0, 0, 4 }, 4, -4, null);
		EventRecording recording = new EventRecording("one", Shape.of(2, 1, 1), 3, new long[] { 0, 1, 600_000 },
				new int[] { 0, 0, 1 });
		SimulationResult result = run(network, new StepClock(500_000L, null), List.of(), recording);
		assertThat(result.modes()).extracting((mode) -> mode.layers().get(0).rate()).containsExactly(1.5, 1.5, 1.5);
		SimulationResult still = run(network, new StepClock(1L, null), List.of(), events("none", 0));
		assertThat(still.modes()).extracting((mode) -> mode.layers().get(0).rate()).containsOnlyNulls();
	}

	@Test
	void strongestOutputIsComparedWithFloatStepAndLabel() {
		// The second neuron is strongest by steps; by events inhibition is lost in the
		// first.
		SimulatedNetwork network = network(new int[] { -9, 8, 0, 4 }, 4, -4, null);
		EventRecording clamped = events("clamped", 0, 0, 0, 0, 1, 1, 1, 1, 1);
		EventRecording none = events("none", 0);
		SimulationResult result = run(network, new StepClock(10L, null), List.of(1, 0), clamped, none);
		assertThat(output(result, Mode.FLOAT_STEP)).containsExactly(3, 5);
		assertThat(output(result, Mode.INTEGER_EVENT)).containsExactly(5, 5);
		Summary floats = of(result, Mode.FLOAT_STEP).summary();
		assertThat(floats.agreement()).isEqualTo(1);
		assertThat(floats.accuracy()).isEqualTo(1);
		assertThat(floats.divergence()).isZero();
		Summary events = of(result, Mode.INTEGER_EVENT).summary();
		assertThat(events.agreement()).isEqualTo(0.5);
		assertThat(events.accuracy()).isEqualTo(0.5);
		assertThat(events.divergence()).isEqualTo(2 / 8.0);
	}

	@Test
	void nothingIsComparedWithoutFloatStep() {
		SimulatedNetwork network = network(new int[] { 4, 0, 0, 4 }, 4, -4, null);
		SimulationResult result = Simulation.run(network, List.of(events("one", 0, 0, 1)),
				new SimulationOptions(EnumSet.of(Mode.INTEGER_EVENT), new StepClock(null, null), List.of(), true),
				Allowance.UNLIMITED, Monitor.NONE, Workers.SEQUENTIAL);
		assertThat(result.of(Mode.FLOAT_STEP)).isNull();
		ModeResult events = of(result, Mode.INTEGER_EVENT);
		assertThat(events.summary()).isEqualTo(new Summary(null, null, null));
		assertThat(events.layers()).containsExactly(new LayerFigures(2, 1e6, null, null, null, null, null, null, 0, 4));
		assertThat(events.synops()).isEqualTo(4);
		assertThat(result.recordings().get(0).steps()).isNull();
	}

	@Test
	void findingsTellOfRatesThatShiftAndLayersThatAreSilent() {
		char[] counts = new char[200];
		for (int step = 0; step < 100; step++) {
			counts[2 * step] = 1;
			counts[2 * step + 1] = 2;
		}
		RasterRecording raster = new RasterRecording("raster", Shape.of(2, 1, 1), 100, counts);
		SimulatedNetwork shifted = network(new int[] { -16, 10 }, 4, -4, null);
		assertThat(run(shifted, new StepClock(null, null), List.of(), raster).findings()).singleElement()
			.satisfies((finding) -> {
				assertThat(finding.code()).isEqualTo(Code.RATE_SHIFT);
				assertThat(finding.severity()).isEqualTo(Severity.WARNING);
				assertThat(finding.tensor()).isEqualTo("conv");
			});
		SimulatedNetwork sound = network(new int[] { 4, 4 }, 4, -4, null);
		assertThat(run(sound, new StepClock(null, null), List.of(), raster).findings()).isEmpty();
		SimulatedNetwork silent = network(new float[] { 0.4f, 0.4f }, new int[2], 4, -4, null);
		assertThat(run(silent, new StepClock(null, null), List.of(), raster).findings()).extracting(Finding::code)
			.containsExactly(Code.SILENT_LAYER, Code.SILENT_LAYER);
	}

	@Test
	void biasLeavesEventsOut() {
		SimulatedNetwork network = network(new int[] { 4, 0 }, 4, -4, new int[] { 1 });
		SimulationResult result = run(network, new StepClock(1L, null), List.of(), events("one", 0, 0, 0, 0, 0));
		assertThat(result.modes()).extracting(ModeResult::mode).containsExactly(Mode.FLOAT_STEP, Mode.INTEGER_STEP);
		assertThat(output(result, Mode.INTEGER_STEP)).containsExactly(5);
		assertThat(result.findings()).extracting(Finding::code).contains(Code.BIAS_NOT_SIMULATED);
		assertThatExceptionOfType(BiasNotSimulatedException.class)
			.isThrownBy(() -> Calibration.run(network, new NoBounds(), List.of(events("one", 0, 0)),
					new StepClock(1L, null), List.of(), Allowance.UNLIMITED, Monitor.NONE, Workers.SEQUENTIAL))
			.withMessageContaining("layer conv has an integer bias");
		SimulatedNetwork zero = network(new int[] { 4, 0 }, 4, -4, new int[] { 0 });
		assertThat(run(zero, new StepClock(1L, null), List.of(), events("one", 0, 0)).of(Mode.INTEGER_EVENT))
			.isNotNull();
	}

	@Test
	void statesBeyond16BitsAreCountedByStepsAndSaturateByEvents() {
		SimulatedNetwork network = network(new int[] { 30_000, 0 }, 32_000, -4, null);
		SimulationResult result = run(network, new StepClock(10L, null), List.of(), events("one", 0, 0, 0, 0));
		// 90000 = 2 * 32000 + 26000; by events 60000 saturates, 767 + 30000 does not.
		assertThat(output(result, Mode.INTEGER_STEP)).containsExactly(2);
		assertThat(of(result, Mode.INTEGER_STEP).layers().get(0).beyond()).isEqualTo(1);
		assertThat(output(result, Mode.INTEGER_EVENT)).containsExactly(1);
		assertThat(of(result, Mode.INTEGER_EVENT).layers().get(0).beyond()).isEqualTo(1);
		assertThat(result.findings()).extracting(Finding::code).contains(Code.STATE_BEYOND_16_BITS);
	}

	@Test
	void thresholdOfZeroIsRefused() {
		SimulatedNetwork network = network(new int[] { 1, 0 }, 0, -1, null);
		assertThatExceptionOfType(ImpossibleInputException.class)
			.isThrownBy(() -> run(network, new StepClock(1L, null), List.of(), events("one", 0, 0)))
			.withMessageContaining("layer conv: spike_threshold");
	}

	@Test
	void labelsMustFit() {
		SimulatedNetwork network = network(new int[] { 4, 0, 0, 4 }, 4, -4, null);
		StepClock clock = new StepClock(1L, null);
		assertThat(refusal(() -> run(network, clock, List.of(1, 0), events("one", 0, 0))).cause())
			.isEqualTo(Cause.LABEL_IMPOSSIBLE);
		ImpossibleRecordingException outside = refusal(() -> run(network, clock, List.of(2), events("one", 0, 0)));
		assertThat(outside)
			.hasMessage("recording one: label 2 found, 0 to 1 are expected: the network has 2 output neurons");
		assertThat(outside.value()).isEqualTo("2");
	}

	@Test
	void timesMustFitTheClock() {
		SimulatedNetwork network = network(new int[] { 4, 0 }, 4, -4, null);
		ImpossibleRecordingException early = refusal(
				() -> run(network, new StepClock(10L, 101L), List.of(), events("one", 100, 0, 0)));
		assertThat(early.cause()).isEqualTo(Cause.BEFORE_START);
		assertThat(early).hasMessage("recording one: t[0] is 100, at least t0 = 101 is expected");
		assertThat(refusal(() -> run(network, new StepClock(null, null), List.of(), events("one", 0, 0))).cause())
			.isEqualTo(Cause.STEP_LENGTH_MISSING);
	}

	/** From the smallest long to the largest there are 2^64 - 1 microseconds. */
	@Test
	void stepsNeverOverflow() {
		EventRecording wide = new EventRecording("wide", ONE, 2, new long[] { Long.MIN_VALUE, Long.MAX_VALUE },
				new int[2]);
		assertThat(new StepClock(1L, null).steps(wide)).isEqualTo(Long.MAX_VALUE);
		assertThat(new StepClock(2L, null).steps(wide)).isEqualTo(Long.MAX_VALUE);
		assertThat(new StepClock(4L, null).steps(wide)).isEqualTo(1L << 62);
		assertThat(new StepClock(4L, null).duration(wide)).isEqualTo(Long.MAX_VALUE);
		assertThat(new StepClock(null, null).duration(wide)).isEqualTo(Long.MAX_VALUE);
	}

	private static ImpossibleRecordingException refusal(Runnable simulation) {
		try {
			simulation.run();
		}
		catch (ImpossibleRecordingException ex) {
			return ex;
		}
		throw new AssertionError("nothing was refused");
	}

	/** Stops a simulation, as a limit does. */
	private static final class Stopped extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

	@Test
	void monitorStopsEachMode() {
		SimulatedNetwork network = network(new int[20_000], 4, -4, null);
		for (Mode mode : ALL) {
			AtomicLong synops = new AtomicLong();
			Monitor monitor = new Monitor() {
				@Override
				public void steps(String recording, long steps) {
					assertThat(steps).isEqualTo(10_000);
				}

				@Override
				public void work(long more, long other) {
					if (synops.addAndGet(more) > 5_000_000) {
						throw new Stopped();
					}
				}
			};
			assertThatThrownBy(() -> Simulation.run(network, List.of(events("one", 0, new int[10_000])),
					new SimulationOptions(EnumSet.of(mode), new StepClock(1L, null), List.of(), false),
					Allowance.UNLIMITED, monitor, Workers.SEQUENTIAL))
				.as(mode.label())
				.isInstanceOf(Stopped.class);
			assertThat(synops).hasValueLessThan(10_000_000);
		}
	}

	/** Two ints an event, and twice that while a buffer grows. */
	@Test
	void memoryOfEventsIsReservedAsItGrows() {
		SimulatedNetwork network = network(new int[] { 4, 4, 4, 4 }, 4, -4, null);
		long few = reserved(network, 1000);
		long many = reserved(network, 100_000);
		assertThat(many - few).isBetween(99_000L * 24, 99_000L * 24 * 4);
	}

	private static long reserved(SimulatedNetwork network, int events) {
		CountingAllowance allowance = new CountingAllowance();
		Simulation.run(network, List.of(events("one", 0, new int[events])),
				new SimulationOptions(EnumSet.of(Mode.INTEGER_EVENT), new StepClock(1L, null), List.of(), false),
				allowance, Monitor.NONE, Workers.SEQUENTIAL);
		return allowance.reserved();
	}

	/** A pool of 2 over 3 columns takes two of them, and drops the last. */
	@Test
	void remainderOfAPoolIsDropped() {
		List<SimulatedLayer> layers = new ArrayList<>();
		layers.add(pass("first", Shape.of(1, 1, 3), EventSource.INPUT, new Size2d(1, 1)));
		layers.add(pass("second", Shape.of(1, 1, 1), 0, new Size2d(1, 2)));
		SimulatedNetwork network = new SimulatedNetwork(Shape.of(1, 1, 3), layers);
		EventRecording recording = new EventRecording("one", Shape.of(1, 1, 3), 3, new long[] { 0, 1, 2 },
				new int[] { 0, 1, 2 });
		SimulationResult result = run(network, new StepClock(10L, null), List.of(), recording);
		assertThat(result.modes()).extracting((mode) -> mode.layers().get(0).spikes()).containsExactly(3L, 3L, 3L);
		assertThat(result.modes()).extracting((mode) -> mode.layers().get(1).spikes()).containsExactly(2L, 2L, 2L);
	}

	private static SimulatedLayer pass(String name, Shape shape, int source, Size2d pool) {
		return new SimulatedLayer(name,
				new Convolution(shape, shape, new Size2d(1, 1), new Size2d(1, 1), new Size2d(0, 0)),
				List.of(new EventSource(source, pool)), true, new SimulatedLayer.FloatParameters(1, -1),
				new SimulatedLayer.IntegerParameters(1, 1, -1),
				new SimulatedLayer.Weights(new float[] { 1 }, null, new int[] { 1 }, null), Allowance.UNLIMITED);
	}

	@Test
	void networksThatDoNotFitTogetherAreRefused() {
		assertThatThrownBy(() -> new SimulatedNetwork(Shape.of(1, 1, 4),
				List.of(pass("first", Shape.of(1, 1, 3), EventSource.INPUT, new Size2d(1, 1)))))
			.isInstanceOf(IllegalArgumentException.class)
			.hasMessage("layer first takes [1, 1, 3], its source gives [1, 1, 4]");
		assertThatThrownBy(
				() -> new Convolution(ONE, Shape.of(1, 2, 1), new Size2d(1, 1), new Size2d(1, 1), new Size2d(0, 0)))
			.hasMessage("output height is 2, 1 is expected");
	}

	/** Bounds that nobody asks for. */
	private static final class NoBounds implements Bounds {

		@Override
		public @Nullable Integer integer(int layer, float minVMem) {
			throw new AssertionError();
		}

		@Override
		public @Nullable Float own(int layer) {
			throw new AssertionError();
		}

	}

}
