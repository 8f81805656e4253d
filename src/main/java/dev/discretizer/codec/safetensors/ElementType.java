package dev.discretizer.codec.safetensors;

import dev.discretizer.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * The element types of the format that have a {@link DType}, by their names in the
 * header, and in the order of the reference's {@code Dtype}: its writer puts the tensors
 * of later ones first, so that each is aligned. Not read are F4, F6_*, F8_* and C64.
 */
enum ElementType {

	BOOL(DType.BOOL), U8(DType.UINT8), I8(DType.INT8), I16(DType.INT16), U16(DType.UINT16), F16(DType.FLOAT16),
	BF16(DType.BFLOAT16), I32(DType.INT32), U32(DType.UINT32), F32(DType.FLOAT32), F64(DType.FLOAT64), I64(DType.INT64),
	U64(DType.UINT64);

	private final DType dtype;

	ElementType(DType dtype) {
		this.dtype = dtype;
	}

	DType dtype() {
		return this.dtype;
	}

	/** The type of that name in the header, or null when there is none. */
	static @Nullable ElementType ofName(String name) {
		for (ElementType type : values()) {
			if (type.name().equals(name)) {
				return type;
			}
		}
		return null;
	}

	static ElementType of(DType dtype) {
		for (ElementType type : values()) {
			if (type.dtype == dtype) {
				return type;
			}
		}
		throw new AssertionError(dtype);
	}

}
