package dev.discretizer.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.discretizer.graph.MalformedNetworkException.Cause;

/**
 * The vertices of a graph, connected by its edges. Time and memory are linear in nodes
 * and edges, and nothing recurses.
 */
final class Wiring {

	private final List<Vertex> vertices;

	private Wiring(List<Vertex> vertices) {
		this.vertices = vertices;
	}

	/**
	 * Connects the nodes of a graph.
	 * @throws MalformedNetworkException if an edge names a missing node, or occurs twice
	 */
	static Wiring of(Network network) {
		Map<String, Vertex> byName = new LinkedHashMap<>();
		network.nodes().forEach((name, node) -> byName.put(name, new Vertex(byName.size(), name, node)));
		List<NetworkFault> faults = new ArrayList<>();
		Set<Edge> seen = new HashSet<>();
		for (Edge edge : network.edges()) {
			Vertex source = byName.get(edge.source());
			Vertex target = byName.get(edge.target());
			if (source == null || target == null) {
				faults.add(dangling(edge, source == null));
			}
			else if (!seen.add(edge)) {
				faults.add(NetworkFault.ofNetwork("the edge from %s to %s is there twice, once is expected"
					.formatted(edge.source(), edge.target())));
			}
			else {
				source.feed(target);
			}
		}
		if (!faults.isEmpty()) {
			throw new MalformedNetworkException(Cause.MALFORMED, faults);
		}
		return new Wiring(List.copyOf(byName.values()));
	}

	private static NetworkFault dangling(Edge edge, boolean atSource) {
		return NetworkFault.ofNetwork("the edge from %s to %s names a node %s that is not there"
			.formatted(edge.source(), edge.target(), atSource ? edge.source() : edge.target()));
	}

	/** All, in the order of the file. */
	List<Vertex> vertices() {
		return this.vertices;
	}

	/**
	 * All, in topological order. Vertices on a loop or after one have no such order and
	 * follow in that of the file.
	 */
	List<Vertex> order() {
		int[] pending = new int[this.vertices.size()];
		ArrayDeque<Vertex> ready = new ArrayDeque<>();
		for (Vertex vertex : this.vertices) {
			pending[vertex.id()] = vertex.sources().size();
			if (vertex.sources().isEmpty()) {
				ready.add(vertex);
			}
		}
		Set<Vertex> order = new LinkedHashSet<>();
		while (!ready.isEmpty()) {
			Vertex vertex = ready.remove();
			order.add(vertex);
			for (Vertex target : vertex.targets()) {
				if (--pending[target.id()] == 0) {
					ready.add(target);
				}
			}
		}
		order.addAll(this.vertices);
		return List.copyOf(order);
	}

}
