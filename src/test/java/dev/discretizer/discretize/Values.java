package dev.discretizer.discretize;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;

/**
 * Reads whole discrete tensors.
 */
final class Values {

	private Values() {
	}

	static int[] ints(DiscreteTensor tensor) {
		int[] values = new int[tensor.shape().elements()];
		tensor.ints(0, values, 0, values.length);
		return values;
	}

	static float[] floats(DiscreteTensor tensor) {
		float[] values = new float[tensor.shape().elements()];
		tensor.floats(0, values, 0, values.length);
		return values;
	}

	static byte[] bytes(DiscreteTensor tensor) {
		byte[] values = new byte[tensor.shape().elements() * tensor.dtype().bytes()];
		tensor.bytes(0, values, 0, values.length / tensor.dtype().bytes());
		return values;
	}

	/** The only element of an integer tensor. */
	static int single(DiscreteTensor tensor) {
		return ints(tensor)[0];
	}

	/** The elements as their little-endian bytes tell them. */
	static double[] fromBytes(DiscreteTensor tensor) {
		ByteBuffer bytes = ByteBuffer.wrap(bytes(tensor)).order(ByteOrder.LITTLE_ENDIAN);
		double[] values = new double[tensor.shape().elements()];
		for (int i = 0; i < values.length; i++) {
			values[i] = switch (tensor.dtype()) {
				case INT8 -> bytes.get(i);
				case INT16 -> bytes.getShort(Short.BYTES * i);
				case INT32 -> bytes.getInt(Integer.BYTES * i);
				case FLOAT32 -> bytes.getFloat(Float.BYTES * i);
				default -> throw new AssertionError(tensor.dtype());
			};
		}
		return values;
	}

	/** The elements as doubles, whatever their type. */
	static double[] doubles(DiscreteTensor tensor) {
		boolean floating = tensor.dtype() == DType.FLOAT32;
		int[] ints = floating ? new int[0] : ints(tensor);
		float[] floats = floating ? floats(tensor) : new float[0];
		double[] values = new double[tensor.shape().elements()];
		for (int i = 0; i < values.length; i++) {
			values[i] = floating ? floats[i] : ints[i];
		}
		return values;
	}

}
