package dev.discretizer.graph;

import java.util.List;

/**
 * The layers of a network, one for each core of the chip, in topological order.
 *
 * @param layers at least one
 * @param poolsAtOutput names of the pools between the last neurons and the output, which
 * the chip does not have
 * @param poolingKnown whether the rescale of the layers counts the average pools before
 * them, or was given; false where nobody knows
 */
public record Plan(List<PlannedLayer> layers, List<String> poolsAtOutput, boolean poolingKnown) {

	/** Copies both. */
	public Plan {
		layers = List.copyOf(layers);
		poolsAtOutput = List.copyOf(poolsAtOutput);
	}

	/**
	 * Plans a graph.
	 * @throws MalformedNetworkException if an edge names a missing node, or occurs twice
	 * @throws UnsupportedNetworkException if a Speck does not support the network, with
	 * every node and reason
	 */
	public static Plan of(Network network) {
		return new Planner(Wiring.of(network)).plan();
	}

}
