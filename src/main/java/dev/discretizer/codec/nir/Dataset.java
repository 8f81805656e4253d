package dev.discretizer.codec.nir;

import java.util.Arrays;

import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.tensor.RequestLimit;
import dev.discretizer.tensor.Shape;

/**
 * One dataset: a shape, a type and its elements, which are contiguous in the file, within
 * the header, or in chunks passed through {@link Filters}.
 */
final class Dataset {

	private final Hdf5File file;

	private final Place place;

	private final long[] dims;

	/**
	 * The maximum dimensions, negative for unbounded; the current ones if the file gives
	 * none.
	 */
	private final long[] most;

	private final Datatype type;

	private final ObjectHeader header;

	private Dataset(Hdf5File file, Place place, ObjectHeader header) {
		this.file = file;
		this.place = place;
		this.header = header;
		this.dims = dims(header.get(ObjectHeader.DATASPACE));
		this.most = most(header.get(ObjectHeader.DATASPACE));
		this.type = Datatype.read(file, header.get(ObjectHeader.DATATYPE));
	}

	/** Reads shape, type and layout of a dataset, but not its elements. */
	static Dataset read(Hdf5File file, Place place, long address) {
		file.at(place);
		ObjectHeader header = file.header(address);
		if (!header.has(ObjectHeader.LAYOUT)) {
			throw place.error(Cause.WRONG_TYPE, "a group found, a dataset expected");
		}
		return new Dataset(file, place, header);
	}

	private long[] dims(Cursor message) {
		int version = message.u8();
		int rank = message.u8();
		message.advance(1);
		if (version != 1 && version != 2) {
			throw this.file.unsupported("dataspace version %d found, 1 and 2 are read".formatted(version));
		}
		int kind = (version == 2) ? message.u8() : 1;
		message.advance((version == 1) ? 5 : 0);
		if (kind > 1) {
			throw this.place.error(Cause.WRONG_TYPE, "it holds nothing, not even a shape");
		}
		this.file.allowance().check(RequestLimit.RANK, rank, this.place.text());
		long[] dims = new long[rank];
		for (int i = 0; i < rank; i++) {
			dims[i] = message.u64();
			if (dims[i] < 0) {
				throw this.file.broken("a dimension of %s found".formatted(Long.toUnsignedString(dims[i])));
			}
		}
		return dims;
	}

	private long[] most(Cursor message) {
		int version = message.u8();
		int rank = message.u8();
		boolean given = (message.u8() & 1) != 0;
		message.advance((version == 1) ? 5 : 1);
		message.advance(8 * rank);
		long[] most = this.dims.clone();
		for (int i = 0; given && i < rank; i++) {
			most[i] = message.u64();
		}
		return most;
	}

	Place place() {
		return this.place;
	}

	Datatype type() {
		return this.type;
	}

	/** A copy. */
	long[] dims() {
		return this.dims.clone();
	}

	int rank() {
		return this.dims.length;
	}

	/** Number of elements as declared by the file, not checked. */
	long elements() {
		try {
			return Shape.elements(this.dims);
		}
		catch (ArithmeticException ex) {
			throw this.place.error(Cause.SHAPE_MISMATCH,
					"shape %s stands for more than 2^63 - 1 elements".formatted(Arrays.toString(this.dims)));
		}
	}

	/** Shape and type for messages. */
	String label() {
		return this.type.label() + " of shape " + Arrays.toString(this.dims);
	}

	/**
	 * The bytes of all elements in C order, valid until another dataset is read.
	 */
	Raw raw() {
		this.file.at(this.place);
		if (elements() == 0) {
			return new Raw(this.file.array(), 0, 0);
		}
		if (this.header.has(ObjectHeader.EXTERNAL_FILES)) {
			throw this.file.unsupported("its elements are in another file, which is not read");
		}
		// Unwritten chunks take no bytes in the file, but take memory here.
		if (bytes() > Integer.MAX_VALUE - 8) {
			throw this.place.error(Cause.SHAPE_MISMATCH, "%s takes %d bytes".formatted(label(), bytes()));
		}
		return this.header.storage(this::locate).read((int) bytes(), this.type.size(), this.header);
	}

	private Storage locate() {
		Cursor layout = this.header.get(ObjectHeader.LAYOUT);
		int version = layout.u8();
		// Version 5 differs from 4 in the sizes of chunks only, which an index gives.
		if (version < 3 || version > 5) {
			throw this.file.unsupported("layout version %d found, 3 to 5 are read".formatted(version));
		}
		int kind = layout.u8();
		return switch (kind) {
			case 0 -> stored(layout.part(layout.u16(), "elements"));
			case 1 -> contiguous(layout);
			case 2 -> chunked(layout, version);
			case 3 -> throw this.file.unsupported("it is a virtual dataset, made of others, which is not read");
			default -> throw this.file.unsupported("layout class %d found, 0, 1 and 2 are read".formatted(kind));
		};
	}

	/** Bytes of all elements as declared by the file, which may hold fewer. */
	long bytes() {
		try {
			return Math.multiplyExact(elements(), this.type.size());
		}
		catch (ArithmeticException ex) {
			throw this.place.error(Cause.SHAPE_MISMATCH,
					"shape %s stands for more than 2^63 - 1 bytes".formatted(Arrays.toString(this.dims)));
		}
	}

	private Storage contiguous(Cursor layout) {
		long address = layout.u64();
		long size = layout.u64();
		if (address == Hdf5File.UNDEFINED) {
			return Storage.unwritten(this.file);
		}
		checkSize(size);
		return stored(this.file.claim(address, size, "elements"));
	}

	private void checkSize(long size) {
		if (size != bytes()) {
			throw this.place.error(Cause.SHAPE_MISMATCH,
					"%s takes %d bytes, %s found".formatted(label(), bytes(), Long.toUnsignedString(size)));
		}
	}

	private Storage stored(Cursor elements) {
		checkSize(elements.remaining());
		if (this.header.has(ObjectHeader.FILTERS)) {
			throw this.file.broken("it is packed, but not in chunks");
		}
		return Storage.piece(this.file, elements);
	}

	private Storage chunked(Cursor layout, int version) {
		Filters filters = Filters.read(this.file, this.header.find(ObjectHeader.FILTERS));
		if (version == 3) {
			int rank = layout.u8();
			long tree = layout.u64();
			ChunkGrid grid = grid(layout, rank, 4);
			return Storage.chunks(this.file, grid, filters, ChunkIndex.tree(this.file, grid, filters, tree));
		}
		int flags = layout.u8();
		if ((flags & 1) != 0) {
			throw this.file.unsupported("chunks at the ends are not packed, which is not read");
		}
		int rank = layout.u8();
		ChunkGrid grid = grid(layout, rank, layout.u8());
		return Storage.chunks(this.file, grid, filters, ChunkIndex.of(this.file, grid, filters, layout, flags));
	}

	private ChunkGrid grid(Cursor layout, int rank, int size) {
		if (rank != this.dims.length + 1 || rank < 2 || size < 1 || size > 8) {
			throw this.file.broken("chunks of %d dimensions found, %d expected".formatted(rank - 1, this.dims.length));
		}
		long[] chunk = new long[this.dims.length];
		for (int i = 0; i < chunk.length; i++) {
			chunk[i] = layout.unsigned(size);
		}
		long found = layout.unsigned(size);
		if (found != this.type.size()) {
			throw this.file
				.broken("chunks of elements of %d bytes found, %d expected".formatted(found, this.type.size()));
		}
		return new ChunkGrid(this.file, this.dims, this.most, chunk, this.type.size());
	}

}
