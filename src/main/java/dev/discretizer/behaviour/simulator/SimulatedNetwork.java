package dev.discretizer.behaviour.simulator;

import java.util.List;

import dev.discretizer.graph.Size2d;
import dev.discretizer.tensor.Shape;

/**
 * A network for the simulators. Immutable and thread-safe.
 *
 * @param input channels, height and width of the recordings
 * @param layers in topological order: sources come before the layers they feed
 */
public record SimulatedNetwork(Shape input, List<SimulatedLayer> layers) {

	/**
	 * Copies the list and checks the sources.
	 * @throws IllegalArgumentException if a source comes after its layer, or its pooled
	 * shape is not the layer's input
	 */
	public SimulatedNetwork {
		layers = List.copyOf(layers);
		for (int i = 0; i < layers.size(); i++) {
			SimulatedLayer layer = layers.get(i);
			for (EventSource source : layer.sources()) {
				if (source.layer() >= i) {
					throw new IllegalArgumentException("layer %s comes before its source".formatted(layer.name()));
				}
				check(layer, source.isInput() ? input : layers.get(source.layer()).convolution().output(),
						source.pool());
			}
		}
	}

	private static void check(SimulatedLayer layer, Shape shape, Size2d pool) {
		Shape pooled = Shape.of(shape.dim(0), shape.dim(1) / pool.height(), shape.dim(2) / pool.width());
		if (!pooled.equals(layer.convolution().input())) {
			throw new IllegalArgumentException("layer %s takes %s, its source gives %s".formatted(layer.name(),
					layer.convolution().input(), pooled));
		}
	}

	/** The shape of a source, before pooling. */
	Shape shape(EventSource source) {
		return source.isInput() ? this.input : this.layers.get(source.layer()).convolution().output();
	}

}
