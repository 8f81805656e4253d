package dev.discretizer.codec.nir;

import java.nio.ByteOrder;
import java.util.Locale;

import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * The type of a dataset's elements: a number of a type that {@link DType} has, or a text
 * of fixed or variable length.
 *
 * @param kind what an element is
 * @param size bytes of an element, above 0
 * @param number the type of a number, null for a text
 * @param order byte order of a number
 */
record Datatype(Kind kind, int size, @Nullable DType number, ByteOrder order) {

	/** The kinds of elements. */
	enum Kind {

		/** An integer or a float. */
		NUMBER,
		/** A text of at most the type's size, padded with zeros. */
		FIXED_TEXT,
		/** A text of at most the type's size, padded with spaces. */
		SPACED_TEXT,
		/** A reference to a text in a global heap. */
		VARIABLE_TEXT

	}

	/** Names of the classes of the specification by their numbers, for messages. */
	private static final String[] CLASSES = { "integers", "floats", "times", "texts", "bit fields", "opaque",
			"compound", "references", "enumerations", "lists of variable length", "arrays", "complex numbers" };

	/** The padding of texts of fixed length with spaces, as in Fortran. */
	private static final int SPACE_PADDED = 2;

	/** Bytes of an element of variable length: its length, an address and an index. */
	private static final int REFERENCE = 16;

	static Datatype read(Hdf5File file, Cursor message) {
		int classAndVersion = message.u8();
		int bits = (int) message.unsigned(3);
		long size = message.u32();
		if (size < 1 || size > Integer.MAX_VALUE) {
			throw file.broken("elements of %d bytes found".formatted(size));
		}
		Datatype type = switch (classAndVersion & 0xf) {
			case 0 -> integer(bits, (int) size, message);
			case 1 -> floating(bits, (int) size, message);
			case 3 -> fixed(bits, (int) size);
			case 9 -> variable(bits, (int) size);
			default -> null;
		};
		if (type == null) {
			throw file.error(Cause.UNSUPPORTED_DTYPE,
					"%s of %d bytes found; integers of 8 to 64 bits, floats of 16, 32 and 64 and texts are read"
						.formatted(name(classAndVersion & 0xf), size));
		}
		return type;
	}

	private static String name(int number) {
		return (number < CLASSES.length) ? CLASSES[number] : "elements of class " + number;
	}

	private static @Nullable Datatype integer(int bits, int size, Cursor message) {
		boolean whole = message.u16() == 0 && message.u16() == 8L * size;
		String label = (((bits & 8) != 0) ? "int" : "uint") + 8L * size;
		DType number = DType.ofLabel(label);
		return (whole && number != null) ? new Datatype(Kind.NUMBER, size, number, order(bits)) : null;
	}

	/** Reads a float type; only the layouts of IEEE 754 and bfloat16 are supported. */
	private static @Nullable Datatype floating(int bits, int size, Cursor message) {
		int offset = message.u16();
		int precision = message.u16();
		int exponentAt = message.u8();
		int exponentBits = message.u8();
		int fractionAt = message.u8();
		int fractionBits = message.u8();
		long bias = message.u32();
		DType number = switch (exponentBits * 256 + fractionBits) {
			case 5 * 256 + 10 -> DType.FLOAT16;
			case 8 * 256 + 7 -> DType.BFLOAT16;
			case 8 * 256 + 23 -> DType.FLOAT32;
			case 11 * 256 + 52 -> DType.FLOAT64;
			default -> null;
		};
		// Bit 6 marks the byte order of VAX; bits 4 and 5 tell how the mantissa's leading
		// one is stored.
		boolean whole = offset == 0 && precision == 8L * size && fractionAt == 0 && exponentAt == fractionBits
				&& bias == (1L << (exponentBits - 1)) - 1 && (bits & 0x70) == 0x20
				&& (bits >> 8 & 0xff) == precision - 1;
		return (whole && number != null && number.bytes() == size)
				? new Datatype(Kind.NUMBER, size, number, order(bits)) : null;
	}

	private static Datatype fixed(int bits, int size) {
		Kind kind = ((bits & 0xf) == SPACE_PADDED) ? Kind.SPACED_TEXT : Kind.FIXED_TEXT;
		return new Datatype(kind, size, null, ByteOrder.LITTLE_ENDIAN);
	}

	private static @Nullable Datatype variable(int bits, int size) {
		return ((bits & 0xf) == 1 && size == REFERENCE)
				? new Datatype(Kind.VARIABLE_TEXT, size, null, ByteOrder.LITTLE_ENDIAN) : null;
	}

	private static ByteOrder order(int bits) {
		return ((bits & 1) != 0) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
	}

	/** The type for messages. */
	String label() {
		return (this.number == null) ? "text" : this.number.label().toLowerCase(Locale.ROOT);
	}

}
