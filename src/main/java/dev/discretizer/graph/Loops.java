package dev.discretizer.graph;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Finds the vertices on loops of edges: the strongly connected components of more than
 * one vertex, and vertices that feed themselves. Linear in vertices and edges, without
 * recursion.
 *
 * <p>
 * Source: R. Tarjan, Depth-first search and linear graph algorithms, 1972.
 */
final class Loops {

	private final List<Vertex> vertices;

	/** The step at which a vertex was first visited, from 1; 0 if not yet. */
	private final int[] met;

	/** The earliest step that a vertex leads back to. */
	private final int[] low;

	/** How many of a vertex's edges have been followed. */
	private final int[] followed;

	/** The vertices from the root to the current one. */
	private final int[] path;

	/** The visited vertices whose component is not complete. */
	private final int[] open;

	private final BitSet isOpen = new BitSet();

	private final BitSet looped = new BitSet();

	private int clock;

	private int pathLength;

	private int openLength;

	private Loops(List<Vertex> vertices) {
		this.vertices = vertices;
		this.met = new int[vertices.size()];
		this.low = new int[vertices.size()];
		this.followed = new int[vertices.size()];
		this.path = new int[vertices.size()];
		this.open = new int[vertices.size()];
	}

	/**
	 * The ids of the vertices on loops.
	 * @param vertices all of a graph, each at the index of its id
	 */
	static BitSet of(List<Vertex> vertices) {
		Loops loops = new Loops(vertices);
		for (Vertex vertex : vertices) {
			if (loops.met[vertex.id()] == 0) {
				loops.explore(vertex.id());
			}
		}
		return loops.looped;
	}

	private void explore(int root) {
		enter(root);
		while (this.pathLength > 0) {
			int v = this.path[this.pathLength - 1];
			List<Vertex> targets = this.vertices.get(v).targets();
			if (this.followed[v] < targets.size()) {
				follow(v, targets.get(this.followed[v]++).id());
			}
			else {
				leave(v);
			}
		}
	}

	private void enter(int v) {
		this.met[v] = ++this.clock;
		this.low[v] = this.clock;
		this.path[this.pathLength++] = v;
		this.open[this.openLength++] = v;
		this.isOpen.set(v);
	}

	private void follow(int v, int target) {
		if (target == v) {
			this.looped.set(v);
		}
		if (this.met[target] == 0) {
			enter(target);
		}
		else if (this.isOpen.get(target)) {
			this.low[v] = Math.min(this.low[v], this.met[target]);
		}
	}

	private void leave(int v) {
		this.pathLength--;
		if (this.pathLength > 0) {
			int before = this.path[this.pathLength - 1];
			this.low[before] = Math.min(this.low[before], this.low[v]);
		}
		if (this.low[v] == this.met[v]) {
			complete(v);
		}
	}

	/** The open vertices visited since v form one component. */
	private void complete(int v) {
		int end = this.openLength;
		do {
			this.openLength--;
			this.isOpen.clear(this.open[this.openLength]);
		}
		while (this.open[this.openLength] != v);
		if (end - this.openLength > 1) {
			Arrays.stream(this.open, this.openLength, end).forEach(this.looped::set);
		}
	}

}
