package dev.discretizer.codec.npy;

import java.io.IOException;
import java.io.InputStream;

import dev.discretizer.codec.ElementReader;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.FloatTensorBuilder;
import dev.discretizer.tensor.Shape;

/**
 * Reads one tensor from an npy file of version 1.0, 2.0 or 3.0: a header, see
 * {@link NpyHeader}, then the elements in C or Fortran order and nothing after them.
 * Elements in Fortran order are converted to C order. Rank 0 and tensors without elements
 * are legal. Thread-safe.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">
 * numpy.lib.format</a>
 */
public final class NpyReader {

	private NpyReader() {
	}

	/**
	 * Reads to the end of the stream.
	 * @param length number of bytes that the stream must have and can deliver, or -1 if
	 * unknown: then memory grows as bytes arrive
	 * @param name the tensor's name, for messages
	 * @throws MalformedInputException if the bytes are not an npy file of a number type,
	 * or not as many as its header says
	 */
	public static FloatTensor read(InputStream in, long length, String name, Allowance allowance) throws IOException {
		boolean known = length >= 0;
		NpyHeader header = NpyHeader.read(in, length, name, allowance);
		Shape shape = header.shape();
		FloatTensorBuilder builder = new FloatTensorBuilder(name, header.dtype(), allowance);
		ElementReader elements = new ElementReader(header.dtype(), header.order(), shape.elements());
		if (header.isFortran() && FortranOrder.matters(shape)) {
			FortranOrder.read(in, elements, shape, known, builder, allowance);
		}
		else {
			builder.exactly(known ? shape.elements() : 0);
			elements.read(in, shape.elements(), builder);
		}
		checkEnd(in, header, name);
		return builder.build(shape);
	}

	/** Refuses bytes after the elements as ambiguous; NumPy ignores them. */
	private static void checkEnd(InputStream in, NpyHeader header, String name) throws IOException {
		if (in.read() >= 0) {
			throw Names.error(Cause.TRAILING_BYTES, name, "shape %s of %s takes %d bytes, more follow the header"
				.formatted(header.shape(), header.dtype().label(), size(header)));
		}
	}

	private static long size(NpyHeader header) {
		return header.shape().elements() * (long) header.dtype().bytes();
	}

}
