package dev.discretizer.tensor;

/**
 * A tensor of rounded values that are computed slice by slice as they are read, so that
 * an answer is never in memory as a whole. Reading has no side effects and may be
 * repeated; slices may be read in any order.
 *
 * <p>
 * {@link #dtype()} is {@link DType#INT8}, {@link DType#INT16} or {@link DType#INT32}, or
 * {@link DType#FLOAT32} for whole numbers kept as floats.
 */
public interface DiscreteTensor {

	Shape shape();

	DType dtype();

	/**
	 * Reads a slice as ints; only if {@link #dtype()} is an integer type.
	 * @param from index in C order of the first element
	 * @param dest overwritten from {@code offset} on
	 * @param count number of elements
	 */
	void ints(int from, int[] dest, int offset, int count);

	/**
	 * Reads a slice as floats; only if {@link #dtype()} is {@link DType#FLOAT32}.
	 * @param from index in C order of the first element
	 * @param dest overwritten from {@code offset} on
	 * @param count number of elements
	 */
	void floats(int from, float[] dest, int offset, int count);

	/**
	 * Reads a slice as the little-endian bytes of {@link #dtype()}.
	 * @param from index in C order of the first element
	 * @param dest overwritten from {@code offset} on; needs
	 * {@code count * dtype().bytes()} bytes
	 * @param count number of elements
	 */
	void bytes(int from, byte[] dest, int offset, int count);

}
