package dev.discretizer.behaviour;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

import dev.discretizer.behaviour.simulator.StepSimulator;
import dev.discretizer.behaviour.simulator.StepClock;
import dev.discretizer.behaviour.simulator.EventSimulator;
import dev.discretizer.behaviour.simulator.EventLayer;
import dev.discretizer.behaviour.simulator.EventInput;
import dev.discretizer.behaviour.simulator.EventBuffer;
import dev.discretizer.behaviour.simulator.Monitor;
import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.behaviour.simulator.SimulatedLayer;
import dev.discretizer.behaviour.simulator.EventSource;
import dev.discretizer.discretize.ImpossibleInputException;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.ImpossibleRecordingException;
import dev.discretizer.tensor.ImpossibleRecordingException.Cause;
import dev.discretizer.tensor.Recording;
import org.jspecify.annotations.Nullable;

/**
 * Chooses each layer's min_v_mem by simulation. Layers are calibrated in topological
 * order. Each candidate of a layer is simulated by events, on the events that the
 * preceding layers emit with their chosen min_v_mem:
 *
 * <pre>
 * candidates: its own, then fl32(-k * threshold) for k = 1, 1.5, 2, 3, 4, 6, 8, 16
 *             without those that give an integer again, or change the layer's scale
 * divergence_sum = sum over recordings and neurons of |event count - float_step count|
 * </pre>
 *
 * The candidate with the smallest sum is chosen, the first of equals. The candidates of a
 * layer share its input events and its float_step run. A layer without negative weights
 * never has a state below 0, so all candidates at or below 0 give the same result and are
 * run once.
 *
 * <p>
 * Recordings are independent; the result does not depend on how many are simulated at
 * once.
 */
public final class Calibration {

	private static final double[] FACTORS = { 1, 1.5, 2, 3, 4, 6, 8, 16 };

	private final SimulatedNetwork network;

	private final Bounds bounds;

	private final List<Recording> recordings;

	private final StepClock clock;

	private final List<Integer> labels;

	private final Allowance allowance;

	private final Monitor monitor;

	private final Workers workers;

	/** Activity in float_step, by recording. */
	private final Activity[] floats;

	/** Activity with the chosen bounds, by recording. */
	private final Activity[] chosen;

	/** Events of the network's input, by recording. */
	private final EventBuffer[] inputs;

	/** Events that each layer emits with its chosen bound, by layer and recording. */
	private final EventBuffer[][] emitted;

	private Calibration(SimulatedNetwork network, Bounds bounds, List<Recording> recordings, StepClock clock,
			List<Integer> labels, Allowance allowance, Monitor monitor, Workers workers) {
		this.network = network;
		this.bounds = bounds;
		this.recordings = List.copyOf(recordings);
		this.clock = clock;
		this.labels = List.copyOf(labels);
		this.allowance = new SharedAllowance(allowance);
		this.monitor = monitor;
		this.workers = workers;
		int count = recordings.size();
		this.allowance.reserve(2L * count * Activity.bytes(network));
		this.floats = new Activity[count];
		this.chosen = new Activity[count];
		this.inputs = new EventBuffer[count];
		this.emitted = new EventBuffer[network.layers().size()][count];
		check();
	}

	/**
	 * Calibrates a network.
	 * @param bounds of its layers
	 * @param recordings of the network's input, at least one
	 * @param labels the right output neuron of each recording, or none
	 * @param allowance asked before memory is taken
	 * @param monitor told of the work; may stop it
	 * @param workers run the recordings
	 * @throws ImpossibleRecordingException if a recording cannot be simulated, a label
	 * does not fit, or nothing spikes
	 * @throws ImpossibleInputException if an integer threshold is 0
	 * @throws BiasNotSimulatedException if a layer has an integer bias
	 */
	public static CalibrationResult run(SimulatedNetwork network, Bounds bounds, List<Recording> recordings,
			StepClock clock, List<Integer> labels, Allowance allowance, Monitor monitor, Workers workers) {
		return new Calibration(network, bounds, recordings, clock, labels, allowance, monitor, workers).run();
	}

