package dev.discretizer.web;

import java.util.Map;

import dev.discretizer.codec.Names;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Node;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * A network as uploaded: decoded, but not interpreted yet.
 */
sealed interface Upload {

	/** Number of elements of all its tensors together. */
	long elements();

	/** Number of nodes or tensors, each of which can be a layer. */
	int parts();

	/** Upper bound on the number of output channels of all its weights together. */
	long channels();

	/**
	 * The JSON pointer of a value in the file.
	 * @param owner a node or module
	 * @param parameter the name of one of its values as layers name it, or empty for the
	 * owner itself
	 * @return null if a name is too long
	 */
	@Nullable String pointer(String owner, String parameter);

	/**
	 * A graph.
	 *
	 * @param network from a NIR file
	 */
	record Graph(Network network) implements Upload {

		private static final String NODES = "/node/nodes";

		@Override
		public long elements() {
			return this.network.nodes().values().stream().mapToLong(Graph::elements).sum();
		}

		@Override
		public int parts() {
			return this.network.nodes().values().stream().mapToInt(Graph::parts).sum();
		}

		private static int parts(Node node) {
			return 1 + ((node instanceof Node.Graph graph) ? new Graph(graph.network()).parts() : 0);
		}

		private static long elements(Node node) {
			return switch (node) {
				case Node.Conv2d conv -> conv.weight().elements() + elements(conv.bias());
				case Node.Linear linear -> linear.weight().elements() + elements(linear.bias());
				case Node.IntegrateAndFire neurons ->
					neurons.r().elements() + neurons.threshold().elements() + elements(neurons.reset());
				case Node.Input input -> 0;
				case Node.Output output -> 0;
				case Node.Pool2d pool -> 0;
				case Node.Flatten flatten -> 0;
				case Node.Graph graph -> new Graph(graph.network()).elements();
				case Node.Other other -> 0;
			};
		}

		private static long elements(@Nullable FloatTensor tensor) {
			return (tensor == null) ? 0 : tensor.elements();
		}

		@Override
		public long channels() {
			return this.network.nodes().values().stream().mapToLong((node) -> switch (node) {
				case Node.Conv2d conv -> Upload.channels(conv.weight());
				case Node.Linear linear -> Upload.channels(linear.weight());
				case Node.IntegrateAndFire neurons -> 0;
				case Node.Input input -> 0;
				case Node.Output output -> 0;
				case Node.Pool2d pool -> 0;
				case Node.Flatten flatten -> 0;
				case Node.Graph graph -> new Graph(graph.network()).channels();
				case Node.Other other -> 0;
			}).sum();
		}

		@Override
		public @Nullable String pointer(String owner, String parameter) {
			String node = pointer(owner);
			if (node == null || parameter.isEmpty()) {
				return node;
			}
			return Names.pointer(node, parameter.equals("spike_threshold") ? "v_threshold" : parameter);
		}

		/**
		 * The name of a node in a nested graph is the nested graph's name, a dot and the
		 * node's own name.
		 */
		private @Nullable String pointer(String owner) {
			String folder = NODES;
			Network graph = this.network;
			int start = 0;
			for (int dot = owner.indexOf('.'); dot > 0 && folder != null; dot = owner.indexOf('.', dot + 1)) {
				String name = owner.substring(start, dot);
				if (graph.nodes().get(name) instanceof Node.Graph inner) {
					folder = (Names.pointer(folder, name) != null) ? Names.pointer(folder, name) + "/nodes" : null;
					graph = inner.network();
					start = dot + 1;
				}
			}
			return (folder != null) ? Names.pointer(folder, owner.substring(start)) : null;
		}

	}

	/**
	 * A state dict of PyTorch.
	 *
	 * @param tensors by module and parameter
	 */
	record StateDict(Map<String, FloatTensor> tensors) implements Upload {

		@Override
		public int parts() {
			return this.tensors.size();
		}

		@Override
		public long elements() {
			return this.tensors.values().stream().mapToLong(FloatTensor::elements).sum();
		}

		@Override
		public long channels() {
			return this.tensors.values().stream().mapToLong(Upload::channels).sum();
		}

		@Override
		public @Nullable String pointer(String owner, String parameter) {
			return Names.pointer("", parameter.isEmpty() ? owner : owner + "." + parameter);
		}

	}

	private static long channels(FloatTensor weight) {
		return (weight.shape().rank() == 0) ? 0 : weight.shape().dim(0);
	}

}
