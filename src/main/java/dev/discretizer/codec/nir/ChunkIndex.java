package dev.discretizer.codec.nir;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the chunks of a dataset through any kind of index: a B-tree of version 1, which
 * NIR itself writes, or the kinds in newer files: a single chunk, an implicit index, a
 * fixed or an extensible array, or a B-tree of version 2. Each chunk has at most one
 * entry; a chunk without one has not been written.
 */
final class ChunkIndex {

	/** Bytes of a chunk's entry in the list, in memory. */
	private static final int CHUNK_FOOTPRINT = 96;

	private static final String TREE = "B-tree of chunks";

	private static final String ARRAY = "fixed array of chunks";

	/** The largest number of an index kind. */
	private static final int LARGEST_TYPE = 5;

	/** Bytes of the parameters that the layout message holds for each kind of index. */
	private static final int[] PARAMETERS = { 0, 0, 0, 1, 5, 6 };

	private final Hdf5File file;

	private final ChunkGrid grid;

	private final Filters filters;

	private final List<Chunk> chunks = new ArrayList<>();

	private ChunkIndex(Hdf5File file, ChunkGrid grid, Filters filters) {
		this.file = file;
		this.grid = grid;
		this.filters = filters;
	}

	/** Reads the B-tree at an address. */
	static List<Chunk> tree(Hdf5File file, ChunkGrid grid, Filters filters, long address) {
		ChunkIndex index = new ChunkIndex(file, grid, filters);
		if (address != Hdf5File.UNDEFINED) {
			index.treeNode(address, -1);
		}
		return index.complete();
	}

	/**
	 * Reads an index of layout version 4.
	 * @param layout read from the type of the index to the end
	 * @param flags of the layout
	 */
	static List<Chunk> of(Hdf5File file, ChunkGrid grid, Filters filters, Cursor layout, int flags) {
		ChunkIndex index = new ChunkIndex(file, grid, filters);
		int type = layout.u8();
		if (type == 1) {
			index.single(layout, flags);
			return index.complete();
		}
		if (type < 1 || type > LARGEST_TYPE) {
			throw file.unsupported("chunks with an index of a kind from after HDF5 2.0 are not read");
		}
		layout.advance(PARAMETERS[type]);
		long address = layout.u64();
		if (address != Hdf5File.UNDEFINED) {
			switch (type) {
				case 2 -> index.implicit(address);
				case 3 -> index.fixedArray(address);
				case 4 -> index.extensibleArray(address);
				default -> index.records(address);
			}
		}
		return index.complete();
	}

	/**
	 * Reads a node of the B-tree.
	 * @param expected its level, or -1 for any; at most 255, and less for each child
	 */
	private void treeNode(long address, int expected) {
		Cursor head = this.file.claim(address, 24, TREE).signature("TREE").expect(1, "type");
		int level = head.u8();
		if (expected >= 0 && level != expected) {
			throw head.broken("level %d found, %d expected".formatted(level, expected));
		}
		int entries = head.u16();
		int rank = this.grid.rank();
		int key = 8 + 8 * (rank + 1);
		Cursor body = this.file.claim(address + 24, entries * (key + 8L) + key, TREE);
		long[] offsets = new long[rank];
		for (int i = 0; i < entries; i++) {
			long size = body.u32();
			int mask = (int) body.u32();
			for (int j = 0; j < rank; j++) {
				offsets[j] = body.u64();
			}
			body.advance(8);
			long child = body.u64();
			if (level > 0) {
				treeNode(child, level - 1);
			}
			else {
				add(beginning(this.grid.index(offsets)), child, size, mask);
			}
		}
	}

	private void single(Cursor layout, int flags) {
		boolean filtered = (flags & 2) != 0;
		long size = filtered ? layout.u64() : this.grid.chunkBytes();
		int mask = filtered ? (int) layout.u32() : 0;
		add(0, layout.u64(), size, mask);
	}

	private void implicit(long address) {
		for (int i = 0; i < this.grid.chunks(); i++) {
			add(i, address + this.grid.place(i) * this.grid.chunkBytes(), this.grid.chunkBytes(), 0);
		}
	}

	/** The kind of entries: 1 if they hold the size of a chunk, else 0. */
	private int kind() {
		return this.filters.isEmpty() ? 0 : 1;
	}

	private int smallestEntry() {
		return this.filters.isEmpty() ? 8 : 13;
	}

	private int largestEntry() {
		return this.filters.isEmpty() ? 8 : 20;
	}

	private void extensibleArray(long address) {
		ExtensibleArray.read(this.file, address, kind(), smallestEntry(), largestEntry(), this::entry);
	}

