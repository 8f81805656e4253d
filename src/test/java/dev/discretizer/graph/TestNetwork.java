package dev.discretizer.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Puts a network together for a test: nodes in a row, and what else is wired by hand.
 */
public final class TestNetwork {

	private final Map<String, Node> nodes = new LinkedHashMap<>();

	private final List<Edge> edges = new ArrayList<>();

	private @Nullable String last;

	/** Starts with a node named "input" of that shape. */
	public static TestNetwork from(long... shape) {
		return new TestNetwork().then("input", new Node.Input(Shape.of(shape)));
	}

	/** Adds a node that the last one feeds. */
	public TestNetwork then(String name, Node node) {
		if (this.last != null) {
			this.edges.add(new Edge(this.last, name));
		}
		this.last = name;
		return aside(name, node);
	}

	/** Adds a node that nothing feeds. */
	public TestNetwork aside(String name, Node node) {
		this.nodes.put(name, node);
		return this;
	}

	public TestNetwork edge(String source, String target) {
		this.edges.add(new Edge(source, target));
		return this;
	}

	/** Ends with a node named "output". */
	public Network network() {
		return then("output", new Node.Output(null)).asItIs();
	}

	public Network asItIs() {
		return new Network(this.nodes, this.edges);
	}

	/** The output of a tiny network: one input, one layer, and these nodes after it. */
	public static TestNetwork oneLayer() {
		return from(1, 8, 8).then("w", conv(2, 1, 3)).then("n", neurons(1));
	}

	/** Of a square kernel, stride 1 and no padding; with weights 0.5, 0.25, ... */
	public static Node.Conv2d conv(int outputs, int inputs, int kernel) {
		return conv(weight(outputs, inputs, kernel, kernel), 1, 0);
	}

	public static Node.Conv2d conv(FloatTensor weight, int stride, int padding) {
		return new Node.Conv2d(weight, null, size(stride), size(padding), size(1), 1, null);
	}

	public static Node.Linear linear(int outputs, int inputs) {
		return new Node.Linear(weight(outputs, inputs), null);
	}

	public static Node.IntegrateAndFire neurons(float... threshold) {
		float[] r = new float[threshold.length];
		Arrays.fill(r, 1);
		return new Node.IntegrateAndFire(vector(r), vector(threshold), null);
	}

	public static Node.Pool2d average(int kernel) {
		return new Node.Pool2d(true, size(kernel), size(kernel), size(0));
	}

	public static Node.Pool2d sum(int kernel) {
		return new Node.Pool2d(false, size(kernel), size(kernel), size(0));
	}

	public static Node.Flatten flatten() {
		return new Node.Flatten(0, -1, null);
	}

	public static FloatTensor vector(float... values) {
		return FloatTensor.of(Shape.of(values.length), values);
	}

	/** Of values that differ, the largest magnitude 0.5. */
	public static FloatTensor weight(long... shape) {
		Shape all = Shape.of(shape);
		float[] values = new float[all.elements()];
		for (int i = 0; i < values.length; i++) {
			values[i] = ((i % 2 == 0) ? 0.5f : -0.5f) / (1 + i % 7);
		}
		return FloatTensor.of(all, values);
	}

	public static Size2d size(int both) {
		return new Size2d(both, both);
	}

}
