package dev.discretizer.tensor;

import java.util.Arrays;

/**
 * The dimensions of a tensor in C order (the last one varies fastest). Rank 0 is a scalar
 * with one element; a dimension of zero makes an empty tensor. Immutable.
 */
public final class Shape {

	/** The shape of a scalar. */
	public static final Shape SCALAR = new Shape(new int[0], 1);

	private final int[] dims;

	private final int elements;

	private Shape(int[] dims, int elements) {
		this.dims = dims;
		this.elements = elements;
	}

	/**
	 * Makes a shape.
	 * @param dims the dimensions, each at least 0; copied
	 * @throws ArithmeticException if a dimension or the number of elements is above 2^31
	 * - 1. Decoders ask {@link #elements(long[])} and the limits before they come here.
	 */
	public static Shape of(long... dims) {
		int[] ints = new int[dims.length];
		for (int i = 0; i < dims.length; i++) {
			ints[i] = Math.toIntExact(dims[i]);
		}
		return new Shape(ints, Math.toIntExact(elements(dims)));
	}

	/**
	 * The number of elements of these dimensions: their product, 1 for none.
	 * @throws IllegalArgumentException if a dimension is negative
	 * @throws ArithmeticException if the product of the dimensions that are not zero is
	 * above 2^63 - 1, also when another dimension is zero
	 */
	public static long elements(long[] dims) {
		long product = 1;
		boolean empty = false;
		for (long dim : dims) {
			if (dim < 0) {
				throw new IllegalArgumentException("dimension " + dim + " is negative");
			}
			if (dim == 0) {
				empty = true;
			}
			else {
				product = Math.multiplyExact(product, dim);
			}
		}
		return empty ? 0 : product;
	}

	public int rank() {
		return this.dims.length;
	}

	/** Size of dimension {@code i}, from 0. */
	public int dim(int i) {
		return this.dims[i];
	}

	/** Number of elements, 1 for rank 0. */
	public int elements() {
		return this.elements;
	}

	/** The dimensions, a copy. */
	public int[] toArray() {
		return this.dims.clone();
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof Shape shape && Arrays.equals(this.dims, shape.dims);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.dims);
	}

	/** As in "[16, 2, 5, 5]"; "[]" for rank 0. */
	@Override
	public String toString() {
		return Arrays.toString(this.dims);
	}

}
