package dev.discretizer.codec.nir;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import org.jspecify.annotations.Nullable;

/**
 * Undoes the filters of a dataset's chunks: deflate, shuffle and Fletcher-32, each at
 * most once, in any order. The result must have the length of a chunk, and no more than
 * that is ever inflated.
 */
final class Filters {

	private static final int DEFLATE = 1;

	private static final int SHUFFLE = 2;

	private static final int FLETCHER32 = 3;

	/** Bytes of a Fletcher-32 checksum, which follows the summed bytes. */
	private static final int SUM = 4;

	/**
	 * Maximum number of bytes that one deflated byte can expand to: 258 bytes in two bits
	 * (RFC 1951, sections 3.2.5 and 3.2.7).
	 */
	private static final int LARGEST_RATIO = 258 * 8 / 2;

	private final Hdf5File file;

	/** Numbers of the filters in the order in which they were applied. */
	private final List<Integer> numbers = new ArrayList<>();

	/** Size in bytes of a shuffled element. */
	private int shuffled;

	private Filters(Hdf5File file) {
		this.file = file;
	}

	/**
	 * Reads the message.
	 * @param message its content, null for no filters
	 */
	static Filters read(Hdf5File file, @Nullable Cursor message) {
		Filters filters = new Filters(file);
		if (message != null) {
			filters.read(message);
		}
		return filters;
	}

	private void read(Cursor message) {
		int version = message.u8();
		int count = message.u8();
		if (version != 1 && version != 2) {
			throw this.file.unsupported("filter pipeline version %d found, 1 and 2 are read".formatted(version));
		}
		message.advance((version == 1) ? 6 : 0);
		for (int i = 0; i < count; i++) {
			filter(message, version == 1);
		}
	}

	private void filter(Cursor message, boolean padded) {
		int number = message.u16();
		// In version 2, only filters outside the library's own have a name.
		int nameLength = (padded || number >= 256) ? message.u16() : 0;
		message.advance(2);
		int values = message.u16();
		message.advance(padded ? (nameLength + 7) / 8 * 8 : nameLength);
		if (number < DEFLATE || number > FLETCHER32) {
			throw this.file
				.unsupported("it is packed with %s (filter %d), read are deflate (gzip), shuffle and fletcher32"
					.formatted(name(number), number));
		}
		if (this.numbers.contains(number)) {
			throw this.file.unsupported("it is packed with filter %d twice".formatted(number));
		}
		this.numbers.add(number);
		for (int i = 0; i < values; i++) {
			long value = message.u32();
			this.shuffled = (number == SHUFFLE && i == 0) ? (int) Math.min(value, Integer.MAX_VALUE) : this.shuffled;
		}
		message.advance((padded && values % 2 != 0) ? 4 : 0);
		if (number == SHUFFLE && this.shuffled < 1) {
			throw message.broken("it shuffles elements of %d bytes".formatted(this.shuffled));
		}
	}

	/** The filter's name in the registry of the HDF Group. */
	private static String name(int number) {
		return switch (number) {
			case 4 -> "szip";
			case 5 -> "nbit";
			case 6 -> "scaleoffset";
			case 32000 -> "lzf";
			case 32001 -> "blosc";
			case 32004 -> "lz4";
			case 32008 -> "bitshuffle";
			case 32015 -> "zstd";
			case 32026 -> "blosc2";
			default -> "a filter of its own";
		};
	}

	boolean isEmpty() {
		return this.numbers.isEmpty();
	}

	/**
	 * Whether a chunk of this length can have been stored in these bytes.
	 * @param stored bytes of the chunk in the file
	 * @param length bytes it must have
	 * @param mask of the filters that were left out
	 */
	boolean fits(long stored, long length, int mask) {
		boolean deflated = applied(DEFLATE, mask);
		long most = length + (applied(FLETCHER32, mask) ? SUM : 0);
		return deflated ? length <= stored * LARGEST_RATIO : stored == most;
	}

	private boolean applied(int number, int mask) {
		int at = this.numbers.indexOf(number);
		return at >= 0 && (mask >>> at & 1) == 0;
	}

