package dev.discretizer.codec.npy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

import dev.discretizer.codec.BodyKind;
import dev.discretizer.codec.DeclaredShape;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the elements of an npy file:
 *
 * <pre>
 * 93 'N' 'U' 'M' 'P' 'Y'
 * version       major and minor, a byte each: 1.0, 2.0 or 3.0
 * length        little-endian, 2 bytes in version 1, else 4
 * header        a Python dict of descr, fortran_order and shape, in Latin-1, in
 *               version 3 in UTF-8, then spaces and a line feed
 * </pre>
 *
 * NumPy pads the header so that the elements start at a multiple of 64 (16 before 1.14);
 * this is not asked for. Immutable.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">
 * numpy.lib.format</a>
 */
final class NpyHeader {

	private static final byte[] MAGIC = { (byte) 0x93, 'N', 'U', 'M', 'P', 'Y' };

	/** Bytes of magic and version. */
	private static final int START = MAGIC.length + 2;

	private final DType dtype;

	private final ByteOrder order;

	private final boolean fortran;

	private final Shape shape;

	private NpyHeader(DType dtype, ByteOrder order, boolean fortran, Shape shape) {
		this.dtype = dtype;
		this.order = order;
		this.fortran = fortran;
		this.shape = shape;
	}

	DType dtype() {
		return this.dtype;
	}

	ByteOrder order() {
		return this.order;
	}

	/** Whether the first index varies fastest, not the last. */
	boolean isFortran() {
		return this.fortran;
	}

	/** Its elements have been counted against the limit. */
	Shape shape() {
		return this.shape;
	}

	/**
	 * Reads all up to the first element. What the file's length rules out comes before
	 * the limits.
	 * @param fileLength bytes that the file must have, or -1 for any
	 */
	static NpyHeader read(InputStream in, long fileLength, String name, Allowance allowance) throws IOException {
		byte[] start = in.readNBytes(START);
		checkMagic(start, in, name);
		int version = version(start, name);
		int lengthBytes = (version == 1) ? Short.BYTES : Integer.BYTES;
		byte[] lengthField = exactly(in, lengthBytes, name);
		long length = unsigned(lengthField);
		long left = fileLength - START - lengthBytes;
		if (fileLength >= 0 && length > left) {
			throw truncated(name, length, left);
		}
		allowance.check(RequestLimit.HEADER, length, "npy header of " + Names.tensor(name));
		if (length > Allowance.LONGEST_ARRAY) {
			throw new LimitExceededException(RequestLimit.HEADER, Allowance.LONGEST_ARRAY, length,
					"npy header of " + Names.tensor(name));
		}
		HeaderText text = new HeaderText(decoded(exactly(in, (int) length, name), version, name), version < 3, name);
		return parse(text, START + lengthBytes + (int) length, fileLength, name, allowance);
	}

	private static void checkMagic(byte[] start, InputStream in, String name) throws IOException {
		int present = Math.min(start.length, MAGIC.length);
		boolean magic = Arrays.equals(start, 0, present, MAGIC, 0, present);
		// A minor version tells that there are bytes missing.
		if (start.length == START && (!magic || start[START - 1] != 0)) {
			String mistaken = BodyKind.mistaken(BodyKind.NPY, BodyKind.head(start, in));
			if (mistaken != null) {
				throw Names.error(Cause.MALFORMED, name, mistaken);
			}
		}
		if (!magic) {
			HexFormat hex = HexFormat.ofDelimiter(" ");
			throw Names.error(Cause.MALFORMED, name, "an npy file starts with the bytes %s, found %s"
				.formatted(hex.formatHex(MAGIC), hex.formatHex(start, 0, present)));
		}
		if (start.length < START) {
			throw truncated(name, START, start.length);
		}
	}

	private static int version(byte[] start, String name) {
		int major = start[MAGIC.length] & 0xff;
		int minor = start[MAGIC.length + 1] & 0xff;
		if (major < 1 || major > 3 || minor != 0) {
			throw Names.error(Cause.UNSUPPORTED_FORMAT, name,
					"npy version %d.%d found; 1.0, 2.0 and 3.0 are read".formatted(major, minor));
		}
		return major;
	}

	/** Reads so many bytes, taking memory only as they arrive. */
	private static byte[] exactly(InputStream in, int count, String name) throws IOException {
		byte[] bytes = in.readNBytes(count);
		if (bytes.length < count) {
			throw truncated(name, count, bytes.length);
		}
		return bytes;
	}

