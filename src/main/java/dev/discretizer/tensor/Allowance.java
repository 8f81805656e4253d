package dev.discretizer.tensor;

/**
 * Through this interface a decoder checks each size against the limits before it acts on
 * it, and reserves memory before it takes it. One instance serves one request and one
 * thread.
 */
public interface Allowance {

	/**
	 * The longest array, in elements, that every JVM can allocate: some reserve a few
	 * words of the 2^31 - 1. No limit may exceed it.
	 */
	int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

	/** Allows everything; for tests and for callers that trust their input. */
	Allowance UNLIMITED = new Allowance() {
		@Override
		public void check(RequestLimit limit, long amount, String what) {
		}

		@Override
		public void elements(long count, String what) {
		}

		@Override
		public void reserve(long bytes) {
		}
	};

	/**
	 * Checks a size that is not added to others.
	 * @param limit any limit but {@link RequestLimit#ELEMENTS}
	 * @param amount the size, in the limit's unit
	 * @param what what is counted, for the message, such as "tensor weight"
	 * @throws LimitExceededException if the amount is above the limit
	 */
	void check(RequestLimit limit, long amount, String what);

	/**
	 * Adds to the elements of this request, before memory is taken for them.
	 * @param count how many more, at least 0; may come from the client unchecked
	 * @throws LimitExceededException if the request has too many elements in all
	 */
	void elements(long count, String what);

	/**
	 * Reserves memory. All of it is released when the request ends, even where some
	 * becomes free sooner: the sum is an upper bound of what the request holds at once.
	 * @param bytes how many more bytes, at least 0
	 */
	void reserve(long bytes);

	/**
	 * Reserves memory and returns it as an array. The array belongs to the request; a
	 * later request may get the same array.
	 * @param length of the array, in elements
	 * @return an array whose elements may have any values; the caller must write an
	 * element before reading it
	 */
	default float[] floats(int length) {
		reserve(length * (long) Float.BYTES);
		return new float[length];
	}

	/**
	 * Reserves memory and returns it as an array of bytes, as {@link #floats} does.
	 * @param length of the array, in bytes
	 * @return an array whose bytes may have any values; the caller must write a byte
	 * before reading it
	 */
	default byte[] bytes(int length) {
		reserve(length);
		return new byte[length];
	}

}
