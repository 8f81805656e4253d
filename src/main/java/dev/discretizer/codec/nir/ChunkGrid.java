package dev.discretizer.codec.nir;

import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.tensor.Allowance;

/**
 * The division of a dataset into chunks of equal size; chunks at the ends may extend
 * beyond the dataset.
 */
final class ChunkGrid {

	private final int[] dims;

	private final int[] chunk;

	/** Chunks along each dimension. */
	private final int[] counts;

	/**
	 * The last dimension that is divided, or the first dimension if none is; a row spans
	 * the dimensions from this one on.
	 */
	private final int last;

	/**
	 * Chunks along each dimension of the largest shape, for which arrays of chunks have
	 * room; arbitrary for an unbounded dimension.
	 */
	private final long[] room;

	/** The dimensions in the order of such arrays: an unbounded dimension comes first. */
	private final int[] order;

	private final int elementSize;

	private final int chunks;

	private final int chunkBytes;

	/**
	 * Creates the grid of a dataset that has elements.
	 * @param dims of the dataset, each at least 1; their product fits an int
	 * @param most maximum dimensions of the dataset, negative for unbounded
	 * @param chunk dimensions of a chunk as stored in the file, as many as the dataset
	 * has
	 */
	ChunkGrid(Hdf5File file, long[] dims, long[] most, long[] chunk, int elementSize) {
		int rank = dims.length;
		this.dims = new int[rank];
		this.chunk = new int[rank];
		this.counts = new int[rank];
		this.room = new long[rank];
		this.order = order(most);
		this.elementSize = elementSize;
		long chunks = 1;
		long bytes = elementSize;
		for (int i = 0; i < rank; i++) {
			if (chunk[i] < 1 || chunk[i] > Allowance.LONGEST_ARRAY) {
				throw file.broken("chunks of a length of %s found".formatted(Long.toUnsignedString(chunk[i])));
			}
			this.dims[i] = (int) dims[i];
			this.chunk[i] = (int) chunk[i];
			this.counts[i] = Math.ceilDiv(this.dims[i], this.chunk[i]);
			this.room[i] = Math.max(this.counts[i], Math.ceilDiv(most[i], (long) this.chunk[i]));
			// No more than there are elements.
			chunks *= this.counts[i];
			bytes *= chunk[i];
			if (bytes > Allowance.LONGEST_ARRAY) {
				throw file.error(Cause.UNSUPPORTED_FORMAT,
						"a chunk of more than %d bytes found".formatted(Allowance.LONGEST_ARRAY));
			}
		}
		this.chunks = (int) chunks;
		this.last = lastCut(rank - 1);
		this.chunkBytes = (int) bytes;
	}

	private int lastCut(int from) {
		int last = from;
		while (last > 0 && this.chunk[last] == this.dims[last]) {
			last--;
		}
		return last;
	}

	private static int[] order(long[] most) {
		int rank = most.length;
		int first = 0;
		for (int i = rank - 1; i > 0; i--) {
			first = (most[i] < 0) ? i : first;
		}
		int[] order = new int[rank];
		for (int i = 0; i < rank; i++) {
			order[i] = (i == 0) ? first : (i <= first) ? i - 1 : i;
		}
		return order;
	}

	/** Number of chunks of the largest shape, at most the largest long. */
	long room() {
		long room = 1;
		for (long count : this.room) {
			room = (room > Long.MAX_VALUE / count) ? Long.MAX_VALUE : room * count;
		}
		return room;
	}

	/**
	 * The chunk at a place of an array that has room for the largest shape.
	 * @return index of the chunk, or -1 if it is beyond the dataset's current shape
	 */
	int placed(long place) {
		long[] at = new long[this.order.length];
		long left = place;
		for (int i = at.length - 1; i > 0; i--) {
			int dimension = this.order[i];
			at[dimension] = left % this.room[dimension];
			left /= this.room[dimension];
		}
		at[this.order[0]] = left;
		return scaled(at);
	}

	/**
	 * The chunk at a place of the grid.
	 * @param at number of chunks before it in each dimension
	 * @return index of the chunk, or -1 if it is beyond the dataset
	 */
	int scaled(long[] at) {
		int index = 0;
		for (int i = 0; i < at.length; i++) {
			if (at[i] < 0 || at[i] >= this.counts[i]) {
				return -1;
			}
			index = index * this.counts[i] + (int) at[i];
		}
		return index;
	}

	/** The place of a chunk in an array that has room for the largest shape. */
	long place(int index) {
		long place = 0;
		long stride = 1;
		int left = index;
		for (int i = this.counts.length - 1; i >= 0; i--) {
			place += left % this.counts[i] * stride;
			stride *= this.room[i];
			left /= this.counts[i];
		}
		return place;
	}

	/** Number of chunks. */
	int chunks() {
		return this.chunks;
	}

	/** Bytes of a chunk before filters. */
	int chunkBytes() {
		return this.chunkBytes;
	}

	int rank() {
		return this.dims.length;
	}

	/**
	 * The chunk that begins at an element.
	 * @param offsets the element's, in each dimension
	 * @return the index of the chunk, or -1 if none begins there
	 */
	int index(long[] offsets) {
		int index = 0;
		for (int i = 0; i < this.dims.length; i++) {
			if (offsets[i] < 0 || offsets[i] >= this.dims[i] || offsets[i] % this.chunk[i] != 0) {
				return -1;
			}
			index = index * this.counts[i] + (int) (offsets[i] / this.chunk[i]);
		}
		return index;
	}

	/**
	 * Copies the part of a chunk that lies in the dataset to its place, row by row.
	 * @param dest bytes of the dataset in C order
	 */
	void copy(int index, Raw chunk, byte[] dest) {
		int rank = this.dims.length;
		int[] first = new int[rank];
		int[] size = new int[rank];
		for (int i = rank - 1, left = index; i >= 0; i--) {
			first[i] = left % this.counts[i] * this.chunk[i];
			size[i] = Math.min(this.chunk[i], this.dims[i] - first[i]);
			left /= this.counts[i];
		}
		copy(chunk, dest, first, size);
	}

	private void copy(Raw chunk, byte[] dest, int[] first, int[] size) {
		int inner = this.elementSize;
		for (int i = this.last + 1; i < size.length; i++) {
			inner *= size[i];
		}
		int row = size[this.last] * inner;
		int[] at = new int[size.length];
		while (true) {
			int from = 0;
			int to = 0;
			for (int i = 0; i <= this.last; i++) {
				from = from * this.chunk[i] + at[i];
				to = to * this.dims[i] + first[i] + at[i];
			}
			System.arraycopy(chunk.bytes(), chunk.offset() + from * inner, dest, to * inner, row);
			int i = this.last - 1;
			while (i >= 0 && ++at[i] == size[i]) {
				at[i--] = 0;
			}
			if (i < 0) {
				return;
			}
		}
	}

}
