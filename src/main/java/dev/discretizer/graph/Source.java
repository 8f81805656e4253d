package dev.discretizer.graph;

import org.jspecify.annotations.Nullable;

/**
 * Where events of a layer come from.
 *
 * @param layer name of the layer whose neurons they come from; null for the input
 * @param pool kernel and stride of the one sum pool that all pools on the way amount to;
 * 1x1 for none
 * @param factor product of {@code 1 / (height * width)} of the average pools on the way,
 * in binary64; 1 for none
 */
public record Source(@Nullable String layer, Size2d pool, double factor) {

	/** Events that no pool has met yet. */
	static Source of(@Nullable String layer) {
		return new Source(layer, new Size2d(1, 1), 1);
	}

	/** The same events after one more pool. */
	Source pooled(Node.Pool2d next) {
		Size2d kernel = next.kernel();
		Size2d both = new Size2d(product(this.pool.height(), kernel.height()),
				product(this.pool.width(), kernel.width()));
		double average = next.average() ? 1.0 / ((double) kernel.height() * kernel.width()) : 1;
		return new Source(this.layer, both, this.factor * average);
	}

	/** No product exceeds an int where sizes are known; elsewhere it saturates. */
	private static int product(int a, int b) {
		return (int) Math.min(Integer.MAX_VALUE, (long) a * b);
	}

}
