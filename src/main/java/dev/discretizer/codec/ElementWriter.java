package dev.discretizer.codec;

import java.io.IOException;
import java.io.OutputStream;

import dev.discretizer.tensor.DiscreteTensor;

/**
 * Writes the elements of a {@link DiscreteTensor} as little-endian bytes in C order,
 * rounding them slice by slice as they are written.
 */
public final class ElementWriter {

	/**
	 * Bytes written to the stream at once: they stay in the second-level cache until they
	 * are copied. With smaller slices the reading side goes to sleep while the next slice
	 * is rounded, and waking it is slow. A multiple of every element size.
	 */
	private static final int SLICE = 128 * 1024;

	private ElementWriter() {
	}

	/** Length in bytes of what {@link #write} writes. */
	public static long length(DiscreteTensor tensor) {
		return tensor.shape().elements() * (long) tensor.dtype().bytes();
	}

	/** Writes all elements. */
	public static void write(DiscreteTensor tensor, OutputStream out) throws IOException {
		int size = tensor.dtype().bytes();
		int elements = tensor.shape().elements();
		int slice = Math.min(elements, SLICE / size);
		byte[] bytes = new byte[slice * size];
		int count;
		// Never beyond the last element, which may be as far as an int goes.
		for (int from = 0; from < elements; from += count) {
			count = Math.min(slice, elements - from);
			tensor.bytes(from, bytes, 0, count);
			out.write(bytes, 0, count * size);
		}
	}

}
