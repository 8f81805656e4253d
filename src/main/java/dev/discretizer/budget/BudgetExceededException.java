package dev.discretizer.budget;

/**
 * A request needs more memory than a single request can ever have.
 */
public final class BudgetExceededException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Names both sizes.
	 * @param bytes estimated need of the request, in bytes
	 * @param most largest amount that one request can have, in bytes
	 */
	public BudgetExceededException(long bytes, long most) {
		super("the request needs about %d bytes of memory, at most %d are there for one (a share of the heap: "
			.formatted(bytes, most) + "discretizer.limits.memory-share)");
	}

}