	private void fixedArray(long address) {
		Cursor head = this.file.claim(address, 28, ARRAY);
		int start = head.position();
		head.signature("FAHD").expect(0, "version").expect(kind(), "kind of entries");
		int entrySize = head.u8();
		int pageBits = head.u8();
		long entries = head.u64();
		long block = head.u64();
		head.checksum(start);
		if (entries != this.grid.room() || pageBits > 30 || entrySize < smallestEntry() || entrySize > largestEntry()) {
			throw head.broken("%s entries of %d bytes found, %d expected".formatted(Long.toUnsignedString(entries),
					entrySize, this.grid.room()));
		}
		if (block != Hdf5File.UNDEFINED) {
			dataBlock(block, entries, entrySize, 1 << pageBits);
		}
	}

	private void dataBlock(long address, long entries, int entrySize, int page) {
		boolean paged = entries > page;
		long bitmap = paged ? Math.ceilDiv(Math.ceilDiv(entries, page), 8L) : 0;
		Cursor head = this.file.claim(address, 14 + bitmap + (paged ? 4 : 0), ARRAY);
		int start = head.position();
		head.signature("FADB").expect(0, "version");
		head.advance(9);
		Cursor written = head.part(bitmap, "pages");
		if (paged) {
			head.checksum(start);
		}
		long at = address + head.length();
		int bits = paged ? 0 : 0x80;
		for (long first = 0, i = 0; first < entries; first += page, i++) {
			int count = (int) Math.min(page, entries - first);
			bits = (paged && i % 8 == 0) ? written.u8() : bits << (paged ? 1 : 0);
			long length = count * (long) entrySize + 4;
			if ((bits & 0x80) != 0) {
				Cursor body = this.file.claim(at, length, ARRAY);
				int from = paged ? body.position() : start;
				for (int j = 0; j < count; j++) {
					entry(first + j, body.part(entrySize, "entry"));
				}
				body.checksum(from);
			}
			at += length;
		}
	}

	/** Reads an entry of an array. */
	private void entry(long place, Cursor entry) {
		long address = entry.u64();
		boolean sized = entry.remaining() > 0;
		long size = sized ? entry.unsigned(entry.remaining() - 4) : this.grid.chunkBytes();
		int mask = sized ? (int) entry.u32() : 0;
		int index = this.grid.placed(place);
		// There is room for chunks beyond the dataset as it is now.
		if (index >= 0) {
			add(index, address, size, mask);
		}
	}

	/** Reads a B-tree of version 2, whose records name the chunks by their places. */
	private void records(long address) {
		int places = 8 * this.grid.rank();
		int type = this.filters.isEmpty() ? BTreeV2.CHUNKS : BTreeV2.FILTERED_CHUNKS;
		BTreeV2.records(this.file, address, type, TREE, smallestEntry() + places, largestEntry() + places,
				(record) -> record(record, places));
	}

	private void record(Cursor record, int places) {
		long address = record.u64();
		boolean sized = record.remaining() > places;
		long size = sized ? record.unsigned(record.remaining() - places - 4) : this.grid.chunkBytes();
		int mask = sized ? (int) record.u32() : 0;
		long[] at = new long[this.grid.rank()];
		for (int i = 0; i < at.length; i++) {
			at[i] = record.u64();
		}
		add(beginning(this.grid.scaled(at)), address, size, mask);
	}

	private int beginning(int index) {
		if (index < 0) {
			throw this.file.broken("a chunk begins beside its place");
		}
		return index;
	}

	private void add(int index, long address, long size, int mask) {
		if (address == Hdf5File.UNDEFINED) {
			// It has not been written.
			return;
		}
		if (!this.filters.fits(size, this.grid.chunkBytes(), mask)) {
			throw this.file.broken("a chunk of %s bytes in the file cannot be one of %d bytes"
				.formatted(Long.toUnsignedString(size), this.grid.chunkBytes()));
		}
		this.file.take(CHUNK_FOOTPRINT);
		this.chunks.add(new Chunk(index, this.file.claim(address, size, "chunk"), mask));
	}

	private List<Chunk> complete() {
		this.chunks.sort(Comparator.comparingInt(Chunk::index));
		for (int i = 1; i < this.chunks.size(); i++) {
			if (this.chunks.get(i).index() == this.chunks.get(i - 1).index()) {
				throw this.file
					.broken("chunk %d of %d is there twice".formatted(this.chunks.get(i).index(), this.grid.chunks()));
			}
		}
		return this.chunks;
	}

}
