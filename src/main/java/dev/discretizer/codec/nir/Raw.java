package dev.discretizer.codec.nir;

/** A range of bytes in an array that may be shared. */
final class Raw {

	private final byte[] bytes;

	private final int offset;

	private final int length;

	Raw(byte[] bytes, int offset, int length) {
		this.bytes = bytes;
		this.offset = offset;
		this.length = length;
	}

	byte[] bytes() {
		return this.bytes;
	}

	/** Index of the first byte in the array. */
	int offset() {
		return this.offset;
	}

	int length() {
		return this.length;
	}

}
