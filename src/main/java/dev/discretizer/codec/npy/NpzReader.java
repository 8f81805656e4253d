package dev.discretizer.codec.npy;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.codec.WholeBody;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.RequestLimit;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/**
 * Reads the named tensors of an npz file: a zip archive of npy files, stored or deflated,
 * as {@code numpy.savez} and {@code numpy.savez_compressed} write it, also to a stream
 * that cannot seek. The archive's directory is authoritative; an archive whose bytes it
 * does not account for is refused. Thread-safe.
 */
public final class NpzReader {

	private static final String SUFFIX = ".npy";

	/**
	 * Bytes that one deflated byte stands for at most: the longest match is of 258 bytes,
	 * and takes two bits at least, one for its length and one for its distance (RFC 1951,
	 * sections 3.2.5 and 3.2.7). The <a href="https://zlib.net/zlib_tech.html">zlib
	 * technical details</a> name the same number.
	 */
	private static final int LARGEST_RATIO = 258 * 8 / 2;

	private final Allowance allowance;

	/** Bytes of content, over all entries. */
	private long inflated;

	private NpzReader(Allowance allowance) {
		this.allowance = allowance;
	}

	/**
	 * Reads to the end of the stream.
	 * @param length exact number of bytes in the stream, or -1 if it is not known
	 * @return the tensors by name, without ".npy", in the order of the archive's
	 * directory. A name is what the archive says it is: a key, never a path
	 * @throws MalformedInputException if the bytes are not an archive of npy files
	 */
	public static Map<String, FloatTensor> read(InputStream in, long length, Allowance allowance) throws IOException {
		ByteBuffer body = WholeBody.read(in, length, "npz archive", allowance);
		ZipDirectory directory = ZipDirectory.find(body, allowance);
		try (ZipFile zip = open(body)) {
			directory.checkCoverage(Collections.list(zip.getEntriesInPhysicalOrder()));
			List<ZipArchiveEntry> entries = Collections.list(zip.getEntries());
			checkEntries(entries, allowance);
			return new NpzReader(allowance).tensors(zip, entries);
		}
	}

	/**
	 * Reads the directory. Local headers are not parsed, and names only as the directory
	 * has them, so that there is one reading of the archive.
	 */
	private static ZipFile open(ByteBuffer body) {
		SeekableInMemoryByteChannel channel = new SeekableInMemoryByteChannel(body.array());
		channel.truncate(body.limit());
		try {
			return ZipFile.builder()
				.setSeekableByteChannel(channel)
				.setIgnoreLocalFileHeader(true)
				.setUseUnicodeExtraFields(false)
				.get();
		}
		catch (IOException | RuntimeException ex) {
			throw ZipDirectory.malformed("its directory is broken");
		}
	}

	private static void checkEntries(List<ZipArchiveEntry> entries, Allowance allowance) {
		Set<String> names = new HashSet<>();
		long inflated = 0;
		for (ZipArchiveEntry entry : entries) {
			String name = checkedName(entry);
			if (!names.add(name)) {
				throw Names.error(Cause.DUPLICATE_NAME, name, "the archive has two entries of this name");
			}
			checkMethod(entry, name);
			checkSize(entry, name);
			inflated += entry.getSize();
			allowance.check(RequestLimit.INFLATED, inflated, "npz archive");
		}
	}

	private static String checkedName(ZipArchiveEntry entry) {
		if (!entry.getName().endsWith(SUFFIX)) {
			throw new MalformedInputException(Cause.UNKNOWN_MEMBER, null,
					"npz archive: entry %s found; names that end in %s are expected"
						.formatted(Names.clip(entry.getName()), SUFFIX));
		}
		String name = tensorName(entry);
		Names.check(name);
		return name;
	}

	private static String tensorName(ZipArchiveEntry entry) {
		return entry.getName().substring(0, entry.getName().length() - SUFFIX.length());
	}

