package dev.discretizer.graph;

import java.util.ArrayList;
import java.util.List;

import dev.discretizer.tensor.Words;

/**
 * A node together with its neighbours.
 */
final class Vertex {

	/** The most neighbours that a message names. */
	private static final int NAMED = 3;

	private final int id;

	private final String name;

	private final Node node;

	private final boolean inner;

	private final List<Vertex> sources = new ArrayList<>(1);

	private final List<Vertex> targets = new ArrayList<>(1);

	/**
	 * Makes a vertex without neighbours.
	 * @param id its place in the file, from 0
	 * @param inner whether it is a node of a graph within the graph
	 */
	Vertex(int id, String name, Node node, boolean inner) {
		this.id = id;
		this.name = name;
		this.node = node;
		this.inner = inner;
	}

	void feed(Vertex target) {
		this.targets.add(target);
		target.sources.add(this);
	}

	int id() {
		return this.id;
	}

	String name() {
		return this.name;
	}

	Node node() {
		return this.node;
	}

	/**
	 * Whether it is the Input or Output of a graph within the graph, through which data
	 * passes unchanged.
	 */
	boolean isPort() {
		return this.inner && (this.node instanceof Node.Input || this.node instanceof Node.Output);
	}

	List<Vertex> sources() {
		return this.sources;
	}

	List<Vertex> targets() {
		return this.targets;
	}

	/** The type as NIR names it. */
	String type() {
		return switch (this.node) {
			case Node.Input input -> "Input";
			case Node.Output output -> "Output";
			case Node.Conv2d conv -> "Conv2d";
			case Node.Linear linear -> (linear.bias() != null) ? "Affine" : "Linear";
			case Node.IntegrateAndFire neurons -> "IF";
			case Node.Pool2d pool -> pool.average() ? "AvgPool2d" : "SumPool2d";
			case Node.Flatten flatten -> "Flatten";
			case Node.Graph graph -> "NIRGraph";
			case Node.Other other -> other.type();
		};
	}

	/** Names for a message, as in "a, b, c and 2 more". */
	static String names(List<Vertex> vertices) {
		return Words.some(vertices.stream().map(Vertex::name).toList(), NAMED);
	}

}
