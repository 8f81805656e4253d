package dev.discretizer.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One float32 of rank 0 that goes into an answer as it is, such as a scale.
 *
 * @param value the value
 */
public record FloatScalar(float value) implements DiscreteTensor {

	@Override
	public Shape shape() {
		return Shape.SCALAR;
	}

	@Override
	public DType dtype() {
		return DType.FLOAT32;
	}

	@Override
	public void ints(int from, int[] dest, int offset, int count) {
		throw new UnsupportedOperationException("a float32 has no ints");
	}

	@Override
	public void floats(int from, float[] dest, int offset, int count) {
		if (count > 0) {
			dest[offset] = this.value;
		}
	}

	@Override
	public void bytes(int from, byte[] dest, int offset, int count) {
		if (count > 0) {
			ByteBuffer.wrap(dest).order(ByteOrder.LITTLE_ENDIAN).putFloat(offset, this.value);
		}
	}

}
