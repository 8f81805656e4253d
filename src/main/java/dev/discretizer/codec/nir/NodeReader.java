package dev.discretizer.codec.nir;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.graph.Node;
import dev.discretizer.graph.Size2d;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Reads one node: the parameters that NIR defines for its type. As in NIR itself, a
 * missing or unknown parameter is an error; metadata is ignored.
 */
final class NodeReader {

	static final String TYPE = "type";

	static final String METADATA = "metadata";

	private static final int ANY = Integer.MIN_VALUE;

	private final Group group;

	private final String name;

	private final Values values;

	/**
	 * Makes a reader of one node.
	 * @param name the node's
	 */
	NodeReader(Group group, String name, Values values) {
		this.group = group;
		this.name = name;
		this.values = values;
	}

	Node read(String type) throws IOException {
		return switch (type) {
			case "Input" -> new Node.Input(only("shape").shape("shape"));
			case "Output" -> new Node.Output(only("shape").shape("shape"));
			case "Conv2d" -> only("weight", "bias", "stride", "padding", "dilation", "groups", "input_shape").conv2d();
			case "Linear" -> new Node.Linear(only("weight").tensor("weight", 2), null);
			case "Affine" -> only("weight", "bias").affine();
			case "IF" -> only("r", "v_threshold", "v_reset").integrateAndFire();
			case "SumPool2d" -> only("kernel_size", "stride", "padding").pool(false);
			case "AvgPool2d" -> only("kernel_size", "stride", "padding").pool(true);
			case "Flatten" -> only("start_dim", "end_dim", "input_type").flatten();
			default -> new Node.Other(Names.clip(type));
		};
	}

	/** Checks that the node has no other parameters than these. */
	private NodeReader only(String... parameters) {
		List<String> known = Arrays.asList(parameters);
		for (String member : this.group.names()) {
			if (!known.contains(member) && !member.equals(TYPE) && !member.equals(METADATA)) {
				throw this.group.place()
					.error(Cause.UNKNOWN_MEMBER, "%s found, only %s are expected".formatted(Names.clip(member),
							String.join(", ", parameters)));
			}
		}
		return this;
	}

	private Node conv2d() throws IOException {
		FloatTensor weight = tensor("weight", 4);
		int groups = this.values.size(this.group.dataset("groups"), 1);
		Size2d inputSize = this.group.has("input_shape") ? pair("input_shape", 1) : null;
		return new Node.Conv2d(weight, bias(weight), pair("stride", 1), padding(), pair("dilation", 1), groups,
				inputSize);
	}

	/**
	 * Reads a padding: numbers, the word valid, which means zero, or the word same, which
	 * gives null.
	 */
	private @Nullable Size2d padding() {
		Dataset padding = this.group.dataset("padding");
		if (padding.type().number() != null) {
			return this.values.pair(padding, 0);
		}
		String word = this.values.text(padding);
		return switch (word) {
			case "same" -> null;
			case "valid" -> new Size2d(0, 0);
			default -> throw padding.place()
				.error(Cause.WRONG_TYPE, "%s found, same, valid or integers are expected".formatted(Names.clip(word)));
		};
	}

	private Node affine() throws IOException {
		FloatTensor weight = tensor("weight", 2);
		return new Node.Linear(weight, bias(weight));
	}

	private FloatTensor bias(FloatTensor weight) throws IOException {
		FloatTensor bias = tensor("bias", 1);
		if (bias.elements() != weight.shape().dim(0)) {
			throw mismatch("bias", "%d elements found, %d expected (weight %s)".formatted(bias.elements(),
					weight.shape().dim(0), weight.shape()));
		}
		return bias;
	}

	private Node integrateAndFire() throws IOException {
		FloatTensor reset = this.group.has("v_reset") ? tensor("v_reset", ANY) : null;
		return new Node.IntegrateAndFire(tensor("r", ANY), tensor("v_threshold", ANY), reset);
	}

	private Node pool(boolean average) {
		return new Node.Pool2d(average, pair("kernel_size", 1), pair("stride", 1), pair("padding", 0));
	}

	private Node flatten() {
		return new Node.Flatten(this.values.size(this.group.dataset("start_dim"), ANY),
				this.values.size(this.group.dataset("end_dim"), ANY),
				this.group.has("input_type") ? shape("input_type") : null);
	}

	private FloatTensor tensor(String parameter, int rank) throws IOException {
		Dataset dataset = this.group.dataset(parameter);
		if (rank != ANY && dataset.rank() != rank) {
			throw mismatch(parameter, "%s found, rank %d expected".formatted(dataset.label(), rank));
		}
		return this.values.tensor(dataset, this.name + "/" + parameter);
	}

	private MalformedInputException mismatch(String parameter, String detail) {
		return this.group.place().dataset(parameter).error(Cause.SHAPE_MISMATCH, detail);
	}

	private Size2d pair(String parameter, int least) {
		return this.values.pair(this.group.dataset(parameter), least);
	}

	private @Nullable Shape shape(String parameter) {
		return this.values.shape(this.group.dataset(parameter), this.name + "/" + parameter);
	}

}
