package dev.discretizer.tensor;

import org.jspecify.annotations.Nullable;

/**
 * The element types this service reads and writes, named as NumPy names them (and
 * {@code bfloat16} as ml_dtypes does).
 */
public enum DType {

	BOOL("bool", 1, true), INT8("int8", 1, true), UINT8("uint8", 1, true), INT16("int16", 2, true),
	UINT16("uint16", 2, true), INT32("int32", 4, true), UINT32("uint32", 4, true), INT64("int64", 8, true),
	UINT64("uint64", 8, true), FLOAT16("float16", 2, false), BFLOAT16("bfloat16", 2, false),
	FLOAT32("float32", 4, false), FLOAT64("float64", 8, false);

	private final String label;

	private final int bytes;

	private final boolean integer;

	DType(String label, int bytes, boolean integer) {
		this.label = label;
		this.bytes = bytes;
		this.integer = integer;
	}

	/** The name used in JSON, in query parameters and in headers, such as "float32". */
	public String label() {
		return this.label;
	}

	/** Size of one element in bytes: 1, 2, 4 or 8. */
	public int bytes() {
		return this.bytes;
	}

	/** Whether all values of this type are whole numbers; true of bool too. */
	public boolean isInteger() {
		return this.integer;
	}

	/** The type of that label, or null when there is none. */
	public static @Nullable DType ofLabel(String label) {
		for (DType dtype : values()) {
			if (dtype.label.equals(label)) {
				return dtype;
			}
		}
		return null;
	}

}
