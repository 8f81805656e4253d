package dev.discretizer.codec.nir;

import java.nio.charset.StandardCharsets;

/**
 * Writes the global heap collections that hold texts of variable length. A text that is
 * added several times is stored several times, because in HDF5 each object has one owner.
 */
final class TextHeap {

	/** The smallest collection that the HDF5 library reads. */
	private static final int SMALLEST = 4096;

	/** Bytes before the objects of a collection, and before each object. */
	private static final int HEAD = 16;

	/**
	 * Maximum number of objects of a collection, far below the 65535 that an index
	 * allows.
	 */
	private static final int MOST_OBJECTS = 4096;

	private final long base;

	private final Output collections = new Output();

	private Output objects = new Output();

	private int count;

	/**
	 * @param base where in the file the heap begins
	 */
	TextHeap(long base) {
		this.base = base;
	}

	/**
	 * Adds a text.
	 * @param element the reference to the text is appended to this
	 */
	void add(String text, Output element) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		if (bytes.length == 0) {
			element.u32(0).u64(0).u32(0);
			return;
		}
		if (this.count == MOST_OBJECTS) {
			close();
		}
		this.count++;
		element.u32(bytes.length).u64(this.base + this.collections.size()).u32(this.count);
		this.objects.u16(this.count).u16(1).u32(0).u64(bytes.length).bytes(bytes).align();
	}

	private void close() {
		int used = HEAD + this.objects.size();
		int size = Math.max(SMALLEST, used);
		this.collections.ascii("GCOL").u8(1).zeros(3).u64(size).bytes(this.objects.toByteArray());
		int free = size - used;
		if (free >= HEAD) {
			this.collections.u64(0).u64(free).zeros(free - HEAD);
		}
		else {
			this.collections.zeros(free);
		}
		this.objects = new Output();
		this.count = 0;
	}

	/** Returns all collections. Nothing may be added afterwards. */
	byte[] toByteArray() {
		if (this.count > 0) {
			close();
		}
		return this.collections.toByteArray();
	}

}
