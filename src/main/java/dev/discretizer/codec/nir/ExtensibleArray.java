package dev.discretizer.codec.nir;

/**
 * Reads the entries of an extensible array, the index of the chunks of a dataset that may
 * grow in one dimension. An entry is in the index block, or in a data block that this
 * block or one of its super blocks points to; data blocks double in size every second
 * super block: <pre>
 * super block s has 2^(s / 2) data blocks of first * 2^((s + 1) / 2) entries
 * </pre> A block with an undefined address has not been written, and its entries are
 * skipped.
 *
 * @see Hdf5File
 */
final class ExtensibleArray {

	private static final String WHAT = "extensible array of chunks";

	/** Exceeds the number of bits of any array index. */
	private static final int MOST_BITS = 62;

	/** Signature, version, kind of entries and the address of the header. */
	private static final int BLOCK_HEAD = 14;

	private final Hdf5File file;

	private final Entries dest;

	private final int kind;

	private final int entrySize;

	private final int inIndexBlock;

	private final int firstBits;

	private final int pointers;

	private final int pageBits;

	/**
	 * Number of super blocks, including those whose data blocks the index block points to
	 * directly.
	 */
	private final int superBlocks;

	/** Size in bytes of a block's offset in the array. */
	private final int offsetSize;

	private final long indexBlock;

	/** Receives the entries. */
	interface Entries {

		/**
		 * Takes an entry.
		 * @param place its index in the array
		 * @param entry its bytes, from the first to the last
		 */
		void accept(long place, Cursor entry);

	}

	private ExtensibleArray(Hdf5File file, long address, int kind, int least, int most, Entries dest) {
		this.file = file;
		this.dest = dest;
		this.kind = kind;
		Cursor head = file.claim(address, 72, WHAT);
		int start = head.position();
		head.signature("EAHD").expect(0, "version").expect(kind, "kind of entries");
		this.entrySize = head.u8();
		int bits = head.u8();
		this.inIndexBlock = head.u8();
		int first = head.u8();
		this.pointers = head.u8();
		this.pageBits = head.u8();
		head.advance(6 * 8);
		this.indexBlock = head.u64();
		head.checksum(start);
		if (this.entrySize < least || this.entrySize > most || bits > MOST_BITS || Integer.bitCount(first) != 1
				|| Integer.bitCount(this.pointers) != 1 || this.pageBits > 30) {
			throw head.broken("its sizes do not fit each other");
		}
		this.firstBits = Integer.numberOfTrailingZeros(first);
		this.superBlocks = 1 + bits - this.firstBits;
		this.offsetSize = (bits + 7) / 8;
		if (this.superBlocks < directSuperBlocks()) {
			throw head.broken("its sizes do not fit each other");
		}
	}

	/**
	 * Reads an array.
	 * @param kind of its entries, 0 for chunks without filters, 1 with filters
	 * @param least minimum bytes of an entry
	 * @param most maximum bytes of an entry
	 */
	static void read(Hdf5File file, long address, int kind, int least, int most, Entries dest) {
		ExtensibleArray array = new ExtensibleArray(file, address, kind, least, most, dest);
		if (array.indexBlock != Hdf5File.UNDEFINED) {
			array.indexBlock();
		}
	}

	/**
	 * Number of super blocks that do not exist in the file, as the index block holds
	 * their pointers.
	 */
	private int directSuperBlocks() {
		return 2 * Integer.numberOfTrailingZeros(this.pointers);
	}

	private static int dataBlocks(int superBlock) {
		return 1 << (superBlock / 2);
	}

	private long entries(int superBlock) {
		return 1L << (this.firstBits + (superBlock + 1) / 2);
	}

