package dev.discretizer.graph;

import org.jspecify.annotations.Nullable;

/**
 * What leaves a node.
 *
 * @param stage what the data has gone through
 * @param signal its shape
 * @param layer the last layer on the way, or null before the first and where the way is
 * broken
 */
record Flow(Stage stage, Signal signal, @Nullable Draft layer) {

	/** Behind what was refused: whatever follows from it is not reported again. */
	static final Flow BROKEN = new Flow(Stage.BROKEN, Signal.BROKEN, null);

	/** What data has gone through last. */
	enum Stage {

		/** Nothing but the input. */
		INPUT,
		/** A weight that has no neurons yet. */
		WEIGHTED,
		/** Neurons. */
		SPIKES,
		/** Something that was refused. */
		BROKEN

	}

	Flow with(Signal signal) {
		return new Flow(this.stage, signal, this.layer);
	}

	/** What average pools before a weight ask it to be multiplied by. */
	double factor() {
		return (this.layer == null) ? 1 : this.layer.factor();
	}

}