	private static void checkMethod(ZipArchiveEntry entry, String name) {
		if (entry.getGeneralPurposeBit().usesEncryption()) {
			throw Names.error(Cause.UNSUPPORTED_FORMAT, name, "the entry is encrypted");
		}
		int method = entry.getMethod();
		if (method != ZipArchiveEntry.STORED && method != ZipArchiveEntry.DEFLATED) {
			throw Names.error(Cause.UNSUPPORTED_FORMAT, name,
					"zip compression method %d found; 0 (stored) and 8 (deflated) are read".formatted(method));
		}
	}

	/**
	 * Checks the size of the content against the bytes it is in, which lie within the
	 * archive.
	 */
	private static void checkSize(ZipArchiveEntry entry, String name) {
		if (entry.getMethod() == ZipArchiveEntry.STORED && entry.getSize() != entry.getCompressedSize()) {
			throw Names.error(Cause.MALFORMED, name, "the entry is stored, but has a size of %d and takes %d bytes"
				.formatted(entry.getSize(), entry.getCompressedSize()));
		}
		long most = LARGEST_RATIO * entry.getCompressedSize();
		if (entry.getSize() > most) {
			throw Names.error(Cause.MALFORMED, name, "%d bytes announced, the %d compressed ones inflate to at most %d"
				.formatted(entry.getSize(), entry.getCompressedSize(), most));
		}
	}

	private Map<String, FloatTensor> tensors(ZipFile zip, List<ZipArchiveEntry> entries) throws IOException {
		Map<String, FloatTensor> tensors = new LinkedHashMap<>();
		for (ZipArchiveEntry entry : entries) {
			String name = tensorName(entry);
			tensors.put(name, tensor(zip, entry, name));
		}
		return tensors;
	}

	private FloatTensor tensor(ZipFile zip, ZipArchiveEntry entry, String name) throws IOException {
		try (Content content = new Content(open(zip, entry, name), name)) {
			// What is stored is there, as the directory was held against the archive.
			// What
			// a deflated entry announces must hold too, but is not known before.
			boolean known = entry.getMethod() == ZipArchiveEntry.STORED;
			FloatTensor tensor = NpyReader.read(content, entry.getSize(), known, name, this.allowance);
			if (content.crc.getValue() != entry.getCrc()) {
				throw Names.error(Cause.MALFORMED, name,
						"CRC-32 %08x announced, %08x found".formatted(entry.getCrc(), content.crc.getValue()));
			}
			return tensor;
		}
	}

	private static InputStream open(ZipFile zip, ZipArchiveEntry entry, String name) {
		try {
			return zip.getInputStream(entry);
		}
		catch (IOException | RuntimeException ex) {
			throw Names.error(Cause.MALFORMED, name, "the entry is broken");
		}
	}

	/**
	 * What leaves the archive: counted against the limit as it leaves, whatever size the
	 * directory announced, and summed up to its CRC.
	 */
	private final class Content extends FilterInputStream {

		private final CRC32 crc = new CRC32();

		private final String name;

		private Content(InputStream in, String name) {
			super(in);
			this.name = name;
		}

		@Override
		public int read() throws IOException {
			byte[] one = new byte[1];
			return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xff;
		}

		@Override
		public int read(byte[] dest, int offset, int length) {
			int count = readBroken(dest, offset, length);
			if (count > 0) {
				NpzReader.this.inflated += count;
				NpzReader.this.allowance.check(RequestLimit.INFLATED, NpzReader.this.inflated, "npz archive");
				this.crc.update(dest, offset, count);
			}
			return count;
		}

		/** The archive is in memory: whatever fails here is the fault of its bytes. */
		private int readBroken(byte[] dest, int offset, int length) {
			try {
				return super.read(dest, offset, length);
			}
			catch (IOException | RuntimeException ex) {
				throw Names.error(Cause.MALFORMED, this.name, "the compressed content is broken");
			}
		}

	}

}
