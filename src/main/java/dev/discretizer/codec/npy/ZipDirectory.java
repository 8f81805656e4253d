package dev.discretizer.codec.npy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.RequestLimit;

/**
 * The directory of a zip archive. Its size and its end are checked before its entries are
 * read. The entries must cover the archive from the first byte to the directory, without
 * overlaps or gaps, because two programs may read an archive with overlaps or gaps
 * differently. Names, sizes and methods come from the directory; local headers are only
 * compared with it. Immutable.
 *
 * <pre>
 * { local header, content [, data descriptor] }
 * { directory entry }
 * [ zip64 end record, zip64 end locator ]
 * end record, comment
 * </pre>
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">.ZIP File
 * Format Specification 6.3.10</a>, sections 4.3.7 to 4.3.16
 */
final class ZipDirectory {

	private static final int LOCAL_SIGNATURE = 0x04034b50;

	private static final int LOCAL_SIZE = 30;

	private static final int ENTRY_SIGNATURE = 0x02014b50;

	private static final int END_SIGNATURE = 0x06054b50;

	private static final int END_SIZE = 22;

	private static final int END64_SIGNATURE = 0x06064b50;

	private static final int END64_SIZE = 56;

	private static final int LOCATOR_SIGNATURE = 0x07064b50;

	private static final int LOCATOR_SIZE = 20;

	/**
	 * Bytes of a data descriptor: CRC and two sizes of 4 or 8 bytes, with or without a
	 * signature.
	 */
	private static final List<Long> DESCRIPTOR_SIZES = List.of(12L, 16L, 20L, 24L);

	private final ByteBuffer zip;

	/** Where the directory starts. */
	private final int start;

	private final List<ArchiveEntry> entries;

	private ZipDirectory(ByteBuffer zip, int start, List<ArchiveEntry> entries) {
		this.zip = zip;
		this.start = start;
		this.entries = entries;
	}

	/** All entries, in the order of the directory. */
	List<ArchiveEntry> entries() {
		return this.entries;
	}

	/**
	 * Reads the directory of an archive.
	 * @param zip a whole archive, which starts with the buffer's array; little-endian
	 * @throws MalformedInputException if it is broken, or its entries do not cover the
	 * archive
	 */
	static ZipDirectory read(ByteBuffer zip, Allowance allowance) {
		ZipDirectory directory = find(zip, allowance);
		directory.checkCoverage();
		return directory;
	}

	private static ZipDirectory find(ByteBuffer zip, Allowance allowance) {
		int end = end(zip);
		int locator = end - LOCATOR_SIZE;
		if (locator >= 0 && zip.getInt(locator) == LOCATOR_SIGNATURE) {
			int end64 = end64(zip, locator);
			return find(zip, end64, zip.getLong(end64 + 32), zip.getLong(end64 + 40), zip.getLong(end64 + 48),
					allowance);
		}
		return find(zip, end, Short.toUnsignedInt(zip.getShort(end + 10)), Integer.toUnsignedLong(zip.getInt(end + 12)),
				Integer.toUnsignedLong(zip.getInt(end + 16)), allowance);
	}

	private static ZipDirectory find(ByteBuffer zip, int end, long count, long size, long start, Allowance allowance) {
		allowance.check(RequestLimit.TENSORS, count, "npz archive");
		if (start < 0 || start > end || size != end - start) {
			throw malformed(("directory of %d bytes at %d found, which must end where its end record starts, at %d"
					+ " (does something precede the archive?)")
				.formatted(size, start, end));
		}
		allowance.check(RequestLimit.HEADER, size, "directory of the npz archive");
		long found = count(zip, (int) start, end, count);
		if (found != count) {
			throw malformed("%d entries announced, %d found in the directory".formatted(count, found));
		}
		return new ZipDirectory(zip, (int) start, entries(zip, (int) start, (int) count));
	}

	private static List<ArchiveEntry> entries(ByteBuffer zip, int start, int count) {
		List<ArchiveEntry> entries = new ArrayList<>(count);
		for (int at = start; entries.size() < count; at += ArchiveEntry.length(zip, at)) {
			entries.add(ArchiveEntry.read(zip, at));
		}
		return Collections.unmodifiableList(entries);
	}

