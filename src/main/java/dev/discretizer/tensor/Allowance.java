package dev.discretizer.tensor;

/**
 * What a decoder must ask while it reads one request: whether a size is within the
 * limits, before it acts on it, and for memory, before it takes it. One instance serves
 * one request and one thread.
 */
public interface Allowance {

	/**
	 * The longest array, in elements, that every virtual machine makes: some keep a few
	 * words of the 2^31 - 1 to themselves. No limit goes beyond it.
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
	 * Checks a size that stands for itself.
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
	 * Asks for memory. None of it is given back before the request is done, though some
	 * is free sooner: the sum is an upper bound of what the request holds at once.
	 * @param bytes how many more bytes, at least 0
	 */
	void reserve(long bytes);

	/**
	 * Asks for memory, and takes it as an array. The array belongs to the request: when
	 * that is done, another may be given it.
	 * @param length of the array, in elements
	 * @return its elements may have any values; whoever reads one has written it before
	 */
	default float[] floats(int length) {
		reserve(length * (long) Float.BYTES);
		return new float[length];
	}

}
