package dev.discretizer.behaviour;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import dev.discretizer.behaviour.simulator.StepSimulator;
import dev.discretizer.behaviour.simulator.EventSimulator;
import dev.discretizer.behaviour.simulator.Monitor;
import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.behaviour.simulator.SimulatedLayer;
import dev.discretizer.discretize.ImpossibleInputException;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.EventRecording;
import dev.discretizer.tensor.ImpossibleRecordingException;
import dev.discretizer.tensor.Recording;
import org.jspecify.annotations.Nullable;

/**
 * Simulates recordings in several modes, and compares them with the network as trained.
 * Recordings are independent; the result does not depend on how many are simulated at
 * once.
 */
public final class Simulation {

	private final SimulatedNetwork network;

	private final List<Recording> recordings;

	private final SimulationOptions options;

	private final Set<Mode> modes;

	private final Monitor monitor;

	private final Allowance allowance;

	private final Map<Mode, ModeTally> tallies = new EnumMap<>(Mode.class);

	private final Pool<StepSimulator> floatSteps;

	private final Pool<StepSimulator> integerSteps;

	private final Pool<EventSimulator> integerEvents;

	private final Pool<Scratch> scratch;

	/** Marks that memory for the spikes of three modes is reserved. */
	private static final class Scratch {

	}

	private Simulation(SimulatedNetwork network, List<Recording> recordings, SimulationOptions options,
			Allowance allowance, Monitor monitor) {
		this.network = network;
		this.recordings = List.copyOf(recordings);
		this.options = options;
		this.monitor = monitor;
		this.allowance = new SharedAllowance(allowance);
		this.modes = EnumSet.copyOf(options.modes());
		if (network.layers().stream().anyMatch(SimulatedLayer::hasIntegerBias)) {
			this.modes.remove(Mode.INTEGER_EVENT);
		}
		Thresholds.check(network, this.modes);
		Outputs.check(network, options.labels(), this.recordings);
		for (Mode mode : this.modes) {
			this.tallies.put(mode, new ModeTally(network, mode, this.recordings.size(), comparing()));
		}
		this.floatSteps = new Pool<>(() -> new StepSimulator(network, false, this.allowance));
		this.integerSteps = new Pool<>(() -> new StepSimulator(network, true, this.allowance));
		this.integerEvents = new Pool<>(() -> new EventSimulator(network, this.allowance));
		this.scratch = new Pool<>(() -> {
			this.allowance.reserve(Activity.bytes(network) * this.modes.size());
			return new Scratch();
		});
	}

	/**
	 * Simulates recordings.
	 * @param recordings of the network's input, at least one
	 * @param allowance asked before memory is taken
	 * @param monitor told of the work; may stop it
	 * @param workers run the recordings
	 * @throws ImpossibleRecordingException if a recording cannot be simulated, or a label
	 * does not fit
	 * @throws ImpossibleInputException if an integer threshold is 0
	 */
	public static SimulationResult run(SimulatedNetwork network, List<Recording> recordings, SimulationOptions options,
			Allowance allowance, Monitor monitor, Workers workers) {
		return new Simulation(network, recordings, options, allowance, monitor).run(workers);
	}

	private boolean comparing() {
		return this.modes.contains(Mode.FLOAT_STEP);
	}

	private SimulationResult run(Workers workers) {
		for (Recording recording : this.recordings) {
			if (recording instanceof EventRecording events) {
				this.options.clock().checkStart(events);
			}
		}
		RecordingResult[] results = new RecordingResult[this.recordings.size()];
		workers.each(results.length, (i) -> this.scratch.use((reserved) -> results[i] = simulate(i)));
		Double seconds = Durations.seconds(this.recordings, this.options.clock());
		List<ModeResult> figures = new ArrayList<>();
		for (ModeTally tally : this.tallies.values()) {
			figures.add(tally.result(seconds, this.options.labels()));
		}
		return new SimulationResult(this.network, figures, List.of(results),
				BehaviourFindings.of(this.network, figures, this.options.modes()));
	}

	private RecordingResult simulate(int index) {
		Recording recording = this.recordings.get(index);
		SpikeCounts counts = new SpikeCounts();
		Activity floats = null;
		// Float_step comes first, so that the others are compared with it.
		for (Mode mode : this.modes) {
			Activity activity = activity(mode, recording);
			floats = (mode == Mode.FLOAT_STEP) ? activity : floats;
			Objects.requireNonNull(this.tallies.get(mode)).add(index, activity, floats);
			counts.put(mode, kept(activity));
		}
		List<Integer> labels = this.options.labels();
		return new RecordingResult(recording.name(), recording.events(),
				Durations.steps(recording, this.options.clock()), this.options.clock().duration(recording),
				labels.isEmpty() ? null : labels.get(index), counts);
	}

	private Activity activity(Mode mode, Recording recording) {
		Activity[] activity = new Activity[1];
		switch (mode) {
			case FLOAT_STEP -> this.floatSteps.use((simulator) -> activity[0] = steps(simulator, recording));
			case INTEGER_STEP -> this.integerSteps.use((simulator) -> activity[0] = steps(simulator, recording));
			case INTEGER_EVENT -> this.integerEvents.use((simulator) -> {
				simulator.run(recording, ownBounds(this.network), this.monitor);
				activity[0] = Activity.of(this.network, simulator);
			});
		}
		return activity[0];
	}

	private Activity steps(StepSimulator simulator, Recording recording) {
		simulator.run(recording, this.options.clock(), this.monitor);
		return Activity.of(this.network, simulator);
	}

	/** The integer min_v_mem of each layer. */
	static int[] ownBounds(SimulatedNetwork network) {
		return network.layers().stream().mapToInt((layer) -> layer.integers().minVMem()).toArray();
	}

	private int @Nullable [][] kept(Activity activity) {
		int[][] counts = activity.counts();
		int @Nullable [][] kept = new int[counts.length][];
		for (int i = 0; i < counts.length; i++) {
			SimulatedLayer layer = this.network.layers().get(i);
			if (this.options.allCounts()
					|| (layer.isOutput() && counts[i].length <= SimulationOptions.LARGEST_OUTPUT)) {
				this.allowance.reserve(counts[i].length * (long) Integer.BYTES);
				kept[i] = counts[i];
			}
		}
		return kept;
	}

}
