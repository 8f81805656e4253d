package dev.discretizer.codec.nir;

import java.util.Arrays;
import java.util.List;
import java.util.zip.Inflater;

import org.jspecify.annotations.Nullable;

/**
 * The location of a dataset's elements in the file: in one piece or in chunks. Unwritten
 * elements have the fill value. Found once for each dataset, and read once for each link
 * to it.
 */
final class Storage {

	private final Hdf5File file;

	private final @Nullable Cursor piece;

	private final @Nullable ChunkGrid grid;

	private final Filters filters;

	private final List<Chunk> chunks;

	private Storage(Hdf5File file, @Nullable Cursor piece, @Nullable ChunkGrid grid, Filters filters,
			List<Chunk> chunks) {
		this.file = file;
		this.piece = piece;
		this.grid = grid;
		this.filters = filters;
		this.chunks = chunks;
	}

	/** Elements in C order, one after the other. */
	static Storage piece(Hdf5File file, Cursor elements) {
		return new Storage(file, elements, null, Filters.read(file, null), List.of());
	}

	/** Elements none of which has been written. */
	static Storage unwritten(Hdf5File file) {
		return new Storage(file, null, null, Filters.read(file, null), List.of());
	}

	/**
	 * Elements in chunks.
	 * @param chunks those that have been written
	 */
	static Storage chunks(Hdf5File file, ChunkGrid grid, Filters filters, List<Chunk> chunks) {
		return new Storage(file, null, grid, filters, chunks);
	}

	/**
	 * Reads all elements in C order.
	 * @param length bytes of all elements
	 * @param size bytes of one
	 * @param header of the dataset, for its fill value
	 * @return valid until the elements of another dataset are read
	 */
	Raw read(int length, int size, ObjectHeader header) {
		if (this.piece != null) {
			return new Raw(this.file.array(), this.piece.position(), this.piece.remaining());
		}
		boolean whole = this.grid != null && this.chunks.size() == this.grid.chunks();
		byte @Nullable [] fill = whole ? null : FillValue.read(this.file, header, size);
		long chunkBytes = (this.grid == null) ? 0 : this.grid.chunkBytes();
		this.file.inflate(this.chunks.size() * chunkBytes + (whole ? 0 : length));
		byte[] dest = this.file.dataset().atLeast(length);
		if (fill != null) {
			fill(dest, length, fill);
		}
		if (this.grid != null) {
			copyChunks(this.grid, dest);
		}
		return new Raw(dest, 0, length);
	}

	private static void fill(byte[] dest, int length, byte[] element) {
		if (element.length == 0) {
			Arrays.fill(dest, 0, length, (byte) 0);
			return;
		}
		System.arraycopy(element, 0, dest, 0, element.length);
		for (int done = element.length; done < length; done *= 2) {
			System.arraycopy(dest, 0, dest, done, Math.min(done, length - done));
			if (done > length / 2) {
				return;
			}
		}
	}

	private void copyChunks(ChunkGrid grid, byte[] dest) {
		@Nullable Inflater inflater = null;
		try {
			inflater = new Inflater();
			for (Chunk chunk : this.chunks) {
				Raw raw = this.filters.undo(chunk.stored(), grid.chunkBytes(), chunk.mask(), inflater);
				grid.copy(chunk.index(), raw, dest);
			}
		}
		finally {
			if (inflater != null) {
				inflater.end();
			}
		}
	}

}
