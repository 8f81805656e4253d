package dev.discretizer.budget;

/**
 * The client has closed its connection before its answer was computed.
 */
public final class ClientGoneException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public ClientGoneException() {
		super("the client closed the connection before the answer was ready");
	}

}
