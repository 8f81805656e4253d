package dev.discretizer.codec.npy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import dev.discretizer.codec.ElementWriter;
import dev.discretizer.codec.Encoded;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.Shape;

/**
 * Writes one tensor as an npy file of version 1.0, little-endian and in C order, byte for
 * byte as {@code numpy.save} of NumPy 1.23 or later writes it. Thread-safe.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">
 * numpy.lib.format</a>
 */
public final class NpyWriter {

	/** Magic and version 1.0. */
	private static final byte[] START = { (byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0 };

	/** The elements start at a multiple of this, so that they can be mapped. */
	private static final int ALIGNMENT = 64;

	/**
	 * Digits of 8 * 2^64, plus one: NumPy leaves room for the first dimension to grow to
	 * this many digits, so that rows can be appended in place.
	 */
	private static final int GROWTH_DIGITS = 21;

	private NpyWriter() {
	}

	/** Encodes a tensor as a file. The tensor is read when the file is written. */
	public static Encoded encode(DiscreteTensor tensor) {
		byte[] header = header(descr(tensor.dtype()), tensor.shape());
		long length = header.length + ElementWriter.length(tensor);
		return new Encoded() {
			@Override
			public long length() {
				return length;
			}

			@Override
			public void writeTo(OutputStream out) throws IOException {
				out.write(header);
				ElementWriter.write(tensor, out);
			}
		};
	}

	/**
	 * Encodes a vector of uint8 as a file.
	 * @param values its elements, shared
	 */
	public static Encoded encode(byte[] values) {
		byte[] header = header("|u1", Shape.of(values.length));
		return new Encoded() {
			@Override
			public long length() {
				return header.length + (long) values.length;
			}

			@Override
			public void writeTo(OutputStream out) throws IOException {
				out.write(header);
				out.write(values);
			}
		};
	}

	private static byte[] header(String descr, Shape shape) {
		StringBuilder dict = new StringBuilder().append("{'descr': '")
			.append(descr)
			.append("', 'fortran_order': False, 'shape': ")
			.append(tuple(shape))
			.append(", }");
		if (shape.rank() > 0) {
			dict.repeat(' ', GROWTH_DIGITS - String.valueOf(shape.dim(0)).length());
		}
		int before = START.length + Short.BYTES;
		// With the line feed; as NumPy has it, a header that would end on the boundary is
		// padded to the next one.
		int unpadded = before + dict.length() + 1;
		dict.repeat(' ', ALIGNMENT - unpadded % ALIGNMENT).append('\n');
		return ByteBuffer.allocate(before + dict.length())
			.order(ByteOrder.LITTLE_ENDIAN)
			.put(START)
			.putShort(lengthField(dict.length()))
			.put(dict.toString().getBytes(StandardCharsets.ISO_8859_1))
			.array();
	}

	private static short lengthField(int length) {
		if (length > 0xffff) {
			throw new IllegalArgumentException("npy header of " + length + " bytes, at most 65535 fit version 1.0");
		}
		return (short) length;
	}

	/** Formats a shape as a Python tuple: "()", "(3,)", "(3, 4)". */
	private static String tuple(Shape shape) {
		String dims = shape.toString();
		String inside = dims.substring(1, dims.length() - 1);
		return "(" + inside + ((shape.rank() == 1) ? ",)" : ")");
	}

	private static String descr(DType dtype) {
		return switch (dtype) {
			case INT8 -> "|i1";
			case INT16 -> "<i2";
			case INT32 -> "<i4";
			case FLOAT32 -> "<f4";
			default -> throw new IllegalArgumentException("a discrete tensor has no elements of " + dtype.label());
		};
	}

}
