package dev.discretizer.network;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.graph.Geometry;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Node;
import dev.discretizer.graph.PlannedLayer;
import dev.discretizer.graph.Size2d;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Puts the integers of a discretized network back into its graph.
 */
final class IntegerGraph {

	/** Elements that are converted to floats at a time. */
	private static final int SLICE = 4096;

	private final Network network;

	private final Map<String, DiscretizedLayer> byWeight = new HashMap<>();

	private final Map<String, DiscretizedLayer> bySpike = new HashMap<>();

	/** The input shape of each weight, if known. */
	private final Map<String, Shape> inputs = new HashMap<>();

	IntegerGraph(Network network, DiscretizedNetwork discretized) {
		this.network = network;
		for (NetworkLayer layer : discretized.layers()) {
			this.byWeight.put(layer.name(), layer.layer());
			this.bySpike.put(layer.spikeName(), layer.layer());
		}
		for (PlannedLayer layer : discretized.plan().layers()) {
			Geometry geometry = layer.geometry();
			if (geometry != null) {
				this.inputs.put(layer.name(), geometry.input());
			}
		}
	}

	Network make() {
		return make("", this.network);
	}

	/** Makes the graph of integers of a graph whose layers' names have this prefix. */
	private Network make(String prefix, Network graph) {
		Map<String, Node> nodes = new LinkedHashMap<>();
		graph.nodes().forEach((name, node) -> nodes.put(name, node(prefix + name, node)));
		return new Network(nodes, graph.edges());
	}

	private Node node(String name, Node node) {
		return switch (node) {
			case Node.Conv2d conv -> new Node.Conv2d(weight(name, conv.weight().shape()), bias(name), conv.stride(),
					conv.padding(), conv.dilation(), conv.groups(), inputSize(name, conv));
			case Node.Linear linear -> new Node.Linear(weight(name, linear.weight().shape()), bias(name));
			case Node.IntegrateAndFire neurons ->
				new Node.IntegrateAndFire(one(neurons.r()), threshold(name, neurons.threshold().shape()), null);
			case Node.Pool2d pool -> new Node.Pool2d(false, pool.kernel(), pool.stride(), pool.padding());
			case Node.Input input -> input;
			case Node.Output output -> output;
			case Node.Flatten flatten -> flatten;
			case Node.Graph graph -> new Node.Graph(make(name + ".", graph.network()));
			case Node.Other other -> other;
		};
	}

	/**
	 * The input size of a convolution: nir requires it, though some versions wrote files
	 * without it.
	 */
	private @Nullable Size2d inputSize(String name, Node.Conv2d conv) {
		Shape input = this.inputs.get(name);
		return (conv.inputSize() != null || input == null) ? conv.inputSize() : new Size2d(input.dim(1), input.dim(2));
	}

	private FloatTensor weight(String name, Shape shape) {
		return floats(layer(this.byWeight, name).weight(), shape);
	}

	/**
	 * Never null: every NIR node has a bias, and so do the layers sinabs reads from NIR.
	 */
	private FloatTensor bias(String name) {
		DiscretizedLayer layer = layer(this.byWeight, name);
		DiscreteTensor bias = layer.bias();
		Shape shape = Shape.of(layer.weight().shape().dim(0));
		return (bias != null) ? floats(bias, shape) : FloatTensor.of(shape, new float[shape.elements()]);
	}

	/** An r of 1, which is also what an ignored one was counted as. */
	private static FloatTensor one(FloatTensor r) {
		if (r.min() == 1 && r.max() == 1) {
			return r;
		}
		float[] values = new float[r.elements()];
		Arrays.fill(values, 1);
		return FloatTensor.of(r.shape(), values);
	}

	private FloatTensor threshold(String name, Shape shape) {
		float[] values = new float[shape.elements()];
		Arrays.fill(values, floats(layer(this.bySpike, name).spikeThreshold(), Shape.SCALAR).array()[0]);
		return FloatTensor.of(shape, values);
	}

	private static DiscretizedLayer layer(Map<String, DiscretizedLayer> layers, String name) {
		@Nullable DiscretizedLayer layer = layers.get(name);
		if (layer == null) {
			throw new IllegalArgumentException("node " + name + " is of another network");
		}
		return layer;
	}

	private static FloatTensor floats(DiscreteTensor tensor, Shape shape) {
		float[] values = new float[shape.elements()];
		if (tensor.dtype() == DType.FLOAT32) {
			tensor.floats(0, values, 0, values.length);
			return FloatTensor.of(shape, values);
		}
		int[] slice = new int[Math.min(SLICE, values.length)];
		for (int from = 0; from < values.length; from += slice.length) {
			int count = Math.min(slice.length, values.length - from);
			tensor.ints(from, slice, 0, count);
			for (int i = 0; i < count; i++) {
				values[from + i] = slice[i];
			}
		}
		return FloatTensor.of(shape, values);
	}

}
