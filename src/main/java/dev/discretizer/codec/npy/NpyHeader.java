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
 * The header of an npy file, which precedes the elements:
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
 * this is not required here. Immutable.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">
 * numpy.lib.format</a>
 */
public final class NpyHeader {

	private static final byte[] MAGIC = { (byte) 0x93, 'N', 'U', 'M', 'P', 'Y' };

	/** Bytes of magic and version. */
	private static final int START = MAGIC.length + 2;

	private final NpyElement element;

	private final boolean fortran;

	private final Shape shape;

	private NpyHeader(NpyElement element, boolean fortran, Shape shape) {
		this.element = element;
		this.fortran = fortran;
		this.shape = shape;
	}

	/** The type of each element. */
	public NpyElement element() {
		return this.element;
	}

	/** The type of an element that is a plain number. */
	DType dtype() {
		return this.element.fields().get(0).dtype();
	}

	/** The byte order of an element that is a plain number. */
	ByteOrder order() {
		return this.element.fields().get(0).order();
	}

	/** Whether the elements are in Fortran order: the first index varies fastest. */
	public boolean isFortran() {
		return this.fortran;
	}

	/**
	 * The shape. Its elements have been counted against the limit, one for each field.
	 */
	public Shape shape() {
		return this.shape;
	}

	/**
	 * Reads the header of a file of plain numbers, up to the first element. A header that
	 * contradicts the file's length is refused before the limits are checked.
	 * @param fileLength bytes that the file must have, or -1 for any
	 */
	static NpyHeader read(InputStream in, long fileLength, String name, Allowance allowance) throws IOException {
		return read(in, fileLength, false, name, allowance);
	}

	/**
	 * Reads the header of a file of plain numbers or of records of named numbers.
	 * @param name the tensor's name, for messages
	 * @throws MalformedInputException if it is not a header of numbers
	 */
	public static NpyHeader readRecords(InputStream in, long fileLength, String name, Allowance allowance)
			throws IOException {
		return read(in, fileLength, true, name, allowance);
	}

	private static NpyHeader read(InputStream in, long fileLength, boolean records, String name, Allowance allowance)
			throws IOException {
		byte[] start = in.readNBytes(START);
		if (start.length == 0) {
			throw Names.error(Cause.TRUNCATED, name, BodyKind.NPY.nothing());
		}
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
		long follow = (fileLength < 0) ? -1 : left - length;
		return parse(text, records, follow, name, allowance);
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

	/** Reads {@code count} bytes, allocating memory only as they arrive. */
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

	private static NpyHeader parse(HeaderText text, boolean records, long follow, String name, Allowance allowance) {
		NpyElement.Descr descr = null;
		Boolean fortran = null;
		long[] shape = null;
		text.expect('{');
		boolean comma = true;
		while (comma && !text.sees('}')) {
			String key = text.string();
			text.expect(':');
			switch (key) {
				case "descr" -> descr = once(descr, NpyElement.Descr.read(text, records, name), key, name);
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
		NpyElement element = present(descr, "descr", name).element(name);
		boolean isFortran = present(fortran, "fortran_order", name);
		long[] dims = present(shape, "shape", name);
		allowance.check(RequestLimit.RANK, dims.length, Names.tensor(name));
		checkElements(dims, element, follow, name);
		Shape allowed = DeclaredShape.allow(dims, name, allowance);
		allowance.elements((element.fields().size() - 1L) * allowed.elements(), Names.tensor(name));
		return new NpyHeader(element, isFortran, allowed);
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

	/**
	 * Checks that the elements have the size of the bytes after the header.
	 * @param found bytes after the header, or -1 for any number
	 */
	private static void checkElements(long[] dims, NpyElement element, long found, String name) {
		long expected = element.bytes(dims, name);
		if (found >= 0 && found != expected) {
			throw Names.error((found < expected) ? Cause.SHAPE_MISMATCH : Cause.TRAILING_BYTES, name,
					"shape %s of %s takes %d bytes, %d bytes follow the header".formatted(Arrays.toString(dims),
							element, expected, found));
		}
	}

	private static MalformedInputException truncated(String name, long expected, long found) {
		return Names.error(Cause.TRUNCATED, name,
				"the npy header ends early: %d more bytes expected, %d found".formatted(expected, found));
	}

}
