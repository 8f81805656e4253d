package dev.discretizer.graph;

import java.util.List;

/**
 * The network is well formed, but a Speck does not support it. Carries every fault, not
 * just the first.
 */
public final class UnsupportedNetworkException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<NetworkFault> faults;

	/**
	 * Names what is not supported.
	 * @param faults at least one, in topological order where there is one
	 */
	public UnsupportedNetworkException(List<NetworkFault> faults) {
		super(NetworkFault.message(faults));
		this.faults = List.copyOf(faults);
	}

	public List<NetworkFault> faults() {
		return this.faults;
	}

}
