package dev.discretizer.budget;

import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.Limit;
import dev.discretizer.tensor.LimitExceededException;

/**
 * Holds one request to the {@link Limits}. Not thread-safe.
 */
public final class RequestAllowance implements Allowance {

	private final Limits limits;

	private long elements;

	private long reserved;

	public RequestAllowance(Limits limits) {
		this.limits = limits;
	}

	@Override
	public void check(Limit limit, long amount, String what) {
		if (amount > this.limits.of(limit)) {
			throw new LimitExceededException(limit, this.limits.of(limit), amount, what);
		}
	}

	@Override
	public void elements(long count, String what) {
		long total = this.elements + count;
		// A count from the client may overflow the sum.
		check(Limit.ELEMENTS, (total < 0) ? Long.MAX_VALUE : total, what);
		this.elements = total;
	}

	/**
	 * Adds to the memory of this request; the limits on elements and bytes bound it.
	 */
	@Override
	public void reserve(long bytes) {
		this.reserved += bytes;
	}

	/** Elements of this request so far, over all its tensors. */
	public long elements() {
		return this.elements;
	}

	/** Bytes this request has asked for so far. */
	public long reserved() {
		return this.reserved;
	}

}
