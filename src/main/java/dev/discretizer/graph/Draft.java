package dev.discretizer.graph;

import java.util.ArrayList;
import java.util.List;

import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * A layer while the graph is followed: its weight is known, its neurons may not be yet.
 */
final class Draft {

	private final Vertex weightVertex;

	private final FloatTensor weight;

	private final @Nullable FloatTensor bias;

	private final List<Source> sources;

	private final @Nullable Geometry geometry;

	private final List<Vertex> neurons = new ArrayList<>(1);

	/**
	 * Starts a layer.
	 * @param weight in the form of the chip
	 * @param sources where its events come from; shared
	 */
	Draft(Vertex weightVertex, FloatTensor weight, @Nullable FloatTensor bias, List<Source> sources,
			@Nullable Geometry geometry) {
		this.weightVertex = weightVertex;
		this.weight = weight;
		this.bias = bias;
		this.sources = sources;
		this.geometry = geometry;
	}

	String name() {
		return this.weightVertex.name();
	}

	Vertex weightVertex() {
		return this.weightVertex;
	}

	List<Source> sources() {
		return this.sources;
	}

	@Nullable Geometry geometry() {
		return this.geometry;
	}

	/** The IF nodes it feeds; a sound layer has one. */
	List<Vertex> neurons() {
		return this.neurons;
	}

	void pair(Vertex neurons) {
		if (!this.neurons.contains(neurons)) {
			this.neurons.add(neurons);
		}
	}

	PlannedLayer layer(Connections connections) {
		Vertex paired = this.neurons.getFirst();
		Node.IntegrateAndFire node = (Node.IntegrateAndFire) paired.node();
		return new PlannedLayer(name(), paired.name(), this.weight, this.bias, node.threshold(), null, null,
				connections.rescale(), node.reset() != null, this.geometry, connections);
	}

}
