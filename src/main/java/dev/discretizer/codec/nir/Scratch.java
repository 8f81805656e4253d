package dev.discretizer.codec.nir;

import dev.discretizer.tensor.Allowance;

/** An array that is used again and grows when it must. */
final class Scratch {

	private final Allowance allowance;

	private byte[] bytes = new byte[0];

	Scratch(Allowance allowance) {
		this.allowance = allowance;
	}

	/**
	 * So many bytes at least, with anything in them. All of a longer array is asked for,
	 * not only what is added: what the shorter one took is not given back.
	 */
	byte[] atLeast(int length) {
		if (length > this.bytes.length) {
			this.allowance.reserve(length);
			this.bytes = new byte[length];
		}
		return this.bytes;
	}

}
