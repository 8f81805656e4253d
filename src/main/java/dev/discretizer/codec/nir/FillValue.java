package dev.discretizer.codec.nir;

import dev.discretizer.codec.MalformedInputException;

/**
 * Reads the fill value, which unwritten elements of a dataset have, from fill value
 * messages of versions 1 to 3 and from the old message without a version.
 *
 * @see Hdf5File
 */
final class FillValue {

	private static final byte[] ZEROS = new byte[0];

	/** Bits of version 3. */
	private static final int IS_UNDEFINED = 0x10;

	private static final int IS_GIVEN = 0x20;

	private FillValue() {
	}

	/**
	 * Reads the fill value of a dataset.
	 * @param size bytes of an element
	 * @return the bytes of one element as in the file; empty for zero
	 */
	static byte[] read(Hdf5File file, ObjectHeader header, int size) {
		byte[] value = read(file, header);
		if (value.length != 0 && value.length != size) {
			throw file.broken("a fill value of %d bytes found, %d expected".formatted(value.length, size));
		}
		return value;
	}

	private static byte[] read(Hdf5File file, ObjectHeader header) {
		Cursor message = header.find(ObjectHeader.FILL_VALUE);
		if (message != null) {
			return read(file, message);
		}
		Cursor old = header.find(ObjectHeader.OLD_FILL_VALUE);
		return (old == null) ? ZEROS : value(file, old);
	}

	private static byte[] read(Hdf5File file, Cursor message) {
		int version = message.u8();
		if (version < 1 || version > 3) {
			throw file.unsupported("fill value version %d found, 1 to 3 are read".formatted(version));
		}
		if (version == 3) {
			int flags = message.u8();
			if ((flags & IS_UNDEFINED) != 0) {
				throw undefined(file);
			}
			return ((flags & IS_GIVEN) == 0) ? ZEROS : value(file, message);
		}
		message.advance(2);
		boolean defined = message.u8() != 0;
		if (!defined && version == 2) {
			throw undefined(file);
		}
		return value(file, message);
	}

	private static MalformedInputException undefined(Hdf5File file) {
		return file.unsupported("some of its elements were never written, and it has no fill value");
	}

	private static byte[] value(Hdf5File file, Cursor message) {
		long size = message.u32();
		if (size == 0xffff_ffffL) {
			throw undefined(file);
		}
		return message.part(size, "fill value").bytes();
	}

}
