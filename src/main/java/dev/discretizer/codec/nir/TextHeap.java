package dev.discretizer.codec.nir;

import java.nio.charset.StandardCharsets;

/**
 * Writes the collections that texts of variable length are in. Each text is there as
 * often as it is added: HDF5 has one owner for each object.
 */
final class TextHeap {

	/** The HDF5 library reads no smaller collection. */
	private static final int SMALLEST = 4096;

	/** Bytes before the objects of a collection, and before each object. */
	private static final int HEAD = 16;

	/** Far fewer than the 65535 that an index may name. */
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
	 * @param element what refers to it is added to this
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

	/** All collections. Nothing may be added any more. */
	byte[] toByteArray() {
		if (this.count > 0) {
			close();
		}
		return this.collections.toByteArray();
	}

}
