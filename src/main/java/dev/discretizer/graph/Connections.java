package dev.discretizer.graph;

import java.util.List;

/**
 * What a layer is connected to.
 *
 * @param sources at least one, each layer once: the input first, then layers in the order
 * of the plan
 * @param destinations at least one, each pair of a layer or Output and a pool once:
 * layers in the order of the plan, then Outputs in the natural order of their names
 */
public record Connections(List<Source> sources, List<Destination> destinations) {

	/** Copies the lists. */
	public Connections {
		sources = List.copyOf(sources);
		destinations = List.copyOf(destinations);
	}

}
