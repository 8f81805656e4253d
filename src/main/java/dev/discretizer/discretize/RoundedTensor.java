package dev.discretizer.discretize;

import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;

/**
 * A view of a float tensor that scales and rounds as it is read. Shares the float array
 * and holds no values of its own. The caller has checked that all products are finite.
 */
final class RoundedTensor implements DiscreteTensor {

	private final Shape shape;

	private final DType dtype;

	private final float[] x;

	private final float rescale;

	private final float scale;

	private final int lo;

	private final int hi;

	/** Whether values are clamped to the precision's range. */
	private final boolean clamp;

	/** Whether an element may be outside the range and has to be clamped. */
	private final boolean clamped;

	/**
	 * Makes a view.
	 * @param toInt whether values are integers or whole floats
	 * @param clamp whether values are clamped to the precision's range; integers are
	 */
	RoundedTensor(FloatTensor tensor, float rescale, float scale, Precision precision, boolean toInt, boolean clamp) {
		assert clamp || !toInt;
		this.shape = tensor.shape();
		this.dtype = toInt ? precision.dtype() : DType.FLOAT32;
		this.x = tensor.array();
		this.rescale = rescale;
		this.scale = scale;
		this.lo = precision.lo();
		this.hi = precision.hi();
		this.clamp = clamp;
		// Products are in the order of the elements, or in the reverse: those of the
		// extremes bound all.
		this.clamped = !(fits(tensor.min()) && fits(tensor.max()));
	}

	private boolean fits(float x) {
		double rounded = Math.rint(x * this.rescale * this.scale);
		return this.lo <= rounded && rounded <= this.hi;
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
		Rounding.toFloats(this.x, from, this.rescale, this.scale, least(), most(), dest, offset, count);
	}

	private float least() {
		return this.clamp ? this.lo : Float.NEGATIVE_INFINITY;
	}

	private float most() {
		return this.clamp ? this.hi : Float.POSITIVE_INFINITY;
	}

	@Override
	public void bytes(int from, byte[] dest, int offset, int count) {
		switch (this.dtype) {
			case INT8 -> int8(from, dest, offset, count);
			case INT16 -> int16(from, dest, offset, count);
			case INT32 ->
				Rounding.toInt32(this.x, from, this.rescale, this.scale, this.lo, this.hi, dest, offset, count);
			default -> Rounding.toFloat32(this.x, from, this.rescale, this.scale, least(), most(), dest, offset, count);
		}
	}

	private void int8(int from, byte[] dest, int offset, int count) {
		if (this.clamped) {
			Rounding.toInt8(this.x, from, this.rescale, this.scale, this.lo, this.hi, dest, offset, count);
		}
		else {
			Rounding.toInt8(this.x, from, this.rescale, this.scale, dest, offset, count);
		}
	}

	private void int16(int from, byte[] dest, int offset, int count) {
		if (this.clamped) {
			Rounding.toInt16(this.x, from, this.rescale, this.scale, this.lo, this.hi, dest, offset, count);
		}
		else {
			Rounding.toInt16(this.x, from, this.rescale, this.scale, dest, offset, count);
		}
	}

}