	private void indexBlock() {
		int direct = 2 * (this.pointers - 1);
		int indirect = this.superBlocks - directSuperBlocks();
		Cursor block = head(this.indexBlock, "EAIB",
				this.inIndexBlock * (long) this.entrySize + 8L * direct + 8L * indirect);
		int start = block.position() - BLOCK_HEAD;
		Cursor entries = block.part(this.inIndexBlock * (long) this.entrySize, "entries");
		Cursor blocks = block.part(8L * (direct + indirect), "blocks");
		block.checksum(start);
		accept(entries, 0);
		long place = this.inIndexBlock;
		for (int s = 0; s < this.superBlocks; s++) {
			if (s < directSuperBlocks()) {
				for (int i = 0; i < dataBlocks(s); i++) {
					dataBlock(blocks.u64(), place, entries(s));
					place += entries(s);
				}
			}
			else {
				superBlock(blocks.u64(), s, place);
				// Beyond the bits of a long there is no block, as none fits the file.
				place += (s < MOST_BITS) ? dataBlocks(s) * entries(s) : 0;
			}
		}
	}

	/** Claims a block up to its checksum and reads its head. */
	private Cursor head(long address, String signature, long rest) {
		Cursor block = this.file.claim(address, BLOCK_HEAD + rest + 4, WHAT);
		block.signature(signature).expect(0, "version").expect(this.kind, "kind of entries");
		block.advance(8);
		return block;
	}

	private void superBlock(long address, int s, long place) {
		if (address == Hdf5File.UNDEFINED) {
			return;
		}
		long entries = entries(s);
		long pages = isPaged(entries) ? entries >> this.pageBits : 0;
		long bitmap = (pages + 7) / 8;
		if (s / 2 > 30 || bitmap > Integer.MAX_VALUE) {
			throw this.file.broken("an extensible array has a super block of number " + s);
		}
		int count = dataBlocks(s);
		Cursor block = head(address, "EASB", this.offsetSize + count * (bitmap + 8));
		int start = block.position() - BLOCK_HEAD;
		block.advance(this.offsetSize);
		Cursor bitmaps = block.part(count * bitmap, "pages");
		Cursor blocks = block.part(8L * count, "blocks");
		block.checksum(start);
		for (int i = 0; i < count; i++) {
			long at = place + i * entries;
			if (pages == 0) {
				dataBlock(blocks.u64(), at, entries);
			}
			else {
				pagedBlock(blocks.u64(), at, i * pages, pages, bitmaps);
			}
		}
	}

	private boolean isPaged(long entries) {
		return entries > 1L << this.pageBits;
	}

	private void dataBlock(long address, long place, long entries) {
		if (address == Hdf5File.UNDEFINED) {
			return;
		}
		Cursor block = head(address, "EADB", this.offsetSize + size(entries));
		int start = block.position() - BLOCK_HEAD;
		block.advance(this.offsetSize);
		Cursor held = block.part(size(entries), "entries");
		block.checksum(start);
		accept(held, place);
	}

	/** Size of entries in bytes; a value above any file's length on overflow. */
	private long size(long entries) {
		return (entries > Integer.MAX_VALUE) ? Integer.MAX_VALUE : entries * this.entrySize;
	}

	/**
	 * Reads a data block of pages, some of which may not have been written.
	 * @param first index of its first page in the super block
	 * @param written a bit for each page of the super block, the highest of a byte first
	 */
	private void pagedBlock(long address, long place, long first, long pages, Cursor written) {
		if (address == Hdf5File.UNDEFINED) {
			return;
		}
		Cursor head = head(address, "EADB", this.offsetSize);
		int start = head.position() - BLOCK_HEAD;
		head.advance(this.offsetSize);
		head.checksum(start);
		long entries = 1L << this.pageBits;
		long page = size(entries) + 4;
		for (long i = 0; i < pages; i++) {
			int bits = written.from((first + i) / 8).u8();
			if ((bits << ((first + i) % 8) & 0x80) != 0) {
				Cursor body = this.file.claim(address + head.length() + i * page, page, WHAT);
				int from = body.position();
				Cursor held = body.part(page - 4, "entries");
				body.checksum(from);
				accept(held, place + i * entries);
			}
		}
	}

	private void accept(Cursor entries, long first) {
		for (long place = first; entries.remaining() > 0; place++) {
			this.dest.accept(place, entries.part(this.entrySize, "entry"));
		}
	}

}
