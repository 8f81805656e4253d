package dev.discretizer.codec.npy;

import java.io.IOException;
import java.io.InputStream;

import dev.discretizer.codec.ElementReader;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.FloatTensorBuilder;
import dev.discretizer.tensor.Shape;

/**
 * Converts elements from Fortran order (first index varies fastest) to C order:
 *
 * <pre>
 * place(i0, i1, ..) = sum of i_d * stride_d,   stride_d = dim_(d+1) * dim_(d+2) * ..
 * </pre>
 *
 * An instance converts one tensor, in the order of its stream.
 */
final class FortranOrder {

	/** 64 KiB of floats. */
	private static final int SLICE = 16 * 1024;

	private final int[] dims;

	private final int[] strides;

	private final int[] index;

	private int place;

	private FortranOrder(Shape shape) {
		this.dims = shape.toArray();
		this.index = new int[this.dims.length];
		this.strides = new int[this.dims.length];
		int stride = 1;
		for (int d = this.dims.length - 1; d >= 0; d--) {
			this.strides[d] = stride;
			stride *= this.dims[d];
		}
	}

	/** Whether the two orders differ: they do if two or more dimensions are above 1. */
	static boolean matters(Shape shape) {
		int above = 0;
		for (int dim : shape.toArray()) {
			above += (dim > 1) ? 1 : 0;
		}
		return above > 1 && shape.elements() > 0;
	}

	/**
	 * Reads all elements of a tensor.
	 * @param reader of the elements in Fortran order
	 * @param known whether the stream is known to have the bytes of all elements
	 * @param dest empty; its whole array is allocated at once, because the first elements
	 * are already spread over all of it
	 */
	static void read(InputStream in, ElementReader reader, Shape shape, boolean known, FloatTensorBuilder dest,
			Allowance allowance) throws IOException {
		int elements = shape.elements();
		float[] slice = new float[Math.min(elements, SLICE)];
		// When it is not known that all elements will come, the first half of them is
		// collected as it comes, and the whole array is taken when it is there. So memory
		// stays in proportion to what was sent, as it does in C order.
		FloatTensorBuilder early = new FloatTensorBuilder(dest.name(), dest.source(), allowance);
		while (early.size() < (known ? 0 : elements / 2)) {
			int count = reader.readSlice(in, elements, early.size(), slice, dest);
			early.room(count);
			System.arraycopy(slice, 0, early.array(), early.size(), count);
			early.written(count);
		}
		dest.exactly(elements);
		FortranOrder order = new FortranOrder(shape);
		order.scatter(early.array(), early.size(), dest.array());
		for (int done = early.size(); done < elements;) {
			int count = reader.readSlice(in, elements, done, slice, dest);
			order.scatter(slice, count, dest.array());
			done += count;
		}
		dest.written(elements);
	}

	private void scatter(float[] from, int count, float[] dest) {
		for (int i = 0; i < count;) {
			int run = Math.min(count - i, this.dims[0] - this.index[0]);
			for (int end = i + run; i < end; i++) {
				dest[this.place] = from[i];
				this.place += this.strides[0];
			}
			this.index[0] += run;
			carry();
		}
	}

	/**
	 * Sets each index that has reached its dimension to 0 and increments the next one.
	 */
	private void carry() {
		for (int d = 0; d + 1 < this.dims.length && this.index[d] == this.dims[d]; d++) {
			this.place += this.strides[d + 1] - this.dims[d] * this.strides[d];
			this.index[d] = 0;
			this.index[d + 1]++;
		}
	}

}
