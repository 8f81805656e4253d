package dev.discretizer.behaviour;

import dev.discretizer.behaviour.simulator.StepSimulator;
import dev.discretizer.behaviour.simulator.StepLayer;
import dev.discretizer.behaviour.simulator.EventSimulator;
import dev.discretizer.behaviour.simulator.EventLayer;
import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.behaviour.simulator.SimulatedLayer;

/**
 * The activity of a network for one recording in one mode: the spikes of each neuron, and
 * the other counts of each layer. Arrays are shared.
 */
final class Activity {

	private final int[][] counts;

	private final long[] totals;

	private final long[] beyond;

	private final long[] synops;

	private Activity(int layers) {
		this.counts = new int[layers][];
		this.totals = new long[layers];
		this.beyond = new long[layers];
		this.synops = new long[layers];
	}

	/** Copies the activity of the last recording. */
	static Activity of(SimulatedNetwork network, StepSimulator simulator) {
		Activity activity = new Activity(network.layers().size());
		for (int i = 0; i < activity.counts.length; i++) {
			StepLayer layer = simulator.layers().get(i);
			activity.put(network, i, layer.spikes());
			activity.totals[i] = layer.total();
			activity.beyond[i] = layer.beyond();
			activity.synops[i] = layer.synops();
		}
		return activity;
	}

	/** Copies what the last recording gave. */
	static Activity of(SimulatedNetwork network, EventSimulator simulator) {
		Activity activity = new Activity(network.layers().size());
		for (int i = 0; i < activity.counts.length; i++) {
			activity.put(network, i, simulator.layers().get(i), simulator.emitted(i).size());
		}
		return activity;
	}

	/** Makes an empty activity whose layers are put in one by one. */
	static Activity empty(int layers) {
		return new Activity(layers);
	}

	/** Copies the counts of a layer. */
	void put(SimulatedNetwork network, int index, EventLayer layer, long total) {
		put(network, index, layer.spikes());
		this.totals[index] = total;
		this.beyond[index] = layer.saturated();
		this.synops[index] = layer.synops();
	}

	/** Takes over a layer from another activity. */
	void take(int index, Activity other) {
		this.counts[index] = other.counts[index];
		this.totals[index] = other.totals[index];
		this.beyond[index] = other.beyond[index];
		this.synops[index] = other.synops[index];
	}

	private void put(SimulatedNetwork network, int index, int[] spikes) {
		this.counts[index] = SpikeCounts.channelsFirst(spikes, network.layers().get(index).convolution().output());
	}

	/** Bytes of memory that the activity of a network takes. */
	static long bytes(SimulatedNetwork network) {
		long neurons = 0;
		for (SimulatedLayer layer : network.layers()) {
			neurons += layer.convolution().neurons();
		}
		return neurons * Integer.BYTES;
	}

	/** Spikes of each neuron of each layer, {@code [C, H, W]}. */
	int[][] counts() {
		return this.counts;
	}

	/** Spikes of all neurons of a layer. */
	long total(int layer) {
		return this.totals[layer];
	}

	/** Number of states of a layer beyond 16 bits, or saturated. */
	long beyond(int layer) {
		return this.beyond[layer];
	}

	/** Synops of a layer: additions of a weight to a state. */
	long synops(int layer) {
		return this.synops[layer];
	}

}
