package dev.discretizer.codec;

import java.util.EnumMap;
import java.util.Map;

import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.Limit;
import dev.discretizer.tensor.LimitExceededException;

/**
 * An allowance for tests: no limits but those that are set, and a count of what was asked
 * for.
 */
public final class CountingAllowance implements Allowance {

	private final Map<Limit, Long> limits = new EnumMap<>(Limit.class);

	private long elements;

	private long reserved;

	/** The defaults of the service. */
	public static CountingAllowance defaults() {
		return new CountingAllowance().with(Limit.BODY, 256 << 20)
			.with(Limit.INFLATED, 256 << 20)
			.with(Limit.ELEMENTS, 1 << 26)
			.with(Limit.RANK, 8)
			.with(Limit.TENSORS, 1024)
			.with(Limit.HEADER, 1 << 20)
			.with(Limit.JSON_DEPTH, 64);
	}

	public CountingAllowance with(Limit limit, long allowed) {
		this.limits.put(limit, allowed);
		return this;
	}

	/** Bytes asked for. */
	public long reserved() {
		return this.reserved;
	}

	@Override
	public void check(Limit limit, long amount, String what) {
		long allowed = this.limits.getOrDefault(limit, Long.MAX_VALUE);
		if (amount > allowed) {
			throw new LimitExceededException(limit, allowed, amount, what);
		}
	}

	@Override
	public void elements(long count, String what) {
		// Saturates, as a count may be anything.
		this.elements = (this.elements + count < 0) ? Long.MAX_VALUE : this.elements + count;
		check(Limit.ELEMENTS, this.elements, what);
	}

	@Override
	public void reserve(long bytes) {
		if (bytes < 0) {
			throw new AssertionError(bytes);
		}
		this.reserved += bytes;
	}

}
