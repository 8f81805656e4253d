package dev.discretizer.codec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.FloatTensorBuilder;

/**
 * Reads elements of any {@link DType} from a stream straight into the array of a
 * {@link FloatTensorBuilder}, converting them to binary32 on the way.
 *
 * <p>
 * Conversion rounds to nearest, ties to even, as NumPy and torch do; elements that are
 * not exact are counted as narrowed. A float64 above the range of binary32 becomes
 * infinite, and is refused later as not finite.
 */
public final class ElementReader {

	/**
	 * Bytes read from the stream at once: they stay in the first-level cache until they
	 * are converted. A multiple of every element size.
	 */
	private static final int SLICE = 32 * 1024;

	private final byte[] bytes;

	private final ByteBuffer buffer;

	private final DType dtype;

	/**
	 * Makes a reader for one tensor.
	 * @param dtype type of the elements in the stream
	 * @param order byte order of the elements in the stream
	 * @param elements how many there will be at most, to size the buffer
	 */
	public ElementReader(DType dtype, ByteOrder order, long elements) {
		this.dtype = dtype;
		this.bytes = new byte[(int) Math.min(SLICE, Math.max(elements, 1) * dtype.bytes())];
		this.buffer = ByteBuffer.wrap(this.bytes).order(order);
	}

	/**
	 * Reads elements in the order of the stream and appends them.
	 * @param elements how many to read
	 * @param dest what they are appended to
	 * @throws MalformedInputException if the stream ends before that
	 */
	public void read(InputStream in, int elements, FloatTensorBuilder dest) throws IOException {
		for (int done = 0; done < elements;) {
			int count = fill(in, elements, done, elements, dest.name());
			dest.room(count);
			dest.narrowed(convert(dest.array(), dest.size(), count));
			dest.written(count);
			done += count;
		}
	}

	/**
	 * Reads the next elements in the order of the stream into an array of the caller, who
	 * puts them into the builder's array at places of its own.
	 * @param elements how many the tensor has
	 * @param done how many of them have been read, less than elements
	 * @param dest overwritten from its start; its length bounds how many are read
	 * @param builder told how many were narrowed; nothing is appended to it
	 * @return how many were read, at least 1
	 * @throws MalformedInputException if the stream ends before that
	 */
	public int readSlice(InputStream in, int elements, int done, float[] dest, FloatTensorBuilder builder)
			throws IOException {
		int count = fill(in, elements, done, dest.length, builder.name());
		builder.narrowed(convert(dest, 0, count));
		return count;
	}

	/**
	 * Fills the buffer with the next elements of the stream, at most so many.
	 * @return how many whole elements are in the buffer
	 */
	private int fill(InputStream in, int elements, int done, int most, String name) throws IOException {
		int size = this.dtype.bytes();
		int wanted = (int) Math.min(this.bytes.length, Math.min(elements - done, most) * (long) size);
		int got = in.readNBytes(this.bytes, 0, wanted);
		if (got < wanted) {
			throw Names.error(Cause.TRUNCATED, name, "%d bytes of elements expected (%d of %s), %d found"
				.formatted(elements * (long) size, elements, this.dtype.label(), done * (long) size + got));
		}
		return got / size;
	}

	/**
	 * Converts the first elements of the buffer.
	 * @return how many are not exact in binary32
	 */
	private int convert(float[] dest, int offset, int count) {
		ByteBuffer in = this.buffer;
		int inexact = 0;
		switch (this.dtype) {
			case FLOAT32 -> in.asFloatBuffer().get(dest, offset, count);
			case FLOAT16 -> {
				for (int i = 0; i < count; i++) {
					dest[offset + i] = Float.float16ToFloat(in.getShort(2 * i));
				}
			}
			case BFLOAT16 -> {
				for (int i = 0; i < count; i++) {
					dest[offset + i] = Float.intBitsToFloat(in.getShort(2 * i) << 16);
				}
			}
			case FLOAT64 -> {
				for (int i = 0; i < count; i++) {
					double value = in.getDouble(8 * i);
					float narrow = (float) value;
					dest[offset + i] = narrow;
					// A NaN differs from itself, but nothing is lost.
					inexact += (narrow != value && !Double.isNaN(value)) ? 1 : 0;
				}
			}
			case BOOL -> {
				for (int i = 0; i < count; i++) {
					dest[offset + i] = (this.bytes[i] != 0) ? 1 : 0;
				}
			}
			case INT8 -> {
				for (int i = 0; i < count; i++) {
					dest[offset + i] = this.bytes[i];
				}
			}
			case UINT8 -> {
				for (int i = 0; i < count; i++) {
					dest[offset + i] = this.bytes[i] & 0xff;
				}
			}
			case INT16 -> {
				for (int i = 0; i < count; i++) {
					dest[offset + i] = in.getShort(2 * i);
				}
			}
			case UINT16 -> {
				for (int i = 0; i < count; i++) {
					dest[offset + i] = in.getShort(2 * i) & 0xffff;
				}
			}
			case INT32 -> {
				for (int i = 0; i < count; i++) {
					int value = in.getInt(4 * i);
					dest[offset + i] = value;
					inexact += ((double) (float) value != value) ? 1 : 0;
				}
			}
			case UINT32 -> {
				for (int i = 0; i < count; i++) {
					long value = in.getInt(4 * i) & 0xffff_ffffL;
					dest[offset + i] = (float) value;
					inexact += ((double) (float) value != (double) value) ? 1 : 0;
				}
			}
			case INT64 -> {
				for (int i = 0; i < count; i++) {
					long value = in.getLong(8 * i);
					dest[offset + i] = (float) value;
					inexact += isExact(value) ? 0 : 1;
				}
			}
			case UINT64 -> {
				for (int i = 0; i < count; i++) {
					long value = in.getLong(8 * i);
					dest[offset + i] = unsignedToFloat(value);
					inexact += isExactUnsigned(value) ? 0 : 1;
				}
			}
		}
		return inexact;
	}

	/** Whether binary32 holds this integer: its significant bits span at most 24. */
	static boolean isExact(long value) {
		return value == Long.MIN_VALUE || isExactUnsigned(Math.abs(value));
	}

	/** The same for an unsigned integer. */
	static boolean isExactUnsigned(long value) {
		return value == 0
				|| 64 - Long.numberOfLeadingZeros(value) - Long.numberOfTrailingZeros(value) <= Float.PRECISION;
	}

	/**
	 * The nearest float of an unsigned integer. Above the range of long it is halved
	 * first, keeping the lost bit as a sticky one, so that it is rounded once only.
	 */
	static float unsignedToFloat(long value) {
		return (value >= 0) ? (float) value : (float) ((value >>> 1) | (value & 1)) * 2;
	}

}
