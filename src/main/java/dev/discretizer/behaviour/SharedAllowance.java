package dev.discretizer.behaviour;

import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.RequestLimit;

/**
 * Synchronizes the use of one allowance by several threads.
 */
final class SharedAllowance implements Allowance {

	private final Allowance allowance;

	SharedAllowance(Allowance allowance) {
		this.allowance = allowance;
	}

	@Override
	public synchronized void check(RequestLimit limit, long amount, String what) {
		this.allowance.check(limit, amount, what);
	}

	@Override
	public synchronized void elements(long count, String what) {
		this.allowance.elements(count, what);
	}

	@Override
	public synchronized void reserve(long bytes) {
		this.allowance.reserve(bytes);
	}

}
