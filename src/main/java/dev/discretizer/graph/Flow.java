package dev.discretizer.graph;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What leaves a node.
 *
 * @param stage the last kind of node on the way
 * @param signal its shape
 * @param sources where its events come from, each layer once; empty but for events
 * @param draft the layer whose weight comes last; null for events, and after a refused
 * node
 */
record Flow(Stage stage, Signal signal, List<Source> sources, @Nullable Draft draft) {

	/** After a refused node: consequences are not reported again. */
	static final Flow BROKEN = new Flow(Stage.BROKEN, Signal.BROKEN, List.of(), null);

	/** The last kind of node that data has passed. */
	enum Stage {

		/** The input or neurons, and any pools after them. */
		EVENTS,
		/** A weight whose neurons are still to come. */
		WEIGHTED,
		/** A refused node. */
		BROKEN

	}

	static Flow events(Signal signal, List<Source> sources) {
		return new Flow(Stage.EVENTS, signal, sources, null);
	}

	static Flow weighted(Draft draft, Signal signal) {
		return new Flow(Stage.WEIGHTED, signal, List.of(), draft);
	}

	Flow with(Signal other) {
		return new Flow(this.stage, other, this.sources, this.draft);
	}

	/** Whether it holds the input itself. */
	boolean hasInput() {
		return this.sources.stream().anyMatch((source) -> source.layer() == null);
	}

	/** Whether it holds events of neurons. */
	boolean hasNeurons() {
		return this.sources.stream().anyMatch((source) -> source.layer() != null);
	}

}
