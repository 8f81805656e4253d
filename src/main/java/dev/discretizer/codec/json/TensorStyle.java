package dev.discretizer.codec.json;

import org.jspecify.annotations.Nullable;

/** How tensors are written in a JSON answer. */
public enum TensorStyle {

	/** An object of dtype, shape and data: all elements in one array, in C order. */
	FLAT("flat"),
	/** Nested arrays; a plain number for rank 0. */
	NESTED("nested"),
	/** An object of dtype, shape and base64: the elements' little-endian bytes. */
	BASE64("base64"),
	/** An object of dtype and shape. */
	NONE("none");

	private final String label;

	TensorStyle(String label) {
		this.label = label;
	}

	/** The name used in query parameters, such as "flat". */
	public String label() {
		return this.label;
	}

	/** The style of that label, or null when there is none. */
	public static @Nullable TensorStyle ofLabel(String label) {
		for (TensorStyle style : values()) {
			if (style.label.equals(label)) {
				return style;
			}
		}
		return null;
	}

}
