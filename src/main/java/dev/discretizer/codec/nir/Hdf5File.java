package dev.discretizer.codec.nir;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import dev.discretizer.codec.BodyKind;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.RequestLimit;

/**
 * An HDF5 file whose structures claim disjoint bytes.
 *
 * <p>
 * Every structure that is read claims its bytes, and no byte may be claimed twice. So the
 * structures of any file, hostile or not, have no loops and are together no larger than
 * the file: the file's length bounds time and memory, without separate limits on the
 * count or depth of each kind of structure. An object with several hard links is read
 * once and kept; its elements count against the limits each time they are read.
 *
 * <p>
 * Superblocks of versions 0 to 3 with addresses of eight bytes are supported, at the
 * start of the file or after a user block. The package's documentation explains why no
 * library is used.
 *
 * @see <a href=
 * "https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html">HDF5 file format
 * specification, version 3.0</a>
 */
final class Hdf5File {

	/** HDF5's undefined address, which means that the structure does not exist. */
	static final long UNDEFINED = -1;

	private static final byte[] SIGNATURE = { (byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n' };

	/**
	 * Maximum length in characters of a name or another text, the same as of a tensor's
	 * name.
	 */
	private static final int LONGEST_TEXT = 255;

	/**
	 * Maximum bytes of memory that the claim of one structure takes as a map entry.
	 */
	private static final int CLAIM_FOOTPRINT = 80;

	/** Bytes of memory that an object takes in the map of objects read. */
	private static final int OBJECT_FOOTPRINT = 160;

	/** The smallest user block; others are longer by powers of two. */
	private static final int USER_BLOCK = 512;

	/** Bytes reserved at once, from which small amounts are taken. */
	private static final int SMALL_CHANGE = 4096;

	private final byte[] array;

	private ByteBuffer buffer;

	/** Bytes before the superblock, which were removed. */
	private int userBlock;

	private final Allowance allowance;

	/** Beginnings and ends of claimed bytes; adjacent claims are merged. */
	private final TreeMap<Integer, Integer> claims = new TreeMap<>();

	/** Objects that have been read, by their address. */
	private final Map<Long, ObjectHeader> headers = new HashMap<>();

	private final GlobalHeaps heaps = new GlobalHeaps(this);

	private final Scratch chunk;

	private final Scratch filtered;

	private final Scratch dataset;

	private Place place = Place.FILE;

	/** Reserved bytes that are not used yet. */
	private int change;

	/** Bytes of chunks, inflated, over all datasets. */
	private long inflated;

	/**
	 * Makes a file of a body.
	 * @param body all bytes, from the start of the array to the limit; shared, and moved
	 * to the start of the array where a user block precedes them
	 */
	Hdf5File(ByteBuffer body, Allowance allowance) {
		this.array = body.array();
		this.buffer = little(body.limit());
		this.allowance = allowance;
		this.chunk = new Scratch(allowance);
		this.filtered = new Scratch(allowance);
		this.dataset = new Scratch(allowance);
	}

	private ByteBuffer little(int limit) {
		return ByteBuffer.wrap(this.array, 0, limit).order(ByteOrder.LITTLE_ENDIAN);
	}

	byte[] array() {
		return this.array;
	}

	ByteBuffer buffer() {
		return this.buffer;
	}

	Allowance allowance() {
		return this.allowance;
	}

	GlobalHeaps heaps() {
		return this.heaps;
	}

	/** Holds one chunk. */
	Scratch chunk() {
		return this.chunk;
	}

	/** Holds one chunk while a filter is undone. */
	Scratch filtered() {
		return this.filtered;
	}

	/** Holds the elements of one dataset that is in chunks. */
	Scratch dataset() {
		return this.dataset;
	}

	/** Sets the place that messages name from now on. */
	void at(Place place) {
		this.place = place;
	}

	/**
	 * Reads the superblock.
	 * @return the address of the root group's header
	 */
	long root() {
		skipUserBlock();
		Cursor version = claim(0, SIGNATURE.length + 1, "superblock");
		version.advance(SIGNATURE.length);
		int found = version.u8();
		return switch (found) {
			case 0 -> oldSuperblock(96);
			case 1 -> oldSuperblock(100);
			case 2, 3 -> newSuperblock();
			default -> throw unsupported("superblock version %d found, 0 to 3 are read".formatted(found));
		};
	}

	/**
	 * Searches for the superblock at its allowed positions: 0, 512 and each power of two
	 * above. Addresses count from it.
	 */
	private void skipUserBlock() {
		int length = this.buffer.limit();
		int at = 0;
		while (!isSignature(at, length)) {
			at = Math.max(USER_BLOCK, 2 * at);
			if (at > length - SIGNATURE.length || at < 0) {
				BodyKind.check(BodyKind.HDF5, this.buffer);
				throw broken("it does not begin with the signature of HDF5");
			}
		}
		System.arraycopy(this.array, at, this.array, 0, (at > 0) ? length - at : 0);
		this.buffer = little(length - at);
		this.userBlock = at;
	}

	private boolean isSignature(int at, int length) {
		return at <= length - SIGNATURE.length
				&& Arrays.equals(this.array, at, at + SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
	}

	private long oldSuperblock(int size) {
		int start = SIGNATURE.length + 1;
		Cursor block = claim(start, size - start, "superblock");
		block.advance(4);
		block.expect(8, "size of addresses").expect(8, "size of lengths");
		// With the numbers that version 1 has more.
		block.advance(size - 96 + 9);
		long base = base(block);
		block.advance(8);
		checkEnd(block, base);
		block.advance(16);
		return block.u64();
	}

	private long newSuperblock() {
		int start = SIGNATURE.length + 1;
		Cursor block = claim(start, 48 - start, "superblock");
		block.expect(8, "size of addresses").expect(8, "size of lengths");
		block.advance(1);
		long base = base(block);
		block.advance(8);
		checkEnd(block, base);
		long root = block.u64();
		block.checksum(0);
		return root;
	}

	/**
	 * The base that addresses count from: the superblock, or byte 0 if the user block was
	 * added to a complete file.
	 */
	private long base(Cursor block) {
		long base = block.u64();
		if (base != 0 && base != this.userBlock) {
			throw unsupported("addresses that count from byte %s are not read, from the superblock at byte %d they are"
				.formatted(Long.toUnsignedString(base), this.userBlock));
		}
		return base;
	}

	/** Checks the file's end, which counts from byte 0, unlike all addresses. */
	private void checkEnd(Cursor block, long base) {
		long end = block.u64() - base;
		long found = this.buffer.limit();
		if (end != found) {
			throw this.place.error((end >= 0 && end < found) ? Cause.TRAILING_BYTES : Cause.TRUNCATED,
					"%s bytes expected (as its superblock has it), %d found".formatted(Long.toUnsignedString(end),
							found));
		}
	}

	/** The object at an address. */
	ObjectHeader header(long address) {
		ObjectHeader known = this.headers.get(address);
		if (known == null) {
			known = ObjectHeader.read(this, address);
			take(OBJECT_FOOTPRINT);
			this.headers.put(address, known);
		}
		return known;
	}

	/**
	 * Claims bytes for one structure.
	 * @param address of the first byte, from the file
	 * @param length number of bytes, from the file
	 * @param what the structure, for messages
	 */
	Cursor claim(long address, long length, String what) {
		int limit = this.buffer.limit();
		if (address == UNDEFINED) {
			throw broken(what + " is needed, but is not in the file");
		}
		if (address < 0 || length < 0 || length > limit || address > limit - length) {
			throw broken("%s at byte %s has %s bytes, the file ends at byte %d".formatted(what,
					Long.toUnsignedString(address), Long.toUnsignedString(length), limit));
		}
		int start = (int) address;
		int end = start + (int) length;
		if (end > start) {
			own(start, end, what);
		}
		return new Cursor(this, this.buffer, what, start, end);
	}

	private void own(int start, int end, String what) {
		Map.Entry<Integer, Integer> before = this.claims.lowerEntry(end);
		if (before != null && before.getValue() > start) {
			throw broken("%s at bytes %d to %d shares bytes with another structure".formatted(what, start, end - 1));
		}
		take(CLAIM_FOOTPRINT);
		int from = (before != null && before.getValue() == start) ? before.getKey() : start;
		Integer after = this.claims.remove(end);
		this.claims.put(from, (after != null) ? after : end);
	}

	/** Reserves memory in small amounts. */
	void take(int bytes) {
		if (bytes > this.change) {
			int more = Math.max(bytes, SMALL_CHANGE);
			this.allowance.reserve(more);
			this.change += more;
		}
		this.change -= bytes;
	}

	/**
	 * Counts the inflated bytes of a dataset's chunks against the limit, before memory is
	 * taken for them.
	 */
	void inflate(long bytes) {
		this.inflated += bytes;
		this.allowance.check(RequestLimit.INFLATED, this.inflated, this.place.text());
	}

	/**
	 * A text in UTF-8.
	 * @param what what the text is, for messages
	 */
	String text(byte[] bytes, int from, int length, String what) {
		if (length > 4 * LONGEST_TEXT) {
			throw tooLong(what, length, "bytes", 4 * LONGEST_TEXT);
		}
		// The memory of a string with two bytes a character, and of its reference.
		take(64 + 2 * length);
		try {
			String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length)).toString();
			if (text.length() > LONGEST_TEXT) {
				throw tooLong(what, text.length(), "characters", LONGEST_TEXT);
			}
			return text;
		}
		catch (CharacterCodingException ex) {
			throw this.place.error(Cause.MALFORMED, what + " is not valid UTF-8");
		}
	}

	private MalformedInputException tooLong(String what, int found, String unit, int most) {
		return this.place.error(Cause.WRONG_TYPE,
				"%s of %d %s found, at most %d expected".formatted(what, found, unit, most));
	}

	/** An error in what is being read. */
	MalformedInputException error(Cause cause, String detail) {
		return this.place.error(cause, detail);
	}

	/** The error that what is being read is malformed. */
	MalformedInputException broken(String detail) {
		return this.place.error(Cause.MALFORMED, detail);
	}

	/** The error that what is being read needs a feature that is not supported. */
	MalformedInputException unsupported(String detail) {
		return this.place.error(Cause.UNSUPPORTED_FORMAT, detail);
	}

}
