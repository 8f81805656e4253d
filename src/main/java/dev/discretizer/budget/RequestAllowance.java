package dev.discretizer.budget;

import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;

/**
 * Checks one request against the {@link Limits} and takes its memory from its
 * reservation. Not thread-safe.
 */
public final class RequestAllowance implements Allowance {

	private final Limits limits;

	private final MemoryBudget.Reservation reservation;

	private long elements;

	/**
	 * Creates the allowance of one request.
	 * @param reservation the request's memory; grows with it
	 */
	public RequestAllowance(Limits limits, MemoryBudget.Reservation reservation) {
		this.limits = limits;
		this.reservation = reservation;
	}

	@Override
	public void check(RequestLimit limit, long amount, String what) {
		if (amount > this.limits.of(limit)) {
			throw new LimitExceededException(limit, this.limits.of(limit), amount, what);
		}
	}

	@Override
	public void elements(long count, String what) {
		long total = this.elements + count;
		// A count from the client may overflow the sum.
		check(RequestLimit.ELEMENTS, (total < 0) ? Long.MAX_VALUE : total, what);
		this.elements = total;
	}

	/**
	 * Takes memory.
	 * @throws BudgetExceededException if the request needs more than there will ever be
	 * @throws NoMemoryException if there is no room now
	 */
	@Override
	public void reserve(long bytes) {
		this.reservation.use(bytes);
	}

	@Override
	public float[] floats(int length) {
		return this.reservation.floats(length);
	}

	@Override
	public byte[] bytes(int length) {
		return this.reservation.bytes(length);
	}

	/** Elements of this request so far, over all its tensors. */
	public long elements() {
		return this.elements;
	}

}
