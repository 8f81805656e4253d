package dev.discretizer.behaviour;

import dev.discretizer.behaviour.simulator.SimulatedNetwork;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Sums up the activity of a network in one mode, recording by recording. Thread-safe.
 */
final class ModeTally {

	private final SimulatedNetwork network;

	private final Mode mode;

	private final boolean compared;

	private final Tally[] layers;

	/** Strongest output neuron of each recording, and that of float_step. */
	private final int[] strongest;

	private final int[] floatStrongest;

	/**
	 * Starts an empty tally.
	 * @param compared whether float_step is run too
	 */
	ModeTally(SimulatedNetwork network, Mode mode, int recordings, boolean compared) {
		this.network = network;
		this.mode = mode;
		this.compared = compared;
		this.layers = new Tally[network.layers().size()];
		Arrays.setAll(this.layers, (i) -> new Tally());
		this.strongest = new int[recordings];
		this.floatStrongest = new int[recordings];
	}

	/**
	 * Adds a recording.
	 * @param spikes activity of the recording in this mode
	 * @param floats activity in float_step; null if it is not run
	 */
	void add(int recording, Activity spikes, @Nullable Activity floats) {
		Tally[] added = new Tally[this.layers.length];
		for (int i = 0; i < added.length; i++) {
			added[i] = new Tally();
			added[i].add(spikes.total(i), spikes.beyond(i), spikes.synops(i));
			if (floats != null) {
				added[i].compare(spikes.counts()[i], floats.counts()[i]);
			}
		}
		int neuron = Outputs.strongest(this.network, spikes.counts());
		int floatNeuron = (floats == null) ? -1 : Outputs.strongest(this.network, floats.counts());
		synchronized (this) {
			for (int i = 0; i < added.length; i++) {
				this.layers[i].add(added[i]);
			}
			this.strongest[recording] = neuron;
			this.floatStrongest[recording] = floatNeuron;
		}
	}

	/**
	 * The result.
	 * @param seconds of all recordings, or null if unknown
	 * @param labels of each recording, or none
	 */
	synchronized ModeResult result(@Nullable Double seconds, List<Integer> labels) {
		List<LayerFigures> figures = new ArrayList<>();
		long synops = 0;
		long difference = 0;
		long floatSpikes = 0;
		for (int i = 0; i < this.layers.length; i++) {
			figures.add(this.layers[i].figures(this.network.layers().get(i).convolution().neurons(), seconds,
					this.compared));
			synops += this.layers[i].synops();
			difference += this.layers[i].difference();
			floatSpikes += this.layers[i].floatSpikes();
		}
		return new ModeResult(this.mode, figures,
				new Summary(this.compared ? share(this.floatStrongest) : null,
						labels.isEmpty() ? null : share(labels.stream().mapToInt(Integer::intValue).toArray()),
						this.compared ? Tally.quotient((double) difference, (double) floatSpikes) : null),
				synops);
	}

	private @Nullable Double share(int[] expected) {
		int equal = 0;
		for (int i = 0; i < this.strongest.length; i++) {
			equal += (this.strongest[i] == expected[i]) ? 1 : 0;
		}
		return Tally.quotient(equal, this.strongest.length);
	}

}
