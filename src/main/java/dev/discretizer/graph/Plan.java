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
 * @param poolingKnown whether the rescale of the layers covers the average pools before
 * them, or was given
 * @param doubts what a user should know of how the network was read
 */
public record Plan(List<PlannedLayer> layers, @Nullable Shape input, boolean poolingKnown, Doubts doubts) {

	/** Copies the list. */
	public Plan {
		layers = List.copyOf(layers);
	}

	/**
	 * What may be meant otherwise than it was read.
	 *
	 * @param poolsAtOutput names of the pools between neurons and an Output, which the
	 * chip does not have
	 * @param ignoredR names of the IF nodes whose r was other than 1 and was ignored
	 */
	public record Doubts(List<String> poolsAtOutput, List<String> ignoredR) {

		/** Nothing to doubt. */
		static final Doubts NONE = new Doubts(List.of(), List.of());

		/** Copies the lists. */
		public Doubts {
			poolsAtOutput = List.copyOf(poolsAtOutput);
			ignoredR = List.copyOf(ignoredR);
		}

	}

	/**
	 * Plans a graph whose neurons all have an r of 1.
	 * @throws MalformedNetworkException if an edge names a missing node, or occurs twice,
	 * or two nodes have one name
	 * @throws UnsupportedNetworkException if a Speck does not support the network, with
	 * every node and reason
	 */
	public static Plan of(Network network) {
		return of(network, false);
	}

	/**
	 * Plans a graph.
	 * @param ignoreR whether any r of neurons counts as 1, as in sinabs' NIR import
	 * @throws MalformedNetworkException as above
	 * @throws UnsupportedNetworkException as above
	 */
	public static Plan of(Network network, boolean ignoreR) {
		return new Planner(Wiring.of(network), ignoreR).plan();
	}

}
