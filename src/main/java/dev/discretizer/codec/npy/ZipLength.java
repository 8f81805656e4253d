package dev.discretizer.codec.npy;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import dev.discretizer.codec.Encoded;

/**
 * The length of an archive of stored entries without comments and extra times, as
 * {@link java.util.zip.ZipOutputStream} writes it:
 *
 * <pre>
 * sum of (30 + name + content) + sum of (46 + name) + 22
 * </pre>
 *
 * plus the zip64 fields and records where a size or an offset reaches 2^32 - 1, or the
 * number of entries 2^16 - 1.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">.ZIP File
 * Format Specification 6.3.10</a>, sections 4.3.7 to 4.3.16 and 4.5.3
 */
final class ZipLength {

	private static final int LOCAL_SIZE = 30;

	private static final int ENTRY_SIZE = 46;

	private static final int END_SIZE = 22;

	/** The zip64 end record and its locator. */
	private static final int END64_SIZE = 56 + 20;

	/** Tag and length of a zip64 extra field. */
	private static final int EXTRA_SIZE = 4;

	/** Numbers from this one on stand in a zip64 field. */
	private static final long LARGE = 0xffff_ffffL;

	private static final int MANY = 0xffff;

	private ZipLength() {
	}

	/** Length in bytes of the archive of these files by name. */
	static long of(Map<String, Encoded> files) {
		long contents = 0;
		long directory = 0;
		for (Map.Entry<String, Encoded> file : files.entrySet()) {
			int name = file.getKey().getBytes(StandardCharsets.UTF_8).length;
			long content = file.getValue().length();
			int sizes = (content >= LARGE) ? 2 * Long.BYTES : 0;
			int offset = (contents >= LARGE) ? Long.BYTES : 0;
			directory += ENTRY_SIZE + name + extra(sizes + offset);
			contents += LOCAL_SIZE + name + extra(sizes) + content;
		}
		boolean zip64 = contents >= LARGE || directory >= LARGE || files.size() >= MANY;
		return contents + directory + (zip64 ? END64_SIZE : 0) + END_SIZE;
	}

	private static int extra(int numbers) {
		return (numbers == 0) ? 0 : EXTRA_SIZE + numbers;
	}

}
