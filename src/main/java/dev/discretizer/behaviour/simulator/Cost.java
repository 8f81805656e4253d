package dev.discretizer.behaviour.simulator;

/**
 * What parts of a simulation cost beside the additions, each in additions that take about
 * as long (measured, see docs/behaviour.md). A limit on additions alone would not bound
 * the time: an event may reach no state, and a neuron may fire at each addition.
 */
final class Cost {

	/**
	 * A time step of a raster is read, or one is simulated of a layer; a layer takes an
	 * event, or all events of one place in a step; a neuron fires in a step.
	 */
	static final long VISIT = 8;

	/** A run of states and weights is found; see {@link Synapses}. */
	static final long RUN = 4;

	/** A neuron is brought to the end of a time step. */
	static final long UPDATE = 4;

	/** A neuron fires by events: what an event makes fire is sorted. */
	static final long SPIKE = 16;

	/** A neuron is brought to rest before a recording, and its spikes are read after. */
	static final long REST = 4;

	/** Work between two reports to the monitor: about a millisecond. */
	static final long CHUNK = 1 << 20;

	/** An event is compared with others to order those of a raster's step. */
	private static final long COMPARISON = 16;

	private Cost() {
	}

	/** The cost of ordering the events of a raster's step; see {@link RasterOrder}. */
	static long ordering(int events) {
		return events * COMPARISON * (Integer.SIZE - Integer.numberOfLeadingZeros(events));
	}

}
