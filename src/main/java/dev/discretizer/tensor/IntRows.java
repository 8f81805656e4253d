package dev.discretizer.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * An int32 tensor over several arrays, one for each index of its first dimension.
 * Immutable as long as the arrays, which are shared, are not written to.
 */
public final class IntRows implements DiscreteTensor {

	private final Shape shape;

	private final int row;

	private final List<int[]> rows;

	/**
	 * Makes a tensor.
	 * @param row the shape without its first dimension; all arrays together have at most
	 * 2^31 - 1 elements
	 * @param rows the elements of each row in C order, shared
	 */
	public IntRows(Shape row, List<int[]> rows) {
		long[] dims = new long[row.rank() + 1];
		dims[0] = rows.size();
		for (int i = 0; i < row.rank(); i++) {
			dims[i + 1] = row.dim(i);
		}
		this.shape = Shape.of(dims);
		this.row = row.elements();
		this.rows = List.copyOf(rows);
	}

	@Override
	public Shape shape() {
		return this.shape;
	}

	@Override
	public DType dtype() {
		return DType.INT32;
	}

	@Override
	public void ints(int from, int[] dest, int offset, int count) {
		for (int done = 0; done < count;) {
			int at = (from + done) % this.row;
			int length = Math.min(count - done, this.row - at);
			System.arraycopy(this.rows.get((from + done) / this.row), at, dest, offset + done, length);
			done += length;
		}
	}

	@Override
	public void floats(int from, float[] dest, int offset, int count) {
		throw new UnsupportedOperationException("an int32 tensor has no floats");
	}

	@Override
	public void bytes(int from, byte[] dest, int offset, int count) {
		ByteBuffer bytes = ByteBuffer.wrap(dest, offset, count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
		for (int i = from; i < from + count; i++) {
			bytes.putInt(this.rows.get(i / this.row)[i % this.row]);
		}
	}

}
