package dev.discretizer.codec.nir;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.codec.WholeBody;
import dev.discretizer.graph.Edge;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Node;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;

/**
 * Reads a network from an HDF5 file of the Neuromorphic Intermediate Representation, as
 * any {@code nir} from 0.2 to 1.0.8 writes it: <pre>
 * version
 * node/type = "NIRGraph"
 * node/nodes/NAME/type, and the parameters of that type
 * node/edges, pairs of names
 * </pre>
 *
 * <p>
 * Reads any network, whether or not a chip supports it: nodes of an unknown type become
 * {@link Node.Other} and their parameters are not read; a graph within the graph becomes
 * {@link Node.Graph}; edges may lead anywhere. Metadata, members beside {@code node} and
 * the version are ignored; NIR ignores the first two as well, and the parameters tell the
 * version's meaning.
 *
 * <p>
 * The file is not trusted: see {@link Hdf5File} for the bounds on time and memory. The
 * number of nodes and that of edges, those of graphs within the graph included, are each
 * held to the limit of tensors: a chain has about one node for each tensor, and one edge
 * fewer than nodes. Recursion is at most {@value #DEEPEST} graphs deep.
 *
 * @see <a href="https://neuroir.org">NIR</a>
 */
public final class NirReader {

	static final String GRAPH = "NIRGraph";

	/** Maximum depth of nested graphs; exported modules nest a few deep. */
	private static final int DEEPEST = 64;

	private final Group root;

	private final Values values;

	private final Allowance allowance;

	private final Hdf5File file;

	private long nodes;

	private long edges;

	private NirReader(Hdf5File file, Allowance allowance) {
		this.root = Group.read(file, Place.FILE, file.root());
		this.values = new Values(file);
		this.file = file;
		this.allowance = allowance;
	}

	/**
	 * Reads to the end of the stream.
	 * @param length exact number of bytes in the stream, or -1 if it is not known
	 * @return the network, its nodes in the order of the file, which sorts them by name
	 * @throws MalformedInputException if the bytes are not a network in an HDF5 file
	 * @throws LimitExceededException if it is over a limit
	 */
	public static Network read(InputStream in, long length, Allowance allowance) throws IOException {
		Hdf5File file = new Hdf5File(WholeBody.read(in, length, "HDF5 file", allowance), allowance);
		return new NirReader(file, allowance).network();
	}

	private Network network() throws IOException {
		return network(graph(), "the network", 1);
	}

	/**
	 * Reads a graph.
	 * @param text the graph's name in messages
	 * @param depth 1 for the outermost
	 */
	private Network network(Group graph, String text, int depth) throws IOException {
		if (depth > DEEPEST) {
			throw this.file.unsupported("graphs are nested more than %d deep".formatted(DEEPEST));
		}
		for (String name : graph.names()) {
			if (!List.of(NodeReader.TYPE, "nodes", "edges", NodeReader.METADATA).contains(name)) {
				throw graph.place()
					.error(Cause.UNKNOWN_MEMBER,
							"%s found, only nodes and edges are expected".formatted(Names.clip(name)));
			}
		}
		Map<String, Node> nodes = nodes(graph.group("nodes", "the nodes of " + text), depth);
		return new Network(nodes, edges(graph.dataset("edges")));
	}

	private Group graph() {
		if (!this.root.has("node") && this.root.has("nodes")) {
			throw Place.FILE.error(Cause.MISSING_MEMBER,
					"the group node is missing; a network is expected, not data recorded from one (NIRGraphData)");
		}
		if (!this.root.has("node")) {
			throw Place.FILE.error(Cause.MISSING_MEMBER,
					"this is an HDF5 file, but not a NIR graph: the group node is missing, which nir.write makes");
		}
		Group graph = this.root.group("node", "the network");
		String type = this.values.text(graph.dataset(NodeReader.TYPE));
		if (!type.equals(GRAPH)) {
			throw graph.place()
				.dataset(NodeReader.TYPE)
				.error(Cause.WRONG_TYPE, "%s found, %s expected".formatted(Names.clip(type), GRAPH));
		}
		return graph;
	}

	private Map<String, Node> nodes(Group group, int depth) throws IOException {
		this.nodes += group.names().size();
		this.allowance.check(RequestLimit.TENSORS, this.nodes, "the nodes of the network, each counted as a tensor");
		Map<String, Node> nodes = new LinkedHashMap<>();
		for (String name : group.names()) {
			Names.check(name);
			Group node = group.group(name, "node " + Names.clip(name));
			// A dataset is read only once.
			String type = this.values.text(node.dataset(NodeReader.TYPE));
			nodes.put(name, type.equals(GRAPH) ? new Node.Graph(network(node, "node " + Names.clip(name), depth + 1))
					: new NodeReader(node, name, this.values).read(type));
		}
		return nodes;
	}

	private List<Edge> edges(Dataset dataset) {
		// NIR writes an empty list of edges as an empty array of numbers.
		long count = Math.ceilDiv(dataset.elements(), 2L);
		this.edges += count;
		this.allowance.check(RequestLimit.TENSORS, this.edges, "the edges of the network, each counted as a tensor");
		if (count > 0 && (dataset.rank() != 2 || dataset.dims()[1] != 2)) {
			throw dataset.place()
				.error(Cause.SHAPE_MISMATCH, "%s found, pairs of names expected".formatted(dataset.label()));
		}
		List<Edge> edges = new ArrayList<>();
		String[] names = (count > 0) ? this.values.texts(dataset) : new String[0];
		for (int i = 0; i < names.length; i += 2) {
			edges.add(new Edge(names[i], names[i + 1]));
		}
		return edges;
	}

}
