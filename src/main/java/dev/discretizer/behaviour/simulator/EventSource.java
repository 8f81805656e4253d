package dev.discretizer.behaviour.simulator;

import dev.discretizer.graph.Size2d;

/**
 * A source of a layer's events.
 *
 * @param layer index of the source layer in the network's list, or {@link #INPUT}
 * @param pool kernel and stride of the sum pool between the source and the layer; 1x1 for
 * none
 */
public record EventSource(int layer, Size2d pool) {

	/** The index that stands for the network's input. */
	public static final int INPUT = -1;

	/** Whether the events come from the network's input. */
	public boolean isInput() {
		return this.layer == INPUT;
	}

}