	private void check() {
		for (SimulatedLayer layer : this.network.layers()) {
			if (layer.hasIntegerBias()) {
				throw new BiasNotSimulatedException(layer.name());
			}
		}
		Thresholds.check(this.network, EnumSet.of(Mode.INTEGER_EVENT));
		Outputs.check(this.network, this.labels, this.recordings);
	}

	private CalibrationResult run() {
		simulateFloats();
		ModeResult before = before();
		readInputs();
		List<CalibratedLayer> layers = new ArrayList<>();
		for (int i = 0; i < this.network.layers().size(); i++) {
			layers.add(calibrate(i));
		}
		ModeResult after = result(this.chosen);
		return new CalibrationResult(layers, before, after, BehaviourFindings.of(this.network, floatSpikes(), after));
	}

	private void simulateFloats() {
		Pool<StepSimulator> simulators = new Pool<>(() -> new StepSimulator(this.network, false, this.allowance));
		this.workers.each(this.recordings.size(), (i) -> simulators.use((simulator) -> {
			simulator.run(this.recordings.get(i), this.clock, this.monitor);
			this.floats[i] = Activity.of(this.network, simulator);
		}));
		if (Arrays.stream(floatSpikes()).sum() == 0) {
			throw new ImpossibleRecordingException(Cause.NO_SPIKES, null, -1, null,
					"no layer spikes in float_step of %d recordings; longer or more active recordings are expected"
						.formatted(this.recordings.size()));
		}
	}

	/** Spikes by float_step of each layer, over all recordings. */
	private long[] floatSpikes() {
		long[] spikes = new long[this.network.layers().size()];
		for (Activity activity : this.floats) {
			for (int i = 0; i < spikes.length; i++) {
				spikes[i] += activity.total(i);
			}
		}
		return spikes;
	}

	private ModeResult before() {
		Activity[] own = new Activity[this.recordings.size()];
		this.allowance.reserve(own.length * Activity.bytes(this.network));
		Pool<EventSimulator> simulators = new Pool<>(() -> new EventSimulator(this.network, this.allowance));
		int[] minVMem = Simulation.ownBounds(this.network);
		this.workers.each(own.length, (i) -> simulators.use((simulator) -> {
			simulator.run(this.recordings.get(i), minVMem, this.monitor);
			own[i] = Activity.of(this.network, simulator);
		}));
		return result(own);
	}

	private ModeResult result(Activity[] activity) {
		ModeTally tally = new ModeTally(this.network, Mode.INTEGER_EVENT, activity.length, true);
		for (int i = 0; i < activity.length; i++) {
			tally.add(i, activity[i], this.floats[i]);
		}
		return tally.result(Durations.seconds(this.recordings, this.clock), this.labels);
	}

	private void readInputs() {
		EventInput reader = new EventInput(this.allowance);
		for (int i = 0; i < this.inputs.length; i++) {
			this.inputs[i] = new EventBuffer(this.allowance);
			reader.read(this.recordings.get(i), this.inputs[i], this.monitor);
			this.chosen[i] = Activity.empty(this.network.layers().size());
		}
	}

	private CalibratedLayer calibrate(int index) {
		SimulatedLayer layer = this.network.layers().get(index);
		List<Choice> choices = choices(index, layer);
		LayerTrial trial = new LayerTrial(index, layer);
		List<Candidate> candidates = new ArrayList<>();
		int best = 0;
		for (Choice choice : choices) {
			int same = sameAs(choice, choices.subList(0, candidates.size()), layer);
			if (same >= 0) {
				Candidate earlier = candidates.get(same);
				candidates
					.add(new Candidate(choice.factor(), choice.integer(), earlier.divergenceSum(), earlier.spikes()));
				continue;
			}
			long smallest = candidates.isEmpty() ? Long.MAX_VALUE : candidates.get(best).divergenceSum();
			Candidate tried = trial.run(choice, smallest);
			best = (tried.divergenceSum() < smallest) ? candidates.size() : best;
			candidates.add(tried);
		}
		Choice chosen = choices.get(best);
		return new CalibratedLayer(layer.name(), layer.integers().scale(), layer.integers().threshold(),
				layer.integers().minVMem(), chosen.integer(), chosen.factor(), chosen.minVMem(), candidates,
				floatSpikes()[index]);
	}