	private static long unsigned(byte[] littleEndian) {
		ByteBuffer buffer = ByteBuffer.wrap(littleEndian).order(ByteOrder.LITTLE_ENDIAN);
		return (littleEndian.length == Short.BYTES) ? Short.toUnsignedInt(buffer.getShort())
				: Integer.toUnsignedLong(buffer.getInt());
	}

	private static String decoded(byte[] text, int version, String name) {
		if (version < 3) {
			return new String(text, StandardCharsets.ISO_8859_1);
		}
		try {
			// Unlike a String's constructor, a new decoder refuses what is not UTF-8.
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
		}
		catch (CharacterCodingException ex) {
			throw Names.error(Cause.MALFORMED, name, "the npy header is not UTF-8, as version 3.0 has it");
		}
	}

	private static NpyHeader parse(HeaderText text, int length, long fileLength, String name, Allowance allowance) {
		String descr = null;
		Boolean fortran = null;
		long[] shape = null;
		text.expect('{');
		boolean comma = true;
		while (comma && !text.sees('}')) {
			String key = text.string();
			text.expect(':');
			switch (key) {
				case "descr" -> descr = once(descr, descr(text, name), key, name);
				case "fortran_order" -> fortran = once(fortran, text.bool(), key, name);
				case "shape" -> shape = once(shape, text.tuple(), key, name);
				default -> throw Names.error(Cause.UNKNOWN_MEMBER, name,
						"npy header: key '%s' found; descr, ".formatted(Names.clip(key))
								+ "fortran_order and shape are expected");
			}
			comma = text.accept(',');
		}
		text.expect('}');
		text.expectEnd();
		String type = present(descr, "descr", name);
		DType dtype = dtype(type, name);
		boolean isFortran = present(fortran, "fortran_order", name);
		long[] dims = present(shape, "shape", name);
		allowance.check(RequestLimit.RANK, dims.length, Names.tensor(name));
		checkElements(dims, dtype, (fileLength < 0) ? -1 : fileLength - length, name);
		return new NpyHeader(dtype, order(type), isFortran, DeclaredShape.allow(dims, name, allowance));
	}

	private static <T> T once(@Nullable T before, T value, String key, String name) {
		if (before != null) {
			throw Names.error(Cause.DUPLICATE_NAME, name, "npy header: key '%s' is given twice".formatted(key));
		}
		return value;
	}

	private static <T> T present(@Nullable T value, String key, String name) {
		if (value == null) {
			throw Names.error(Cause.MISSING_MEMBER, name, "npy header: key '%s' is missing".formatted(key));
		}
		return value;
	}

	/** A descr that is a list or a tuple is a type of named fields or of arrays. */
	private static String descr(HeaderText text, String name) {
		if (text.sees('[') || text.sees('(')) {
			throw Names.error(Cause.UNSUPPORTED_DTYPE, name,
					"structured descr found, starting with %s; a plain number type is expected".formatted(text.rest()));
		}
		return text.string();
	}

	/**
	 * The element type of a descr: a mark of byte order, a letter and a size. One-byte
	 * types may have any mark or none, as it says nothing. Longer ones must say "<" or
	 * ">": "=", "|" and none mean the order of the machine that wrote the file, which the
	 * file does not tell, and NumPy never writes them.
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
	 * NumPy reads names such as float32 too, but writes none, as they have no byte order.
	 */
	private static String spelledOut(String code) {
		DType named = DType.ofLabel(code);
		if (named == null) {
			return "bool, integers and float16 to float64 are read, as NumPy writes them, such as '<f4'";
		}
		return "the name of a type does not tell its byte order; a code is expected, as NumPy writes it ('<f4' for "
				+ "little-endian float32)";
	}

	/**
	 * Checks that the elements are as many bytes as follow the header.
	 * @param found how many follow, or -1 for any
	 */
	private static void checkElements(long[] dims, DType dtype, long found, String name) {
		long expected = DeclaredShape.bytes(dims, dtype, name);
		if (found >= 0 && found != expected) {
			throw Names.error((found < expected) ? Cause.SHAPE_MISMATCH : Cause.TRAILING_BYTES, name,
					"shape %s of %s takes %d bytes, %d bytes follow the header".formatted(Arrays.toString(dims),
							dtype.label(), expected, found));
		}
	}

	private static MalformedInputException truncated(String name, long expected, long found) {
		return Names.error(Cause.TRUNCATED, name,
				"the npy header ends early: %d more bytes expected, %d found".formatted(expected, found));
	}

}
