package dev.discretizer.codec.recording;

import java.nio.ByteBuffer;

import dev.discretizer.codec.npy.NpyElement;
import dev.discretizer.tensor.DType;

/**
 * Reads numbers of any type as longs, without rounding.
 */
final class WholeNumbers {

	/** 2^63, the first double above every long. */
	private static final double LONG_END = 0x1p63;

	private final ByteBuffer elements;

	private final int elementBytes;

	private final int offset;

	private final DType dtype;

	/**
	 * Makes a reader of one field.
	 * @param elements from its first byte to its limit; its position is not used
	 */
	WholeNumbers(ByteBuffer elements, NpyElement element, NpyElement.Field field) {
		this.elements = elements.slice().order(field.order());
		this.elementBytes = element.bytes();
		this.offset = field.offset();
		this.dtype = field.dtype();
	}

	/** Whether an element's number is whole and in the range of long. */
	boolean isWhole(int index) {
		return switch (this.dtype) {
			case UINT64 -> this.elements.getLong(at(index)) >= 0;
			case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> {
				double value = real(index);
				yield value == Math.rint(value) && value >= -LONG_END && value < LONG_END;
			}
			default -> true;
		};
	}

	/** The number of an element for which {@link #isWhole} holds. */
	long value(int index) {
		int at = at(index);
		return switch (this.dtype) {
			case BOOL -> (this.elements.get(at) != 0) ? 1 : 0;
			case INT8 -> this.elements.get(at);
			case UINT8 -> this.elements.get(at) & 0xff;
			case INT16 -> this.elements.getShort(at);
			case UINT16 -> this.elements.getShort(at) & 0xffff;
			case INT32 -> this.elements.getInt(at);
			case UINT32 -> this.elements.getInt(at) & 0xffff_ffffL;
			case INT64, UINT64 -> this.elements.getLong(at);
			case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> (long) real(index);
		};
	}

	/** The number as text, for messages. */
	String text(int index) {
		return switch (this.dtype) {
			case UINT64 -> Long.toUnsignedString(this.elements.getLong(at(index)));
			case FLOAT16, FLOAT32 -> Float.toString((float) real(index));
			case BFLOAT16, FLOAT64 -> Double.toString(real(index));
			default -> Long.toString(value(index));
		};
	}

	private double real(int index) {
		int at = at(index);
		return switch (this.dtype) {
			case FLOAT16 -> Float.float16ToFloat(this.elements.getShort(at));
			case FLOAT32 -> this.elements.getFloat(at);
			default -> this.elements.getDouble(at);
		};
	}

	private int at(int index) {
		return index * this.elementBytes + this.offset;
	}

}
