package dev.discretizer.behaviour.simulator;

import java.util.Arrays;

import dev.discretizer.graph.Size2d;
import dev.discretizer.tensor.Shape;

/**
 * Maps a position {@code y * W + x} of a source to a position of the layer it feeds.
 *
 * <pre>
 * position = (y / ph) * (W / pw) + x / pw      -1 where that is not inside
 * </pre>
 */
final class Pooling {

	private Pooling() {
	}

	/**
	 * The layer's position for each position of the source.
	 * @param shape of the source: channels, height, width
	 */
	static int[] positions(Shape shape, Size2d pool) {
		int height = shape.dim(1);
		int width = shape.dim(2);
		int pooledHeight = height / pool.height();
		int pooledWidth = width / pool.width();
		int[] positions = new int[height * width];
		Arrays.fill(positions, -1);
		for (int y = 0; y < pooledHeight * pool.height(); y++) {
			for (int x = 0; x < pooledWidth * pool.width(); x++) {
				positions[y * width + x] = y / pool.height() * pooledWidth + x / pool.width();
			}
		}
		return positions;
	}

}
