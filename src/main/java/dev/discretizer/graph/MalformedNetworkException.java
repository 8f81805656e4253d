package dev.discretizer.graph;

import java.util.List;

/**
 * The parts of a request do not belong together: an edge to a node that is not there, a
 * parameter for a layer that is not there, a value that is given twice.
 */
public final class MalformedNetworkException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** All that can be wrong; named as a codec names the same. */
	public enum Cause {

		/** Edges that no graph has. */
		MALFORMED("The network is malformed"),
		/** The same value twice. */
		DUPLICATE_NAME("A name occurs twice"),
		/** A parameter names what the network does not have. */
		UNKNOWN_MEMBER("Unknown member"),
		/** A value that is given nowhere. */
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
	 * @param cause the kind
	 * @param faults at least one
	 */
	public MalformedNetworkException(Cause cause, List<NetworkFault> faults) {
		super(NetworkFault.message(faults));
		this.cause = cause;
		this.faults = List.copyOf(faults);
	}

	public Cause cause() {
		return this.cause;
	}

	public List<NetworkFault> faults() {
		return this.faults;
	}

}
