package dev.discretizer.budget;

/**
 * A request needs more memory than this service will ever have for one.
 */
public final class BudgetExceededException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Names both sizes.
	 * @param bytes what the request needs, as far as is known
	 * @param most what there is for one request, with no other
	 */
	public BudgetExceededException(long bytes, long most) {
		super("the request needs about %d bytes of memory, at most %d are there for one (a share of the heap: "
			.formatted(bytes, most) + "discretizer.limits.memory-share)");
	}

}
