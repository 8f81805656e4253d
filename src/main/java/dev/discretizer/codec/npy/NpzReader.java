package dev.discretizer.codec.npy;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.discretizer.codec.BodyKind;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.codec.WholeBody;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.RequestLimit;

/**
 * Reads the named tensors of an npz file: a zip archive of npy files, stored or deflated,
 * as {@code numpy.savez} and {@code numpy.savez_compressed} write it, including to
 * streams that cannot seek. The archive's directory is authoritative; an archive with
 * bytes that the directory does not cover is refused. Thread-safe.
 */
public final class NpzReader {

	private static final String SUFFIX = ".npy";

	/**
	 * Maximum number of bytes that one deflated byte can expand to: the longest match has
	 * 258 bytes and takes at least two bits, one for its length and one for its distance
	 * (RFC 1951, sections 3.2.5 and 3.2.7). The
	 * <a href="https://zlib.net/zlib_tech.html">zlib technical details</a> give the same
	 * number.
	 */
	private static final int LARGEST_RATIO = 258 * 8 / 2;

	/**
	 * Reads the content of one entry.
	 *
	 * @param <T> the result
	 */
	public interface EntryReader<T> {

		/**
		 * Reads to the end of the content.
		 * @param length bytes that the content must have and can deliver
		 * @param name of the tensor, for messages
		 */
		T read(InputStream content, long length, String name) throws IOException;

	}

	private final Allowance allowance;

	/** Bytes of content read so far, over all entries. */
	private long inflated;

	private NpzReader(Allowance allowance) {
		this.allowance = allowance;
	}

	/**
	 * Reads to the end of the stream.
	 * @param length exact number of bytes in the stream, or -1 if it is not known
	 * @return the tensors by name, without ".npy", in the order of the archive's
	 * directory. Names are used as keys only, never as paths
	 * @throws MalformedInputException if the bytes are not an archive of npy files
	 */
	public static Map<String, FloatTensor> read(InputStream in, long length, Allowance allowance) throws IOException {
		return read(in, length, allowance, (content, size, name) -> NpyReader.read(content, size, name, allowance));
	}

	/**
	 * Reads an archive whose entries are not tensors of float32.
	 * @param reader of each npy file, in the order of the archive's directory
	 */
	public static <T> Map<String, T> read(InputStream in, long length, Allowance allowance, EntryReader<T> reader)
			throws IOException {
		ByteBuffer body = WholeBody.read(in, length, "npz archive", allowance);
		BodyKind.check(BodyKind.NPZ, body);
		ZipDirectory directory = ZipDirectory.read(body, allowance);
		checkEntries(directory.entries(), allowance);
		return new NpzReader(allowance).contents(body, directory, reader);
	}

	private static void checkEntries(List<ArchiveEntry> entries, Allowance allowance) {
		Set<String> names = new HashSet<>();
		long inflated = 0;
		for (ArchiveEntry entry : entries) {
			String name = checkedName(entry);
			if (!names.add(name)) {
				throw Names.error(Cause.DUPLICATE_NAME, name, "the archive has two entries of this name");
			}
			checkMethod(entry, name);
			checkSize(entry, name);
			inflated += entry.size();
			allowance.check(RequestLimit.INFLATED, inflated, "npz archive");
		}
	}

	private static String checkedName(ArchiveEntry entry) {
		if (!entry.name().endsWith(SUFFIX)) {
			throw new MalformedInputException(Cause.UNKNOWN_MEMBER, null,
					"npz archive: entry %s found; names that end in %s are expected".formatted(Names.clip(entry.name()),
							SUFFIX));
		}
		String name = tensorName(entry);
		Names.check(name);
		return name;
	}

	private static String tensorName(ArchiveEntry entry) {
		return entry.name().substring(0, entry.name().length() - SUFFIX.length());
	}

	private static void checkMethod(ArchiveEntry entry, String name) {
		if (entry.isEncrypted()) {
			throw Names.error(Cause.UNSUPPORTED_FORMAT, name, "the entry is encrypted");
		}
		int method = entry.method();
		if (method != ArchiveEntry.STORED && method != ArchiveEntry.DEFLATED) {
			throw Names.error(Cause.UNSUPPORTED_FORMAT, name,
					"zip compression method %d found; 0 (stored) and 8 (deflated) are read".formatted(method));
		}
	}

	/**
	 * Checks that the compressed bytes of the entry, which lie within the archive, can
	 * expand to the announced size. So the memory that a tensor's header announces can be
	 * allocated at once.
	 */
	private static void checkSize(ArchiveEntry entry, String name) {
		if (entry.method() == ArchiveEntry.STORED && entry.size() != entry.compressedSize()) {
			throw Names.error(Cause.MALFORMED, name, "the entry is stored, but has a size of %d and takes %d bytes"
				.formatted(entry.size(), entry.compressedSize()));
		}
		long most = LARGEST_RATIO * entry.compressedSize();
		if (entry.size() > most) {
			throw Names.error(Cause.MALFORMED, name, "%d bytes announced, the %d compressed ones inflate to at most %d"
				.formatted(entry.size(), entry.compressedSize(), most));
		}
	}

	private <T> Map<String, T> contents(ByteBuffer body, ZipDirectory directory, EntryReader<T> reader)
			throws IOException {
		Map<String, T> contents = new LinkedHashMap<>();
		for (ArchiveEntry entry : directory.entries()) {
			String name = tensorName(entry);
			contents.put(name, content(body, directory.content(entry), entry, name, reader));
		}
		return contents;
	}

	private <T> T content(ByteBuffer body, int at, ArchiveEntry entry, String name, EntryReader<T> reader)
			throws IOException {
		try (EntryContent content = EntryContent.of(body, at, entry, name)) {
			T result = reader.read(new Counted(content), entry.size(), name);
			if (content.crc() != entry.crc()) {
				throw Names.error(Cause.MALFORMED, name,
						"CRC-32 %08x announced, %08x found".formatted(entry.crc(), content.crc()));
			}
			return result;
		}
	}

	/**
	 * Counts the bytes actually read from the archive against the limit, regardless of
	 * the size that the directory announced.
	 */
	private final class Counted extends FilterInputStream {

		private Counted(EntryContent content) {
			super(content);
		}

		@Override
		public int read() throws IOException {
			byte[] one = new byte[1];
			return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xff;
		}

		@Override
		public int read(byte[] dest, int offset, int length) throws IOException {
			int count = super.read(dest, offset, length);
			NpzReader.this.inflated += Math.max(0, count);
			NpzReader.this.allowance.check(RequestLimit.INFLATED, NpzReader.this.inflated, "npz archive");
			return count;
		}

	}

}
