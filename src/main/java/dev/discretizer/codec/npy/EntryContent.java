package dev.discretizer.codec.npy;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;

/**
 * The content of a stored or deflated entry, with the CRC-32 of the bytes read so far.
 * Reads the archive in place, without copying it. Closing it frees the inflater's memory
 * and drops the reference to the archive. Not thread-safe.
 */
abstract sealed class EntryContent extends InputStream {

	private final CRC32 crc = new CRC32();

	/**
	 * The content of an entry.
	 * @param zip a whole archive
	 * @param at where the entry's compressed content starts; it lies within the archive
	 * @param name of the tensor, for messages
	 */
	static EntryContent of(ByteBuffer zip, int at, ArchiveEntry entry, String name) {
		int length = (int) entry.compressedSize();
		return (entry.method() == ArchiveEntry.STORED) ? new Stored(zip, at, length)
				: new Deflated(zip, at, length, name);
	}

	/** CRC-32 of what was read. */
	int crc() {
		return (int) this.crc.getValue();
	}

	@Override
	public int read() {
		byte[] one = new byte[1];
		return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xff;
	}

	@Override
	public int read(byte[] dest, int offset, int length) {
		int count = (length == 0) ? 0 : next(dest, offset, length);
		if (count > 0) {
			this.crc.update(dest, offset, count);
		}
		return count;
	}

	/** Reads at least one byte, or returns -1 at the end. */
	abstract int next(byte[] dest, int offset, int length);

	@Override
	public abstract void close();

	private static final class Stored extends EntryContent {

		private final ByteBuffer content;

		Stored(ByteBuffer zip, int at, int length) {
			this.content = zip.slice(at, length);
		}

		@Override
		int next(byte[] dest, int offset, int length) {
			int count = Math.min(length, this.content.remaining());
			this.content.get(dest, offset, count);
			return (count == 0) ? -1 : count;
		}

		@Override
		public void close() {
			// Holds nothing but a view.
		}

	}

	private static final class Deflated extends EntryContent {

		private final Inflater inflater = new Inflater(true);

		private final String name;

		private boolean padded;

		Deflated(ByteBuffer zip, int at, int length, String name) {
			this.name = name;
			this.inflater.setInput(zip.array(), at, length);
		}

		@Override
		int next(byte[] dest, int offset, int length) {
			try {
				int count = 0;
				while (count == 0 && !this.inflater.finished()) {
					count = this.inflater.inflate(dest, offset, length);
					if (count == 0 && !this.inflater.finished()) {
						pad();
					}
				}
				return (count == 0) ? -1 : count;
			}
			catch (DataFormatException ex) {
				throw broken();
			}
		}

		/**
		 * Adds the one byte that {@link Inflater} may need after content without a
		 * header. Content that does not end even then is truncated.
		 */
		private void pad() {
			if (this.padded || this.inflater.needsDictionary()) {
				throw broken();
			}
			this.inflater.setInput(new byte[1]);
			this.padded = true;
		}

		private MalformedInputException broken() {
			return Names.error(Cause.MALFORMED, this.name, "the compressed content is broken");
		}

		@Override
		public void close() {
			this.inflater.end();
		}

	}

}
