package dev.discretizer.codec.nir;

import dev.discretizer.tensor.Allowance;

/** A reusable array that grows on demand. */
final class Scratch {

	private final Allowance allowance;

	private byte[] bytes = new byte[0];

	Scratch(Allowance allowance) {
		this.allowance = allowance;
	}

	/**
	 * Returns an array of at least {@code length} bytes with undefined content. A longer
	 * array is reserved in full, not just the difference, because the reservation of the
	 * shorter one is not released.
	 */
	byte[] atLeast(int length) {
		if (length > this.bytes.length) {
			this.allowance.reserve(length);
			this.bytes = new byte[length];
		}
		return this.bytes;
	}

}
