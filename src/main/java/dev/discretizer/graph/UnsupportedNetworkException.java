package dev.discretizer.graph;

import java.util.List;

/**
 * The network is well formed, but no Speck can hold it. Names everything that stands in
 * the way at once.
 */
public final class UnsupportedNetworkException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<NetworkFault> faults;

	/**
	 * Names what cannot be.
	 * @param faults at least one, in the order that data flows as far as there is one
	 */
	public UnsupportedNetworkException(List<NetworkFault> faults) {
		super(NetworkFault.message(faults));
		this.faults = List.copyOf(faults);
	}

	public List<NetworkFault> faults() {
		return this.faults;
	}

}
