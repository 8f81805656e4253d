package dev.discretizer.codec.npy;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import dev.discretizer.codec.Encoded;
import dev.discretizer.tensor.DiscreteTensor;

/**
 * Writes named tensors and a JSON text as an npz file: a zip archive of npy files, stored
 * without compression, as by {@code numpy.savez}. The same tensors give the same bytes.
 * Thread-safe.
 *
 * <p>
 * A stored entry's CRC stands before its content, so each tensor is read twice, when its
 * turn comes: once for its CRC, once for writing. This happens during writing and not in
 * {@link #encode}, so {@link #encode} does no work and keeps no copy, and the first bytes
 * are sent before the last tensor is read. Reading a tensor cannot fail.
 */
public final class NpzWriter {

	/** The name of the JSON text, a vector of uint8 in UTF-8. */
	private static final String TEXT = "discretizer";

	private static final String SUFFIX = ".npy";

	/**
	 * The first second of the first day that a zip archive can name; the archive stores
	 * steps of two seconds, so this is midnight, as NumPy writes it. For midnight itself,
	 * the JDK would add an extended time that depends on the time zone.
	 */
	private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0, 1);

	private NpzWriter() {
	}

	/**
	 * Encodes tensors as a file. They are read when the file is written.
	 * @param tensors by name, in the order of the archive; none is named "discretizer"
	 * @param json the text of the last entry
	 */
	public static Encoded encode(Map<String, DiscreteTensor> tensors, String json) {
		Map<String, Encoded> files = new LinkedHashMap<>();
		tensors.forEach((name, tensor) -> files.put(name + SUFFIX, NpyWriter.encode(tensor)));
		if (files.put(TEXT + SUFFIX, NpyWriter.encode(json.getBytes(StandardCharsets.UTF_8))) != null) {
			throw new IllegalArgumentException("a tensor is named " + TEXT + ", as is the JSON text");
		}
		return encode(files);
	}

	private static Encoded encode(Map<String, Encoded> files) {
		long length = ZipLength.of(files);
		return new Encoded() {
			@Override
			public long length() {
				return length;
			}

			@Override
			public void writeTo(OutputStream out) throws IOException {
				write(files, out);
			}
		};
	}

	private static void write(Map<String, Encoded> files, OutputStream out) throws IOException {
		// Closed to give back the memory of its deflater, which it takes but does not
		// use.
		try (ZipOutputStream zip = new ZipOutputStream(new Unclosed(out), StandardCharsets.UTF_8)) {
			for (Map.Entry<String, Encoded> file : files.entrySet()) {
				zip.putNextEntry(entry(file.getKey(), file.getValue()));
				file.getValue().writeTo(zip);
			}
		}
	}

	private static ZipEntry entry(String name, Encoded file) throws IOException {
		CRC32 crc = new CRC32();
		file.writeTo(new CheckedOutputStream(OutputStream.nullOutputStream(), crc));
		ZipEntry entry = new ZipEntry(name);
		entry.setMethod(ZipEntry.STORED);
		entry.setSize(file.length());
		entry.setCrc(crc.getValue());
		entry.setTimeLocal(TIME);
		return entry;
	}

	/** A stream whose target stays open when it is closed. */
	private static final class Unclosed extends FilterOutputStream {

		private Unclosed(OutputStream out) {
			super(out);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			this.out.write(bytes, offset, length);
		}

		@Override
		public void close() {
		}

	}

}