	/**
	 * Undoes the filters of one chunk.
	 * @param stored its bytes in the file, for which {@link #fits} holds
	 * @param length bytes it must have
	 * @param mask bit i for the filter i that was left out
	 * @param inflater reset and used for deflate
	 */
	Raw undo(Cursor stored, int length, int mask, Inflater inflater) {
		Raw raw = new Raw(this.file.array(), stored.position(), stored.remaining());
		for (int i = this.numbers.size() - 1; i >= 0; i--) {
			if ((mask >>> i & 1) == 0) {
				raw = switch (this.numbers.get(i)) {
					case DEFLATE -> inflate(raw, length + summedBefore(i, mask), inflater);
					case SHUFFLE -> unshuffle(raw);
					default -> checkSum(raw);
				};
			}
		}
		if (raw.length() != length) {
			throw this.file.broken("a chunk of %d bytes found, %d expected".formatted(raw.length(), length));
		}
		return raw;
	}

	/** Bytes of a checksum applied before the filter at this position. */
	private int summedBefore(int at, int mask) {
		return (applied(FLETCHER32, mask) && this.numbers.indexOf(FLETCHER32) < at) ? SUM : 0;
	}

	private Raw inflate(Raw raw, int length, Inflater inflater) {
		byte[] dest = this.file.chunk().atLeast(length);
		inflater.reset();
		inflater.setInput(raw.bytes(), raw.offset(), raw.length());
		try {
			int count = 0;
			while (count < length && !inflater.finished()) {
				int more = inflater.inflate(dest, count, length - count);
				if (more == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
					throw this.file
						.broken("a deflated chunk ends after %d bytes, %d expected".formatted(count, length));
				}
				count += more;
			}
			// The end of the stream may still have to be read.
			if (count != length || inflater.inflate(new byte[1]) != 0 || !inflater.finished()) {
				throw this.file.broken("a deflated chunk does not end after %d bytes".formatted(length));
			}
		}
		catch (DataFormatException ex) {
			throw this.file.broken("a deflated chunk is broken");
		}
		return new Raw(dest, 0, length);
	}

	/**
	 * Undoes shuffling, which stores the first bytes of all elements, then the second
	 * bytes, and so on.
	 */
	private Raw unshuffle(Raw raw) {
		byte[] dest = this.file.filtered().atLeast(raw.length());
		int size = this.shuffled;
		int elements = raw.length() / size;
		int from = raw.offset();
		for (int i = 0; i < size && elements > 0; i++) {
			for (int j = 0; j < elements; j++) {
				dest[j * size + i] = raw.bytes()[from++];
			}
		}
		int whole = elements * size;
		System.arraycopy(raw.bytes(), raw.offset() + whole, dest, whole, raw.length() - whole);
		return new Raw(dest, 0, raw.length());
	}

	private Raw checkSum(Raw raw) {
		int length = raw.length() - SUM;
		if (length < 0) {
			throw this.file.broken("a chunk of %d bytes found, a checksum takes 4".formatted(raw.length()));
		}
		int found = 0;
		for (int i = 0; i < SUM; i++) {
			found |= (raw.bytes()[raw.offset() + length + i] & 0xff) << (8 * i);
		}
		int sum = fletcher32(raw.bytes(), raw.offset(), length);
		// Early writers of big-endian machines swapped the bytes of each half.
		if (found != sum && found != Integer.rotateRight(Integer.reverseBytes(sum), 16)) {
			throw this.file.broken("a chunk's checksum is wrong");
		}
		return new Raw(raw.bytes(), raw.offset(), length);
	}

	/**
	 * Fletcher's checksum over big-endian words of 16 bits, an odd last byte padded with
	 * zero; reduced as the HDF5 library reduces it, so that 0 and 0xffff agree.
	 */
	static int fletcher32(byte[] bytes, int offset, int length) {
		long low = 0;
		long high = 0;
		for (int i = 0; i < length; i += 2) {
			int second = (i + 1 < length) ? bytes[offset + i + 1] & 0xff : 0;
			low = fold(low + ((bytes[offset + i] & 0xff) << 8 | second));
			high = fold(high + low);
		}
		return (int) (high << 16 | low);
	}

	/** Reduces modulo 65535, keeping 65535 itself distinct from zero. */
	private static long fold(long sum) {
		return (sum & 0xffff) + (sum >>> 16);
	}

}
