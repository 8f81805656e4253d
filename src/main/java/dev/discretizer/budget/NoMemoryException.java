package dev.discretizer.budget;

/**
 * There is no memory for a request now; there will be when others are done.
 */
public final class NoMemoryException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Names the size.
	 * @param bytes estimated need of the request, in bytes
	 */
	public NoMemoryException(long bytes) {
		super("the request needs about %d bytes of memory, and others hold too much now; try again after Retry-After seconds"
			.formatted(bytes));
	}

}
