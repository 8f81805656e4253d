package dev.discretizer.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Nodes by name, and the edges between them, as a file holds them: in any order, and not
 * validated.
 */
public final class Network {

	private final Map<String, Node> nodes;

	private final List<Edge> edges;

	/** Copies both; their order is kept. */
	public Network(Map<String, Node> nodes, List<Edge> edges) {
		this.nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
		this.edges = List.copyOf(edges);
	}

	public Map<String, Node> nodes() {
		return this.nodes;
	}

	public List<Edge> edges() {
		return this.edges;
	}

}
