package dev.discretizer.tensor;

/**
 * A request exceeds a limit of the service.
 */
public final class LimitExceededException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final RequestLimit limit;

	private final long allowed;

	private final long found;

	/**
	 * Names the limit and the size.
	 * @param limit which limit
	 * @param allowed its value, in the limit's unit
	 * @param found what the request has or declares, in the same unit; a lower bound
	 * where reading stopped at the limit
	 * @param what what was counted, such as "tensor weight"
	 */
	public LimitExceededException(RequestLimit limit, long allowed, long found, String what) {
		super("%s: %d %s found, at most %d allowed (discretizer.limits.%s)".formatted(what, found, limit.unit(),
				allowed, limit.label()));
		this.limit = limit;
		this.allowed = allowed;
		this.found = found;
	}

	public RequestLimit limit() {
		return this.limit;
	}

	public long allowed() {
		return this.allowed;
	}

	public long found() {
		return this.found;
	}

}
