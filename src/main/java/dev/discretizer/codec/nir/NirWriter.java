package dev.discretizer.codec.nir;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

import dev.discretizer.codec.Encoded;
import dev.discretizer.graph.Edge;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Node;
import dev.discretizer.graph.Size2d;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Writes a network as an HDF5 file that {@code nir} reads, from 1.0.4 to the newest: in
 * NIR's own layout, contiguous and little-endian, numbers as int64 and tensors as
 * float32. The same nodes and edges give the same bytes, regardless of the nodes' order.
 *
 * <p>
 * The file names version 1.0.4. The version determines how neurons reset: up to 1.0.5, a
 * firing IF node of NIR subtracts the threshold, as the chip and sinabs do; from 1.0.6
 * on, it sets the state to {@code v_reset}. NIR 1.0.4, which sinabs requires, cannot read
 * {@code v_reset}, so the file omits it and names a version that needs none.
 */
public final class NirWriter {

	private static final String VERSION = "1.0.4";

	/** The name of the text in the metadata of the network. */
	private static final String TEXT = "discretizer";

	private NirWriter() {
	}

	/**
	 * Encodes a network as a file. Its tensors are shared, and read when the file is
	 * written. {@code nir} reads the file only if each convolution has its input size; a
	 * missing size is left out, as before 1.0.
	 * @param network nodes of all types but {@link Node.Other}; average pools are written
	 * as such, and {@code v_reset} is left out
	 * @param text goes into the network's metadata as {@code discretizer}
	 * @throws IllegalArgumentException if a node is of another type, has no shape where
	 * one is needed, or a name that HDF5 does not allow
	 */
	public static Encoded encode(Network network, String text) {
		Hdf5Writer file = new Hdf5Writer();
		file.root().text("version", VERSION);
		Hdf5Writer.Folder graph = file.root().folder("node");
		graph.text(NodeReader.TYPE, NirReader.GRAPH);
		graph.folder(NodeReader.METADATA).text(TEXT, text);
		write(graph, network);
		return file.encode();
	}

	private static void write(Hdf5Writer.Folder folder, Network network) {
		Hdf5Writer.Folder nodes = folder.folder("nodes");
		new TreeMap<>(network.nodes()).forEach((name, node) -> write(nodes.folder(name), name, node));
		folder.texts("edges", new long[] { network.edges().size(), 2 }, names(network.edges()));
	}

	private static List<String> names(List<Edge> edges) {
		List<String> names = new ArrayList<>();
		for (Edge edge : edges) {
			names.add(edge.source());
			names.add(edge.target());
		}
		return names;
	}

	private static void write(Hdf5Writer.Folder folder, String name, Node node) {
		switch (node) {
			case Node.Input input -> shape(folder, "Input", name, input.shape());
			case Node.Output output -> shape(folder, "Output", name, output.shape());
			case Node.Conv2d conv -> write(folder, conv);
			case Node.Linear linear -> write(folder, linear);
			case Node.IntegrateAndFire neurons -> write(folder, neurons);
			case Node.Pool2d pool -> write(folder, pool);
			case Node.Flatten flatten -> write(folder, flatten);
			case Node.Graph graph -> {
				folder.text(NodeReader.TYPE, NirReader.GRAPH);
				write(folder, graph.network());
			}
			case Node.Other other -> throw new IllegalArgumentException(
					"node %s of type %s cannot be written".formatted(name, other.type()));
		}
	}

	private static void shape(Hdf5Writer.Folder folder, String type, String name, @Nullable Shape shape) {
		if (shape == null) {
			throw new IllegalArgumentException("node %s has no shape".formatted(name));
		}
		folder.text(NodeReader.TYPE, type);
		folder.numbers("shape", shape.toArray());
	}

	private static void write(Hdf5Writer.Folder folder, Node.Conv2d conv) {
		folder.text(NodeReader.TYPE, "Conv2d");
		folder.tensor("weight", conv.weight());
		folder.tensor("bias", (conv.bias() != null) ? conv.bias() : zeros(conv.weight().shape().dim(0)));
		pair(folder, "stride", conv.stride());
		if (conv.padding() != null) {
			pair(folder, "padding", conv.padding());
		}
		else {
			folder.text("padding", "same");
		}
		pair(folder, "dilation", conv.dilation());
		folder.number("groups", conv.groups());
		if (conv.inputSize() != null) {
			pair(folder, "input_shape", conv.inputSize());
		}
	}

	/** NIR's Conv2d always has a bias. */
	private static FloatTensor zeros(int count) {
		return FloatTensor.of(Shape.of(count), new float[count]);
	}

	private static void write(Hdf5Writer.Folder folder, Node.Linear linear) {
		folder.text(NodeReader.TYPE, (linear.bias() != null) ? "Affine" : "Linear");
		folder.tensor("weight", linear.weight());
		if (linear.bias() != null) {
			folder.tensor("bias", linear.bias());
		}
	}

	private static void write(Hdf5Writer.Folder folder, Node.IntegrateAndFire neurons) {
		folder.text(NodeReader.TYPE, "IF");
		folder.tensor("r", neurons.r());
		folder.tensor("v_threshold", neurons.threshold());
	}

	private static void write(Hdf5Writer.Folder folder, Node.Pool2d pool) {
		folder.text(NodeReader.TYPE, pool.average() ? "AvgPool2d" : "SumPool2d");
		pair(folder, "kernel_size", pool.kernel());
		pair(folder, "stride", pool.stride());
		pair(folder, "padding", pool.padding());
	}

	private static void write(Hdf5Writer.Folder folder, Node.Flatten flatten) {
		folder.text(NodeReader.TYPE, "Flatten");
		folder.number("start_dim", flatten.startDim());
		folder.number("end_dim", flatten.endDim());
		if (flatten.inputShape() != null) {
			folder.numbers("input_type", flatten.inputShape().toArray());
		}
	}

	private static void pair(Hdf5Writer.Folder folder, String name, Size2d size) {
		folder.numbers(name, size.height(), size.width());
	}

}
