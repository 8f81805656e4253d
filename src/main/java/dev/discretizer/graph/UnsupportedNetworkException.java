package dev.discretizer.graph;

import java.util.List;

/**
 * The network is well formed, but no Speck can hold it. Names everything that stands in
 * the way at once.
 */
public final class UnsupportedNetworkException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<Refusal> refusals;

	/**
	 * Names what cannot be.
	 * @param refusals at least one, in the order that data flows as far as there is one
	 */
	public UnsupportedNetworkException(List<Refusal> refusals) {
		super(Refusal.message(refusals));
		this.refusals = List.copyOf(refusals);
	}

	public List<Refusal> refusals() {
		return this.refusals;
	}

}
