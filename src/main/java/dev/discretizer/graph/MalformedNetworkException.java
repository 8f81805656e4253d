package dev.discretizer.graph;

import java.util.List;

/**
 * The parts of a request contradict each other: an edge to a missing node, a parameter
 * for a missing layer, a value that is given twice.
 */
public final class MalformedNetworkException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** All causes; named as the codecs name the same. */
	public enum Cause {

		/** Edges that do not form a graph. */
		MALFORMED("The network is malformed"),
		/** A value is given twice. */
		DUPLICATE_NAME("A name occurs twice"),
		/** A parameter names a layer that the network does not have. */
		UNKNOWN_MEMBER("Unknown member"),
		/** A required value is missing. */
		MISSING_MEMBER("A member is missing");

		private final String title;

		Cause(String title) {
			this.title = title;
		}

		/** One short sentence that holds for every failure of this cause. */
		public String title() {
			return this.title;
		}

	}

	private final Cause cause;

	private final transient List<NetworkFault> faults;

	/**
	 * Names what is wrong.
	 * @param cause the kind of error
	 * @param faults at least one
	 */
	public MalformedNetworkException(Cause cause, List<NetworkFault> faults) {
		super(NetworkFault.message(faults));
		this.cause = cause;
		this.faults = List.copyOf(faults);
	}

	/** Throws what was collected, if anything. */
	public static void throwIfAny(Cause cause, List<NetworkFault> faults) {
		if (!faults.isEmpty()) {
			throw new MalformedNetworkException(cause, faults);
		}
	}

	public Cause cause() {
		return this.cause;
	}

	public List<NetworkFault> faults() {
		return this.faults;
	}

}
