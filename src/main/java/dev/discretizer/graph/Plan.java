package dev.discretizer.graph;

import java.util.List;

import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a network, one for each core of the chip, in topological order: of those
 * whose sources are all listed, the one with the naturally smallest name comes first.
 *
 * @param layers at least one
 * @param input channels, height and width of the input; null where the file does not tell
 * @param poolsAtOutput names of the pools between neurons and an Output, which the chip
 * does not have
 * @param poolingKnown whether the rescale of the layers covers the average pools before
 * them, or was given
 */
public record Plan(List<PlannedLayer> layers, @Nullable Shape input, List<String> poolsAtOutput, boolean poolingKnown) {

	/** Copies the lists. */
	public Plan {
		layers = List.copyOf(layers);
		poolsAtOutput = List.copyOf(poolsAtOutput);
	}

	/**
	 * Plans a graph.
	 * @throws MalformedNetworkException if an edge names a missing node, or occurs twice,
	 * or two nodes have one name
	 * @throws UnsupportedNetworkException if a Speck does not support the network, with
	 * every node and reason
	 */
	public static Plan of(Network network) {
		return new Planner(Wiring.of(network)).plan();
	}

}
