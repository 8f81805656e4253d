package dev.discretizer.codec.nir;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The global heap collections, which hold texts of variable length. Several datasets
 * share a collection, so each one is read once and kept.
 */
final class GlobalHeaps {

	/** Bytes of memory that an object's map entry takes. */
	private static final int OBJECT_FOOTPRINT = 128;

	private final Hdf5File file;

	/** Maps the address of a collection to its objects by index. */
	private final Map<Long, Map<Integer, Cursor>> collections = new HashMap<>();

	GlobalHeaps(Hdf5File file) {
		this.file = file;
	}

	/**
	 * The text that an element refers to.
	 * @param element the element's 16 bytes, which are consumed
	 */
	String text(Cursor element) {
		long length = element.u32();
		long address = element.u64();
		int index = (int) element.u32();
		if (length == 0) {
			return "";
		}
		Cursor object = collection(address).get(index);
		if (object == null || length > object.length()) {
			throw element.broken("the heap at byte %s has no %d bytes at index %d"
				.formatted(Long.toUnsignedString(address), length, index));
		}
		return object.copy().text(length, "a text");
	}

	private Map<Integer, Cursor> collection(long address) {
		@Nullable Map<Integer, Cursor> known = this.collections.get(address);
		if (known == null) {
			known = read(address);
			this.collections.put(address, known);
		}
		return known;
	}

	private Map<Integer, Cursor> read(long address) {
		Cursor head = this.file.claim(address, 16, "global heap").signature("GCOL").expect(1, "version");
		head.advance(3);
		Cursor body = this.file.claim(address + 16, head.u64() - 16, "global heap");
		this.file.take(OBJECT_FOOTPRINT);
		Map<Integer, Cursor> objects = new HashMap<>();
		while (body.remaining() >= 16) {
			int index = body.u16();
			body.advance(6);
			long size = body.u64();
			if (index == 0) {
				break;
			}
			this.file.take(OBJECT_FOOTPRINT);
			if (objects.putIfAbsent(index, body.part(size, "object")) != null) {
				throw body.broken("index %d is there twice".formatted(index));
			}
			body.advance((int) Math.min(-size & 7, body.remaining()));
		}
		return objects;
	}

}
