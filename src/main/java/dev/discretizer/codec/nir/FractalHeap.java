package dev.discretizer.codec.nir;

import java.util.Map;
import java.util.TreeMap;

/**
 * The heap that holds the links of a large group: objects in blocks of one address space,
 * whose sizes double row by row. Reads only objects inside blocks: a link is always too
 * long to be stored in its identifier, and almost always too short to be stored outside
 * the heap.
 */
final class FractalHeap {

	private static final String WHAT = "fractal heap";

	/** Bytes of memory that a block's map entry takes. */
	private static final int BLOCK_FOOTPRINT = 128;

	/** Exceeds the number of bits of any block size. */
	private static final int MOST_BITS = 62;

	private final Hdf5File file;

	private final int idLength;

	private final boolean checksums;

	private final int offsetSize;

	private final int lengthSize;

	private final int width;

	/** Sizes of the smallest and the largest direct block, as powers of two. */
	private final int startBits;

	private final int directBits;

	/** Direct blocks by their offset in the heap. */
	private final TreeMap<Long, Cursor> blocks = new TreeMap<>();

	private FractalHeap(Hdf5File file, long address) {
		this.file = file;
		Cursor head = file.claim(address, 146, WHAT);
		int start = head.position();
		head.signature("FRHP").expect(0, "version");
		this.idLength = head.u16();
		if (head.u16() != 0) {
			throw file.unsupported("a fractal heap with filters found, which is not read");
		}
		this.checksums = (head.u8() & 2) != 0;
		long largest = head.u32();
		head.advance(12 * 8);
		this.width = head.u16();
		this.startBits = bits(head.u64(), head);
		this.directBits = bits(head.u64(), head);
		int heapBits = head.u16();
		head.advance(2);
		long root = head.u64();
		int rows = head.u16();
		head.checksum(start);
		this.offsetSize = (heapBits + 7) / 8;
		this.lengthSize = Math.min((this.directBits + 7) / 8, (63 - Long.numberOfLeadingZeros(largest | 1)) / 8 + 1);
		if (this.width == 0 || heapBits > MOST_BITS || this.directBits < this.startBits
				|| this.idLength < 1 + this.offsetSize + this.lengthSize) {
			throw head.broken("its sizes do not fit each other");
		}
		if (root != Hdf5File.UNDEFINED) {
			load(root, rows);
		}
	}

	private static int bits(long size, Cursor in) {
		if (size <= 0 || Long.bitCount(size) != 1) {
			throw in.broken("a block size of %s found, a power of two expected".formatted(Long.toUnsignedString(size)));
		}
		return Long.numberOfTrailingZeros(size);
	}

	/** Reads a heap and finds its blocks. */
	static FractalHeap read(Hdf5File file, long address) {
		return new FractalHeap(file, address);
	}

	/** Bytes of an identifier. */
	int idLength() {
		return this.idLength;
	}

	private void load(long root, int rows) {
		if (rows == 0) {
			direct(root, 0, this.startBits);
		}
		else {
			indirect(root, 0, rows);
		}
	}

	/** Reads a direct block, which holds objects. */
	private void direct(long address, long offset, int bits) {
		Cursor block = this.file.claim(address, 1L << bits, "block of a fractal heap");
		this.file.take(BLOCK_FOOTPRINT);
		this.blocks.put(offset, block);
		Cursor head = block.copy();
		checkHead(head, "FHDB", offset);
		if (this.checksums) {
			head.checksumWithin(block.position(), 1 << bits);
		}
	}

	private void checkHead(Cursor head, String signature, long offset) {
		head.signature(signature).expect(0, "version");
		head.advance(8);
		long found = head.unsigned(this.offsetSize);
		if (found != offset) {
			throw head.broken("offset %d in its heap found, %d expected".formatted(found, offset));
		}
	}

	/** Size of the blocks in a row, as a power of two. */
	private int rowBits(int row) {
		return this.startBits + Math.max(0, row - 1);
	}

	/**
	 * Reads an indirect block, which points to other blocks. Each of them is smaller than
	 * it, so the recursion is at most as deep as a size has bits.
	 */
	private void indirect(long address, long offset, int rows) {
		if (rows < 1 || rowBits(rows) > MOST_BITS - 16) {
			throw this.file.broken("a fractal heap of %d rows found".formatted(rows));
		}
		int head = 13 + this.offsetSize;
		Cursor block = this.file.claim(address, head + rows * (long) this.width * 8 + 4, "block of a fractal heap");
		int start = block.position();
		checkHead(block, "FHIB", offset);
		Cursor children = block.part(rows * (long) this.width * 8, "children");
		block.checksum(start);
		long at = offset;
		for (int row = 0; row < rows; row++) {
			for (int column = 0; column < this.width; column++) {
				long child = children.u64();
				if (child != Hdf5File.UNDEFINED) {
					child(child, at, rowBits(row));
				}
				at += 1L << rowBits(row);
			}
		}
	}

	private void child(long address, long offset, int bits) {
		if (bits <= this.directBits) {
			direct(address, offset, bits);
		}
		else {
			int rows = bits - this.startBits - (31 - Integer.numberOfLeadingZeros(this.width)) + 1;
			indirect(address, offset, rows);
		}
	}

	/** Returns the object with this identifier. */
	Cursor object(Cursor id) {
		int kind = id.u8();
		if (kind != 0) {
			throw this.file.unsupported("a link outside the blocks of its heap found, which is not read");
		}
		long offset = id.unsigned(this.offsetSize);
		long length = id.unsigned(this.lengthSize);
		Map.Entry<Long, Cursor> block = this.blocks.floorEntry(offset);
		if (block == null) {
			throw id.broken("no block holds the object at %d".formatted(offset));
		}
		return block.getValue().from(offset - block.getKey()).part(length, "link");
	}

}
