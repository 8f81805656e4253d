package dev.discretizer.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.Shape;

/** A discrete tensor of given values, repeated over its shape, for tests. */
public class FixedTensor implements DiscreteTensor {

	private final Shape shape;

	private final DType dtype;

	private final double[] values;

	public FixedTensor(DType dtype, Shape shape, double... values) {
		this.shape = shape;
		this.dtype = dtype;
		this.values = values;
	}

	private double value(int index) {
		return this.values[index % this.values.length];
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
		for (int i = 0; i < count; i++) {
			dest[offset + i] = (int) value(from + i);
		}
	}

	@Override
	public void floats(int from, float[] dest, int offset, int count) {
		for (int i = 0; i < count; i++) {
			dest[offset + i] = (float) value(from + i);
		}
	}

	@Override
	public void bytes(int from, byte[] dest, int offset, int count) {
		int size = this.dtype.bytes();
		ByteBuffer out = ByteBuffer.wrap(dest, offset, count * size).order(ByteOrder.LITTLE_ENDIAN);
		for (int i = from; i < from + count; i++) {
			switch (this.dtype) {
				case INT8 -> out.put((byte) value(i));
				case INT16 -> out.putShort((short) value(i));
				case INT32 -> out.putInt((int) value(i));
				case FLOAT32 -> out.putFloat((float) value(i));
				default -> throw new AssertionError(this.dtype);
			}
		}
	}

}