	/**
	 * A candidate bound.
	 *
	 * @param minVMem the float, or null if none gives the integer
	 */
	private record Choice(@Nullable Double factor, int integer, @Nullable Float minVMem) {
	}

	private List<Choice> choices(int index, SimulatedLayer layer) {
		List<Choice> choices = new ArrayList<>();
		choices.add(new Choice(null, layer.integers().minVMem(), this.bounds.own(index)));
		for (double factor : FACTORS) {
			float minVMem = (float) (-factor * layer.floats().threshold());
			Integer integer = this.bounds.integer(index, minVMem);
			if (integer != null && choices.stream().noneMatch((choice) -> choice.integer() == integer)) {
				choices.add(new Choice(factor, integer, minVMem));
			}
		}
		return choices;
	}

	/** Index of an earlier candidate that gives the same result, or -1. */
	private static int sameAs(Choice choice, List<Choice> earlier, SimulatedLayer layer) {
		if (layer.smallestWeight() == 0 && choice.integer() <= 0) {
			for (int i = 0; i < earlier.size(); i++) {
				if (earlier.get(i).integer() <= 0) {
					return i;
				}
			}
		}
		return -1;
	}

	/**
	 * Simulates the candidates of one layer and keeps the events of the best one.
	 */
	private final class LayerTrial {

		private final int index;

		private final Pool<EventLayer> simulators;

		private final EventBuffer[] buffers = new EventBuffer[Calibration.this.recordings.size()];

		private LayerTrial(int index, SimulatedLayer layer) {
			this.index = index;
			Calibration.this.allowance
				.reserve(this.buffers.length * (long) layer.convolution().neurons() * Integer.BYTES);
			this.simulators = new Pool<>(
					() -> new EventLayer(Calibration.this.network, layer, Calibration.this.allowance));
			Arrays.setAll(this.buffers, (i) -> new EventBuffer(Calibration.this.allowance));
			Arrays.setAll(Calibration.this.emitted[index], (i) -> new EventBuffer(Calibration.this.allowance));
		}

		/**
		 * Simulates one candidate.
		 * @param best the smallest sum of the earlier candidates
		 */
		private Candidate run(Choice choice, long best) {
			int count = this.buffers.length;
			long[] divergence = new long[count];
			Activity[] tried = new Activity[count];
			Calibration.this.workers.each(count, (i) -> this.simulators.use((simulator) -> {
				simulator.run(choice.integer(), inputs(i), this.buffers[i], Calibration.this.monitor);
				tried[i] = Activity.empty(Calibration.this.network.layers().size());
				tried[i].put(Calibration.this.network, this.index, simulator, this.buffers[i].size());
				divergence[i] = difference(tried[i].counts()[this.index],
						Calibration.this.floats[i].counts()[this.index]);
			}));
			long sum = Arrays.stream(divergence).sum();
			if (sum < best) {
				keep(tried);
			}
			long spikes = Arrays.stream(tried).mapToLong((activity) -> activity.total(this.index)).sum();
			return new Candidate(choice.factor(), choice.integer(), sum, spikes);
		}

		private EventBuffer[] inputs(int recording) {
			List<EventSource> sources = Calibration.this.network.layers().get(this.index).sources();
			EventBuffer[] found = new EventBuffer[sources.size()];
			for (int i = 0; i < found.length; i++) {
				found[i] = sources.get(i).isInput() ? Calibration.this.inputs[recording]
						: Calibration.this.emitted[sources.get(i).layer()][recording];
			}
			return found;
		}

		private void keep(Activity[] tried) {
			for (int i = 0; i < tried.length; i++) {
				EventBuffer before = Calibration.this.emitted[this.index][i];
				Calibration.this.emitted[this.index][i] = this.buffers[i];
				this.buffers[i] = before;
				Calibration.this.chosen[i].take(this.index, tried[i]);
			}
		}

		private static long difference(int[] counts, int[] floats) {
			long sum = 0;
			for (int i = 0; i < counts.length; i++) {
				sum += Math.abs((long) counts[i] - floats[i]);
			}
			return sum;
		}

	}

}
