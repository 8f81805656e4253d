package dev.discretizer.codec;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;

/**
 * An allowance for tests: no limits but those that are set, and a count of what was asked
 * for. Its arrays are as an earlier request may have left them.
 */
public final class CountingAllowance implements Allowance {

	private final Map<RequestLimit, Long> limits = new EnumMap<>(RequestLimit.class);

	private long elements;

	private long reserved;

	/** The defaults of the service. */
	public static CountingAllowance defaults() {
		return new CountingAllowance().with(RequestLimit.BODY, 256 << 20)
			.with(RequestLimit.INFLATED, 256 << 20)
			.with(RequestLimit.ELEMENTS, 1 << 26)
			.with(RequestLimit.RANK, 8)
			.with(RequestLimit.TENSORS, 1024)
			.with(RequestLimit.HEADER, 1 << 20)
			.with(RequestLimit.JSON_DEPTH, 64);
	}

	public CountingAllowance with(RequestLimit limit, long allowed) {
		this.limits.put(limit, allowed);
		return this;
	}

	/** Bytes asked for. */
	public long reserved() {
		return this.reserved;
	}

	@Override
	public void check(RequestLimit limit, long amount, String what) {
		long allowed = this.limits.getOrDefault(limit, Long.MAX_VALUE);
		if (amount > allowed) {
			throw new LimitExceededException(limit, allowed, amount, what);
		}
	}

	@Override
	public void elements(long count, String what) {
		// Saturates, as a count may be anything.
		this.elements = (this.elements + count < 0) ? Long.MAX_VALUE : this.elements + count;
		check(RequestLimit.ELEMENTS, this.elements, what);
	}

	@Override
	public void reserve(long bytes) {
		if (bytes < 0) {
			throw new AssertionError(bytes);
		}
		this.reserved += bytes;
	}

	@Override
	public float[] floats(int length) {
		float[] array = Allowance.super.floats(length);
		Arrays.fill(array, Float.NEGATIVE_INFINITY);
		return array;
	}

	@Override
	public byte[] bytes(int length) {
		byte[] array = Allowance.super.bytes(length);
		Arrays.fill(array, (byte) 'P');
		return array;
	}

}
