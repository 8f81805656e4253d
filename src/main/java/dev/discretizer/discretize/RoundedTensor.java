package dev.discretizer.discretize;

import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.Shape;

/**
 * A float tensor seen through its scale: rounds as it is read and holds no values of its
 * own. Shares the float array. All products are finite: whoever makes one has checked.
 */
final class RoundedTensor implements DiscreteTensor {

	private final Shape shape;

	private final DType dtype;

	private final float[] x;

	private final float rescale;

	private final float scale;

	private final int lo;

	private final int hi;

	/**
	 * Makes a view.
	 * @param toInt whether values are integers, clamped to the precision's range, or
	 * floats
	 */
	RoundedTensor(Shape shape, float[] x, float rescale, float scale, Precision precision, boolean toInt) {
		this.shape = shape;
		this.dtype = toInt ? precision.dtype() : DType.FLOAT32;
		this.x = x;
		this.rescale = rescale;
		this.scale = scale;
		this.lo = precision.lo();
		this.hi = precision.hi();
	}

	/** A view of rank 0. */
	static RoundedTensor scalar(float x, float scale, Precision precision, boolean toInt) {
		return new RoundedTensor(Shape.SCALAR, new float[] { x }, 1, scale, precision, toInt);
	}

	@Override
	public Shape shape() {
		return this.shape;
	}

	@Override
	public DType dtype() {
		return this.dtype;
	}

	@Override
	public void ints(int from, int[] dest, int offset, int count) {
		assert this.dtype != DType.FLOAT32;
		Rounding.toInts(this.x, from, this.rescale, this.scale, this.lo, this.hi, dest, offset, count);
	}

	@Override
	public void floats(int from, float[] dest, int offset, int count) {
		assert this.dtype == DType.FLOAT32;
		Rounding.toFloats(this.x, from, this.rescale, this.scale, dest, offset, count);
	}

	@Override
	public void bytes(int from, byte[] dest, int offset, int count) {
		switch (this.dtype) {
			case INT8 -> Rounding.toInt8(this.x, from, this.rescale, this.scale, this.lo, this.hi, dest, offset, count);
			case INT16 ->
				Rounding.toInt16(this.x, from, this.rescale, this.scale, this.lo, this.hi, dest, offset, count);
			case INT32 ->
				Rounding.toInt32(this.x, from, this.rescale, this.scale, this.lo, this.hi, dest, offset, count);
			default -> Rounding.toFloat32(this.x, from, this.rescale, this.scale, dest, offset, count);
		}
	}

}