	/**
	 * Finds the end record: the last occurrence of its signature.
	 */
	private static int end(ByteBuffer zip) {
		int last = zip.limit() - END_SIZE;
		for (int at = last; at >= Math.max(0, last - 0xffff); at--) {
			if (zip.getInt(at) == END_SIGNATURE) {
				checkComment(zip, at);
				return at;
			}
		}
		boolean cut = zip.limit() >= Integer.BYTES && zip.getInt(0) == LOCAL_SIGNATURE;
		throw new MalformedInputException(cut ? Cause.TRUNCATED : Cause.MALFORMED, null,
				cut ? "npz archive: starts as a zip archive, but has no directory at its end"
						: "npz archive: not a zip archive");
	}

	private static void checkComment(ByteBuffer zip, int end) {
		int announced = Short.toUnsignedInt(zip.getShort(end + 20));
		int found = zip.limit() - end - END_SIZE;
		if (found != announced) {
			throw new MalformedInputException((found < announced) ? Cause.TRUNCATED : Cause.TRAILING_BYTES, null,
					"npz archive: %d bytes follow its end record, a comment of %d is expected".formatted(found,
							announced));
		}
	}

	private static int end64(ByteBuffer zip, int locator) {
		int expected = locator - END64_SIZE;
		long found = zip.getLong(locator + 8);
		if (expected < 0 || found != expected || zip.getInt(expected) != END64_SIGNATURE) {
			throw malformed("zip64 end record announced at %d, %d expected".formatted(found, expected));
		}
		return expected;
	}

	/** Counts directory entries, at most one more than announced. */
	private static long count(ByteBuffer zip, int start, int end, long announced) {
		long count = 0;
		int at = start;
		while (at < end && count <= announced) {
			if (end - at < ArchiveEntry.HEADER_SIZE || zip.getInt(at) != ENTRY_SIGNATURE) {
				throw malformed("no directory entry at %d, where one is expected".formatted(at));
			}
			at += ArchiveEntry.length(zip, at);
			count++;
		}
		if (at > end) {
			throw malformed("the last directory entry ends at %d, at most %d is expected".formatted(at, end));
		}
		return count;
	}

	/**
	 * Checks that the entries lie one after the other, from the start of the archive to
	 * its directory.
	 */
	private void checkCoverage() {
		long covered = 0;
		boolean descriptor = false;
		List<ArchiveEntry> inPlace = new ArrayList<>(this.entries);
		inPlace.sort(Comparator.comparingLong(ArchiveEntry::offset));
		for (ArchiveEntry entry : inPlace) {
			checkGap(covered, entry.offset(), descriptor);
			long content = content(entry);
			if (entry.compressedSize() > this.start - content) {
				throw malformed("entry %s of %d bytes at %d reaches into the directory at %d"
					.formatted(Names.clip(entry.name()), entry.compressedSize(), content, this.start));
			}
			covered = content + entry.compressedSize();
			descriptor = entry.hasDescriptor();
		}
		checkGap(covered, this.start, descriptor);
	}

	private static void checkGap(long covered, long next, boolean descriptor) {
		long gap = next - covered;
		if (gap != 0 && !(descriptor && DESCRIPTOR_SIZES.contains(gap))) {
			throw malformed((gap < 0) ? "entries overlap at byte %d".formatted(next)
					: "%d bytes from byte %d on belong to no entry".formatted(gap, covered));
		}
	}

	/**
	 * Finds the start of an entry's content, after its local header, which must have the
	 * same name.
	 */
	int content(ArchiveEntry entry) {
		int length = entry.nameLength();
		if (entry.offset() > this.start - LOCAL_SIZE - length || !isLocalHeader((int) entry.offset(), entry)) {
			throw malformed("no local header of entry %s at byte %d, where the directory says it is"
				.formatted(Names.clip(entry.name()), entry.offset()));
		}
		int at = (int) entry.offset();
		return at + LOCAL_SIZE + length + Short.toUnsignedInt(this.zip.getShort(at + 28));
	}

	private boolean isLocalHeader(int at, ArchiveEntry entry) {
		byte[] archive = this.zip.array();
		int name = at + LOCAL_SIZE;
		int length = entry.nameLength();
		return this.zip.getInt(at) == LOCAL_SIGNATURE && Short.toUnsignedInt(this.zip.getShort(at + 26)) == length
				&& Arrays.equals(archive, name, name + length, archive, entry.nameAt(), entry.nameAt() + length);
	}

	static MalformedInputException malformed(String detail) {
		return new MalformedInputException(Cause.MALFORMED, null, "npz archive: " + detail);
	}

}
