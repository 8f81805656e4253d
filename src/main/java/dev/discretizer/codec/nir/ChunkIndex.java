package dev.discretizer.codec.nir;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Finds the chunks of a dataset by the index that the file has: a B-tree of version 1, as
 * in NIR's own files, or in newer files, for a dataset of fixed size, a single chunk, no
 * index, or a fixed array. Each chunk must exist exactly once.
 */
final class ChunkIndex {

	/** Bytes of a chunk's entry in the list, in memory. */
	private static final int CHUNK_FOOTPRINT = 96;

	private static final String TREE = "B-tree of chunks";

	private static final String ARRAY = "fixed array of chunks";

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
		switch (type) {
			case 1 -> index.single(layout, flags);
			case 2 -> index.implicit(layout.u64());
			case 3 -> {
				layout.advance(1);
				index.fixedArray(layout.u64());
			}
			default -> throw file.unsupported(
					"its chunks may grow in number (index %d), which is not read; a fixed shape is".formatted(type));
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
				add(this.grid.index(offsets), child, size, mask);
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
			add(i, address + i * (long) this.grid.chunkBytes(), this.grid.chunkBytes(), 0);
		}
	}

	private void fixedArray(long address) {
		Cursor head = this.file.claim(address, 28, ARRAY);
		int start = head.position();
		head.signature("FAHD").expect(0, "version").expect(this.filters.isEmpty() ? 0 : 1, "kind of entries");
		int entrySize = head.u8();
		int pageBits = head.u8();
		long entries = head.u64();
		long block = head.u64();
		head.checksum(start);
		boolean sized = !this.filters.isEmpty();
		if (entries != this.grid.chunks() || pageBits > 30 || entrySize < (sized ? 13 : 8)
				|| entrySize > (sized ? 20 : 8)) {
			throw head.broken("%s entries of %d bytes found, %d expected".formatted(Long.toUnsignedString(entries),
					entrySize, this.grid.chunks()));
		}
		dataBlock(block, entrySize, 1 << pageBits);
	}

	private void dataBlock(long address, int entrySize, int page) {
		int entries = this.grid.chunks();
		boolean paged = entries > page;
		int pages = Math.ceilDiv(entries, page);
		Cursor head = this.file.claim(address, 14L + (paged ? (pages + 7) / 8 + 4 : 0), ARRAY);
		int start = head.position();
		head.signature("FADB").expect(0, "version");
		head.advance(head.remaining() - (paged ? 4 : 0));
		if (paged) {
			head.checksum(start);
		}
		for (int first = 0; first < entries; first += page) {
			int count = Math.min(page, entries - first);
			Cursor body = this.file.claim(
					address + head.length() + first * (long) entrySize + (paged ? 4L * (first / page) : 0),
					count * (long) entrySize + 4, ARRAY);
			int from = paged ? body.position() : start;
			page(body, first, count, entrySize);
			body.checksum(from);
		}
	}

	private void page(Cursor body, int first, int count, int entrySize) {
		boolean sized = entrySize > 8;
		for (int i = 0; i < count; i++) {
			long chunk = body.u64();
			long size = sized ? body.unsigned(entrySize - 12) : this.grid.chunkBytes();
			int mask = sized ? (int) body.u32() : 0;
			add(first + i, chunk, size, mask);
		}
	}

	private void add(int index, long address, long size, int mask) {
		if (index < 0 || address == Hdf5File.UNDEFINED) {
			throw this.file.broken("a chunk is missing or begins beside its place");
		}
		if (!this.filters.fits(size, this.grid.chunkBytes(), mask)) {
			throw this.file.broken("a chunk of %s bytes in the file cannot be one of %d bytes"
				.formatted(Long.toUnsignedString(size), this.grid.chunkBytes()));
		}
		this.file.take(CHUNK_FOOTPRINT);
		this.chunks.add(new Chunk(index, this.file.claim(address, size, "chunk"), mask));
	}

	private List<Chunk> complete() {
		// So many bits only if there are as many chunks in the file.
		if (this.chunks.size() == this.grid.chunks()) {
			BitSet seen = new BitSet(this.grid.chunks());
			this.chunks.forEach((chunk) -> seen.set(chunk.index()));
			if (seen.cardinality() == this.chunks.size()) {
				return this.chunks;
			}
		}
		throw this.file
			.broken("%d chunks found, %d expected, each once".formatted(this.chunks.size(), this.grid.chunks()));
	}

}
