package dev.discretizer.codec.npy;

import java.util.EnumMap;
import java.util.Map;

import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.Limit;
import dev.discretizer.tensor.LimitExceededException;

/** The service's default limits, or others, and a count of the memory asked for. */
final class TestAllowance implements Allowance {

	private final Map<Limit, Long> limits = new EnumMap<>(Map.of(Limit.BODY, 256L << 20, Limit.INFLATED, 256L << 20,
			Limit.ELEMENTS, 1L << 26, Limit.RANK, 8L, Limit.TENSORS, 1024L, Limit.HEADER, 1L << 20));

	private long elements;

	private long reserved;

	TestAllowance with(Limit limit, long allowed) {
		this.limits.put(limit, allowed);
		return this;
	}

	/** Bytes asked for. */
	long reserved() {
		return this.reserved;
	}

	@Override
	public void check(Limit limit, long amount, String what) {
		long allowed = this.limits.getOrDefault(limit, 0L);
		if (amount > allowed) {
			throw new LimitExceededException(limit, allowed, amount, what);
		}
	}

	@Override
	public void elements(long count, String what) {
		this.elements += Math.min(count, Long.MAX_VALUE - this.elements);
		check(Limit.ELEMENTS, this.elements, what);
	}

	@Override
	public void reserve(long bytes) {
		assert bytes >= 0;
		this.reserved += bytes;
	}

}
