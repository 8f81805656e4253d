package dev.discretizer.web;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

import dev.discretizer.tensor.DType;

/**
 * A tensor of a fuzzed request: mostly small and sound, sometimes large, sometimes with
 * values that no result can come of.
 */
final class FuzzTensor {

	private static final DType[] DTYPES = DType.values();

	private final String name;

	private final DType dtype;

	private final int[] dims;

	private final byte[] bytes;

	private FuzzTensor(String name, DType dtype, int[] dims, byte[] bytes) {
		this.name = name;
		this.dtype = dtype;
		this.dims = dims;
		this.bytes = bytes;
	}

	/** One of any name's shape. */
	static FuzzTensor any(String name, FuzzRandom random) {
		int[] dims = new int[random.once(30) ? random.below(10) : 1 + random.below(4)];
		for (int i = 0; i < dims.length; i++) {
			dims[i] = random.once(60) ? 0 : 1 + random.below((dims.length > 4) ? 2 : 4);
		}
		if (dims.length > 0 && random.once(60)) {
			Arrays.fill(dims, 1);
			dims[dims.length - 1] = 1 + random.below(random.once(20) ? 1 << 17 : 1 << 11);
		}
		return of(name, random, dims);
	}

	/** One of that shape. */
	static FuzzTensor of(String name, FuzzRandom random, int... dims) {
		DType dtype = random.once(3) ? DTYPES[random.below(DTYPES.length)] : DType.FLOAT32;
		int elements = 1;
		for (int dim : dims) {
			elements *= dim;
		}
		byte[] bytes = new byte[Math.multiplyExact(elements, dtype.bytes())];
		fill(bytes, elements, dtype, name, random);
		return new FuzzTensor(name, dtype, dims, bytes);
	}

	private static void fill(byte[] bytes, int elements, DType dtype, String name, FuzzRandom random) {
		if (random.once(20)) {
			random.bytes(bytes);
			return;
		}
		if (random.once(30)) {
			return;
		}
		ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
		// Zeros make a large tensor cheap to make, and deflate well.
		int filled = Math.min(elements, 4096);
		for (int i = 0; i < filled; i++) {
			put(out, dtype, value(name, dtype, random));
		}
	}

	private static double value(String name, DType dtype, FuzzRandom random) {
		return switch (name) {
			case "spike_threshold" -> dtype.isInteger() ? 1 + random.below(9) : 0.1 + 3 * random.real();
			case "min_v_mem" -> dtype.isInteger() ? -random.below(9) : -3 * random.real();
			default -> dtype.isInteger() ? random.below(200) - 100 : random.real() - 0.5;
		};
	}

	private static void put(ByteBuffer out, DType dtype, double value) {
		switch (dtype) {
			case BOOL -> out.put((byte) ((value > 0) ? 1 : 0));
			case FLOAT16 -> out.putShort(Float.floatToFloat16((float) value));
			case BFLOAT16 -> out.putShort((short) (Float.floatToIntBits((float) value) >>> 16));
			case FLOAT32 -> out.putFloat((float) value);
			case FLOAT64 -> out.putDouble(value);
			default -> {
				switch (dtype.bytes()) {
					case 1 -> out.put((byte) value);
					case 2 -> out.putShort((short) value);
					case 4 -> out.putInt((int) value);
					default -> out.putLong((long) value);
				}
			}
		}
	}

	String name() {
		return this.name;
	}

	DType dtype() {
		return this.dtype;
	}

	int[] dims() {
		return this.dims;
	}

	/** Little-endian, in C order; shared. */
	byte[] bytes() {
		return this.bytes;
	}

}
