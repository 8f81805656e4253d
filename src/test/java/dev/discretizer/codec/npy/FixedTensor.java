package dev.discretizer.codec.npy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.Shape;

/** A discrete tensor of given whole numbers, repeated over its shape. */
final class FixedTensor implements DiscreteTensor {

	private final DType dtype;

	private final Shape shape;

	private final int[] values;

	FixedTensor(DType dtype, Shape shape, int... values) {
		this.dtype = dtype;
		this.shape = shape;
		this.values = values;
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
			dest[offset + i] = this.values[(from + i) % this.values.length];
		}
	}

	@Override
	public void floats(int from, float[] dest, int offset, int count) {
		for (int i = 0; i < count; i++) {
			dest[offset + i] = this.values[(from + i) % this.values.length];
		}
	}

	@Override
	public void bytes(int from, byte[] dest, int offset, int count) {
		ByteBuffer out = ByteBuffer.wrap(dest).order(ByteOrder.LITTLE_ENDIAN).position(offset);
		for (int i = 0; i < count; i++) {
			int value = this.values[(from + i) % this.values.length];
			switch (this.dtype) {
				case INT8 -> out.put((byte) value);
				case INT16 -> out.putShort((short) value);
				case INT32 -> out.putInt(value);
				default -> out.putFloat(value);
			}
		}
	}

}
