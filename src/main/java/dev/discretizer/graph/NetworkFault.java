package dev.discretizer.graph;

import java.util.List;

import dev.discretizer.tensor.Words;
import org.jspecify.annotations.Nullable;

/**
 * One error in a network, or in a request parameter that refers to it.
 *
 * @param subject the kind of thing that is wrong
 * @param name its name; null for the network as a whole
 * @param reason what was found and what was expected; for the client to read
 */
public record NetworkFault(Subject subject, @Nullable String name, String reason) {

	/** The most faults that one message spells out. */
	private static final int SPELLED_OUT = 10;

	/** The kinds of things that can be wrong. */
	public enum Subject {

		NETWORK("network"), NODE("node"), TENSOR("tensor"), PARAMETER("parameter");

		private final String label;

		Subject(String label) {
			this.label = label;
		}

	}

	/** Of the network as a whole. */
	public static NetworkFault ofNetwork(String reason) {
		return new NetworkFault(Subject.NETWORK, null, reason);
	}

	/** Of a node of a graph. */
	public static NetworkFault ofNode(String name, String reason) {
		return new NetworkFault(Subject.NODE, name, reason);
	}

	/** Of a tensor of a state dict. */
	public static NetworkFault ofTensor(String name, String reason) {
		return new NetworkFault(Subject.TENSOR, name, reason);
	}

	/** Of a query parameter. */
	public static NetworkFault ofParameter(String name, String reason) {
		return new NetworkFault(Subject.PARAMETER, name, reason);
	}

	/** As in "node 3: has 2 groups, 1 is expected". */
	@Override
	public String toString() {
		return ((this.name != null) ? this.subject.label + " " + this.name : this.subject.label) + ": " + this.reason;
	}

	/** One message for all faults: the first ones in full, the number of the others. */
	static String message(List<NetworkFault> faults) {
		return Words.some(faults.stream().map(NetworkFault::toString).toList(), SPELLED_OUT, "; ", "; and ");
	}

}
