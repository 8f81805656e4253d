package dev.discretizer.codec.npy;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import dev.discretizer.codec.DeclaredShape;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;

/**
 * The type of an npy file's elements: a plain number, or a record of named numbers.
 *
 * <pre>
 * descr  = type | "[" record {"," record} [","] "]"
 * record = "(" name "," type [","] ")"
 * </pre>
 *
 * A record without a name of the type {@code |V3} is padding of three bytes, as NumPy
 * writes it for an aligned dtype. Types of arrays, records in records and titles are
 * refused.
 *
 * @param bytes of an element
 * @param structured whether its numbers have names
 * @param fields at least one; a plain number has one field without a name
 */
public record NpyElement(int bytes, boolean structured, List<Field> fields) {

	private static final Pattern PADDING = Pattern.compile("\\|V[0-9]{1,9}");

	/** Copies the list. */
	public NpyElement {
		fields = List.copyOf(fields);
	}

	/**
	 * A number in an element.
	 *
	 * @param offset bytes from the start of the element
	 */
	public record Field(String name, DType dtype, ByteOrder order, int offset) {
	}

	/**
	 * A descr as it stands in a header.
	 *
	 * @param names of the fields, empty for a plain number
	 * @param types of the fields, or the plain one
	 */
	record Descr(boolean structured, List<String> names, List<String> types) {

		/**
		 * Reads a descr.
		 * @param records whether a record is allowed
		 */
		static Descr read(HeaderText text, boolean records, String name) {
			if (records && text.sees('[')) {
				return readRecord(text, name);
			}
			if (text.sees('[') || text.sees('(')) {
				throw Names.error(Cause.UNSUPPORTED_DTYPE, name,
						"structured descr found, starting with %s; a plain number type is expected"
							.formatted(text.rest()));
			}
			return new Descr(false, List.of(""), List.of(text.string()));
		}

		private static Descr readRecord(HeaderText text, String name) {
			List<String> names = new ArrayList<>();
			List<String> types = new ArrayList<>();
			text.expect('[');
			for (boolean comma = true; comma && !text.sees(']');) {
				text.expect('(');
				names.add(plain(text, name));
				text.expect(',');
				types.add(plain(text, name));
				if (text.accept(',') && !text.sees(')')) {
					throw unsupported(text, name);
				}
				text.expect(')');
				comma = text.accept(',');
			}
			text.expect(']');
			return new Descr(true, names, types);
		}

		private static String plain(HeaderText text, String name) {
			if (text.sees('[') || text.sees('(')) {
				throw unsupported(text, name);
			}
			return text.string();
		}

		private static MalformedInputException unsupported(HeaderText text, String name) {
			return Names.error(Cause.UNSUPPORTED_DTYPE, name,
					"field of a structured descr found, going on with %s; a name and a plain number type are expected"
						.formatted(text.rest()));
		}

		/** Looks the types up. */
		NpyElement element(String name) {
			List<Field> fields = new ArrayList<>();
			Set<String> seen = new HashSet<>();
			long offset = 0;
			for (int i = 0; i < this.types.size(); i++) {
				String field = this.names.get(i);
				String type = this.types.get(i);
				if (this.structured && field.isEmpty() && PADDING.matcher(type).matches()) {
					offset += Integer.parseInt(type.substring(2));
				}
				else {
					if (!seen.add(field)) {
						throw Names.error(Cause.DUPLICATE_NAME, name,
								"npy header: field '%s' is given twice".formatted(Names.clip(field)));
					}
					DType dtype = dtype(type, name);
					fields.add(new Field(field, dtype, order(type), (int) Math.min(offset, Integer.MAX_VALUE)));
					offset += dtype.bytes();
				}
			}
			if (fields.isEmpty() || offset > Allowance.LONGEST_ARRAY) {
				throw Names.error(Cause.UNSUPPORTED_DTYPE, name,
						"structured descr of %d numbers and %d bytes found, at least 1 and at most %d are expected"
							.formatted(fields.size(), offset, Allowance.LONGEST_ARRAY));
			}
			return new NpyElement((int) offset, this.structured, fields);
		}

	}

	/**
	 * Size in bytes of the elements of an array of this shape.
	 * @param dims the dimensions, each at least 0
	 * @throws MalformedInputException if that is above 2^63 - 1
	 */
	long bytes(long[] dims, String name) {
		long first = DeclaredShape.bytes(dims, this.fields.get(0).dtype(), name);
		long elements = first / this.fields.get(0).dtype().bytes();
		if (elements > Long.MAX_VALUE / this.bytes) {
			throw Names.error(Cause.SHAPE_MISMATCH, name,
					"shape %s of %s stands for more than 2^63 - 1 bytes".formatted(Arrays.toString(dims), this));
		}
		return elements * this.bytes;
	}

	/** As in "int32", or "records of 12 bytes". */
	@Override
	public String toString() {
		return this.structured ? "records of %d bytes".formatted(this.bytes) : this.fields.get(0).dtype().label();
	}

	/**
	 * The element type of a descr: a mark of byte order, a letter and a size. One-byte
	 * types may have any mark or none, as byte order does not matter for them. Longer
	 * types need "<" or ">": "=", "|" and no mark mean the byte order of the machine that
	 * wrote the file, which is unknown here, and NumPy never writes them.
	 */
	private static DType dtype(String descr, String name) {
		String code = isMark(descr) ? descr.substring(1) : descr;
		DType dtype = switch (code) {
			case "b1" -> DType.BOOL;
			case "i1" -> DType.INT8;
			case "u1" -> DType.UINT8;
			case "i2" -> DType.INT16;
			case "u2" -> DType.UINT16;
			case "i4" -> DType.INT32;
			case "u4" -> DType.UINT32;
			case "i8" -> DType.INT64;
			case "u8" -> DType.UINT64;
			case "f2" -> DType.FLOAT16;
			case "f4" -> DType.FLOAT32;
			case "f8" -> DType.FLOAT64;
			default -> throw unsupported(descr, code, name);
		};
		if (dtype.bytes() > 1 && !(descr.startsWith("<") || descr.startsWith(">"))) {
			throw Names.error(Cause.UNSUPPORTED_DTYPE, name,
					"descr '%s' does not tell its byte order; '<%s' or '>%s' is expected".formatted(descr, code, code));
		}
		return dtype;
	}

	private static boolean isMark(String descr) {
		return !descr.isEmpty() && "<>|=".indexOf(descr.charAt(0)) >= 0;
	}

	private static ByteOrder order(String descr) {
		return descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
	}

	private static MalformedInputException unsupported(String descr, String code, String name) {
		String why = switch (code) {
			case "O" -> "pickled Python objects are refused, as unpickling runs code that the file brings along; "
					+ "save a plain number type";
			case "V2" -> "raw bytes are not numbers (NumPy writes bfloat16 so); save float32, or send safetensors";
			default -> spelledOut(code);
		};
		return Names.error(Cause.UNSUPPORTED_DTYPE, name, "descr '%s' found: %s".formatted(Names.clip(descr), why));
	}

	/**
	 * Explains why a type without a code is refused. NumPy reads names such as float32
	 * but never writes them, as they have no byte order.
	 */
	private static String spelledOut(String code) {
		DType named = DType.ofLabel(code);
		if (named == null) {
			return "bool, integers and float16 to float64 are read, as NumPy writes them, such as '<f4'";
		}
		return "the name of a type does not tell its byte order; a code is expected, as NumPy writes it ('<f4' for "
				+ "little-endian float32)";
	}

}
