package dev.discretizer.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.discretizer.graph.MalformedNetworkException.Cause;
import org.jspecify.annotations.Nullable;

/**
 * The vertices of a graph, connected by its edges. A graph within the graph is replaced
 * by its nodes, their names prefixed by its own and a dot. Time and memory are linear in
 * nodes and edges; recursion is as deep as graphs are nested.
 */
final class Wiring {

	private final Map<String, Vertex> vertices = new LinkedHashMap<>();

	/** The graphs within the graph by name. */
	private final Map<String, Ports> graphs = new HashMap<>();

	private final List<NetworkFault> malformed = new ArrayList<>();

	private final FaultCollector faults = new FaultCollector();

	private Wiring() {
	}

	/**
	 * The ways in and out of a graph within the graph; a sound one has one of each.
	 *
	 * @param inputs its nodes of type Input
	 * @param outputs its nodes of type Output
	 */
	private record Ports(List<Vertex> inputs, List<Vertex> outputs) {
	}

	/**
	 * Connects the nodes of a graph.
	 * @throws MalformedNetworkException if an edge names a missing node, or occurs twice,
	 * or two nodes have one name
	 */
	static Wiring of(Network network) {
		Wiring wiring = new Wiring();
		wiring.addNodes("", network);
		wiring.throwIfMalformed(Cause.DUPLICATE_NAME);
		wiring.addEdges("", network);
		wiring.throwIfMalformed(Cause.MALFORMED);
		return wiring;
	}

	private void throwIfMalformed(Cause cause) {
		if (!this.malformed.isEmpty()) {
			throw new MalformedNetworkException(cause, this.malformed);
		}
	}

	/**
	 * Adds the nodes of a graph.
	 * @param prefix of their names; empty for the outermost graph
	 */
	private Ports addNodes(String prefix, Network network) {
		Ports ports = new Ports(new ArrayList<>(1), new ArrayList<>(1));
		network.nodes().forEach((own, node) -> {
			String name = prefix + own;
			boolean taken = this.vertices.containsKey(name) || this.graphs.containsKey(name);
			if (taken) {
				this.malformed.add(NetworkFault.ofNode(name, "is the name of two nodes, one is expected"));
			}
			else if (node instanceof Node.Graph graph) {
				Ports inner = addNodes(name + ".", graph.network());
				this.graphs.put(name, inner);
				checkPorts(name, inner);
			}
			else {
				Vertex vertex = new Vertex(this.vertices.size(), name, node, !prefix.isEmpty());
				this.vertices.put(name, vertex);
				if (node instanceof Node.Input) {
					ports.inputs().add(vertex);
				}
				if (node instanceof Node.Output) {
					ports.outputs().add(vertex);
				}
			}
		});
		return ports;
	}

	private void checkPorts(String name, Ports ports) {
		checkPort(name, ports.inputs(), "Input");
		checkPort(name, ports.outputs(), "Output");
	}

	private void checkPort(String name, List<Vertex> found, String type) {
		if (found.size() != 1) {
			this.faults.ofNode(name, "is a graph with %d nodes of type %s, 1 is expected", found.size(), type);
		}
	}

	private void addEdges(String prefix, Network network) {
		Set<Edge> seen = new HashSet<>();
		for (Edge edge : network.edges()) {
			Edge full = new Edge(prefix + edge.source(), prefix + edge.target());
			// An edge leads to nodes of its own graph, not into a graph within it.
			List<Vertex> sources = network.nodes().containsKey(edge.source()) ? ends(full.source(), true) : null;
			List<Vertex> targets = network.nodes().containsKey(edge.target()) ? ends(full.target(), false) : null;
			if (sources == null || targets == null) {
				this.malformed.add(dangling(full, sources == null));
			}
			else if (!seen.add(edge)) {
				this.malformed.add(NetworkFault.ofNetwork("the edge from %s to %s is there twice, once is expected"
					.formatted(full.source(), full.target())));
			}
			else {
				sources.forEach((source) -> targets.forEach(source::feed));
			}
		}
		network.nodes().forEach((name, node) -> {
			if (node instanceof Node.Graph graph) {
				addEdges(prefix + name + ".", graph.network());
			}
		});
	}

	/** What an edge leaves or reaches; null where there is no such node. */
	private @Nullable List<Vertex> ends(String name, boolean leaves) {
		Vertex vertex = this.vertices.get(name);
		if (vertex != null) {
			return List.of(vertex);
		}
		Ports ports = this.graphs.get(name);
		if (ports == null) {
			return null;
		}
		return leaves ? ports.outputs() : ports.inputs();
	}

	private static NetworkFault dangling(Edge edge, boolean atSource) {
		return NetworkFault.ofNetwork("the edge from %s to %s names a node %s that is not there"
			.formatted(edge.source(), edge.target(), atSource ? edge.source() : edge.target()));
	}

	/**
	 * What was found in the graph that a Speck does not support; the planner adds to it.
	 */
	FaultCollector faults() {
		return this.faults;
	}

	/** All, in the order of the file. */
	List<Vertex> vertices() {
		return List.copyOf(this.vertices.values());
	}

	/**
	 * All, in topological order. Vertices on a loop or after one have no such order and
	 * follow in that of the file.
	 */
	List<Vertex> order() {
		int[] pending = new int[this.vertices.size()];
		ArrayDeque<Vertex> ready = new ArrayDeque<>();
		for (Vertex vertex : this.vertices.values()) {
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
		order.addAll(this.vertices.values());
		return List.copyOf(order);
	}

}
