package dev.discretizer.codec.npy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One entry of a zip archive's directory:
 *
 * <pre>
 * at   bytes
 *  8   2      flags
 * 10   2      compression method
 * 16   4      CRC-32 of the content
 * 20   4      size of the compressed content
 * 24   4      size of the content
 * 28   2 2 2  lengths of name, extra fields and comment
 * 42   4      offset of the local header
 * 46          name, extra fields, comment
 * </pre>
 *
 * A size or offset of 2^32 - 1 stands in the zip64 extra field, if there is one, in the
 * order size, compressed size, offset.
 *
 * @param name decoded as UTF-8
 * @param nameAt where the name starts in the archive
 * @param nameLength of the name in bytes
 * @param flags general purpose bits
 * @param method of compression
 * @param crc CRC-32 of the content
 * @param compressedSize bytes of the compressed content, at least 0
 * @param size bytes of the content, at least 0
 * @param offset of the local header, at least 0
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">.ZIP File
 * Format Specification 6.3.10</a>, sections 4.3.12, 4.4 and 4.5.3
 */
record ArchiveEntry(String name, int nameAt, int nameLength, int flags, int method, int crc, long compressedSize,
		long size, long offset) {

	static final int STORED = 0;

	static final int DEFLATED = 8;

	/** Bytes before the name. */
	static final int HEADER_SIZE = 46;

	private static final int ENCRYPTED = 1;

	private static final int DESCRIPTOR = 1 << 3;

	private static final int ZIP64_TAG = 1;

	/** Tag and length of an extra field. */
	private static final int EXTRA_HEADER_SIZE = 4;

	/** Marks a number that stands in the zip64 field. */
	private static final long ELSEWHERE = 0xffff_ffffL;

	/**
	 * Reads an entry of the directory.
	 * @param zip a whole archive; little-endian
	 * @param at where the entry starts; its fixed part and the lengths it names lie
	 * within the directory
	 */
	static ArchiveEntry read(ByteBuffer zip, int at) {
		int nameAt = at + HEADER_SIZE;
		int nameLength = unsigned(zip, at + 28);
		Zip64Field large = Zip64Field.find(zip, nameAt + nameLength, unsigned(zip, at + 30));
		long size = large.next(Integer.toUnsignedLong(zip.getInt(at + 24)));
		long compressedSize = large.next(Integer.toUnsignedLong(zip.getInt(at + 20)));
		long offset = large.next(Integer.toUnsignedLong(zip.getInt(at + 42)));
		String name = new String(zip.array(), nameAt, nameLength, StandardCharsets.UTF_8);
		return new ArchiveEntry(name, nameAt, nameLength, unsigned(zip, at + 8), unsigned(zip, at + 10),
				zip.getInt(at + 16), compressedSize, size, offset);
	}

	/** Length in bytes of the directory entry at this place. */
	static int length(ByteBuffer zip, int at) {
		return HEADER_SIZE + unsigned(zip, at + 28) + unsigned(zip, at + 30) + unsigned(zip, at + 32);
	}

	private static int unsigned(ByteBuffer zip, int at) {
		return Short.toUnsignedInt(zip.getShort(at));
	}

	boolean isEncrypted() {
		return (this.flags & ENCRYPTED) != 0;
	}

	/** Whether a data descriptor follows the content. */
	boolean hasDescriptor() {
		return (this.flags & DESCRIPTOR) != 0;
	}

	/**
	 * Reads the numbers of a zip64 extra field one by one; empty where the field is
	 * missing.
	 */
	private static final class Zip64Field {

		private final ByteBuffer zip;

		private final boolean exists;

		private final int end;

		private int at;

		private Zip64Field(ByteBuffer zip, boolean exists, int at, int end) {
			this.zip = zip;
			this.exists = exists;
			this.at = at;
			this.end = end;
		}

		static Zip64Field find(ByteBuffer zip, int start, int length) {
			int end = start + length;
			for (int at = start; at + EXTRA_HEADER_SIZE <= end;) {
				int data = at + EXTRA_HEADER_SIZE;
				int next = data + unsigned(zip, at + 2);
				if (next > end) {
					throw ZipDirectory.malformed("its directory is broken");
				}
				if (unsigned(zip, at) == ZIP64_TAG) {
					return new Zip64Field(zip, true, data, next);
				}
				at = next;
			}
			return new Zip64Field(zip, false, end, end);
		}

		/**
		 * Returns the number of a 4-byte field, or the next zip64 number if the field is
		 * marked.
		 */
		long next(long number) {
			if (number != ELSEWHERE || !this.exists) {
				return number;
			}
			if (this.end - this.at < Long.BYTES || this.zip.getLong(this.at) < 0) {
				throw ZipDirectory.malformed("its directory is broken");
			}
			long large = this.zip.getLong(this.at);
			this.at += Long.BYTES;
			return large;
		}

	}

}
