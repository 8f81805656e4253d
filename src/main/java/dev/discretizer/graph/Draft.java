package dev.discretizer.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A layer that is still being put together: its weight is known, what follows not yet.
 */
final class Draft {

	private final Vertex weightVertex;

	private final FloatTensor weight;

	private final @Nullable FloatTensor bias;

	private final double rescale;

	private final @Nullable Geometry geometry;

	private @Nullable Vertex spike;

	private final List<String> pools = new ArrayList<>(0);

	private Size2d pool = new Size2d(1, 1);

	private double factor = 1;

	/**
	 * Starts a layer.
	 * @param weight in the form of the chip
	 * @param rescale the factor of the pools before it
	 * @param geometry without the pools after it
	 */
	Draft(Vertex weightVertex, FloatTensor weight, @Nullable FloatTensor bias, double rescale,
			@Nullable Geometry geometry) {
		this.weightVertex = weightVertex;
		this.weight = weight;
		this.bias = bias;
		this.rescale = rescale;
		this.geometry = geometry;
	}

	Vertex weightVertex() {
		return this.weightVertex;
	}

	void pair(Vertex neurons) {
		this.spike = neurons;
	}

	/** Pools the output once more. */
	void pool(String name, Node.Pool2d next) {
		Size2d kernel = next.kernel();
		this.pools.add(name);
		this.pool = new Size2d(product(this.pool.height(), kernel.height()),
				product(this.pool.width(), kernel.width()));
		if (next.average()) {
			this.factor *= 1.0 / ((double) kernel.height() * kernel.width());
		}
	}

	/** Where sizes are known no product is above an int; where not, it may saturate. */
	private static int product(int a, int b) {
		return (int) Math.min(Integer.MAX_VALUE, (long) a * b);
	}

	/** What the next weight is to be multiplied by. */
	double factor() {
		return this.factor;
	}

	/**
	 * Takes the pools off again: the chip has none behind its last core.
	 * @return their names
	 */
	List<String> unpool() {
		this.pool = new Size2d(1, 1);
		return this.pools;
	}

	PlannedLayer layer() {
		Vertex paired = Objects.requireNonNull(this.spike);
		Node.IntegrateAndFire neurons = (Node.IntegrateAndFire) paired.node();
		return new PlannedLayer(this.weightVertex.name(), paired.name(), this.weight, this.bias, neurons.threshold(),
				null, null, this.rescale, neurons.reset() != null,
				(this.geometry == null) ? null : pooled(this.geometry));
	}

	private Geometry pooled(Geometry geometry) {
		Shape input = geometry.input();
		return new Geometry(input, geometry.output(), geometry.stride(), geometry.padding(), this.pool);
	}

}
