package dev.discretizer.codec.nir;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;

/**
 * Collects the links of a group from a symbol table, the group's header or a fractal
 * heap. Only hard links are followed. Soft and external links are never followed; a
 * needed member behind one is refused.
 */
final class Links {

	/** Bytes of memory that a map entry takes, excluding its name. */
	private static final int LINK_FOOTPRINT = 128;

	private static final int HARD = 0;

	private static final int SOFT = 1;

	private static final int EXTERNAL = 64;

	/** Marks a soft link in place of an address. */
	private static final long SOFT_LINK = -2;

	private static final long EXTERNAL_LINK = -3;

	private static final long OTHER_LINK = -4;

	private final Hdf5File file;

	private final Map<String, Long> addresses = new LinkedHashMap<>();

	private Links(Hdf5File file) {
		this.file = file;
	}

	/**
	 * Reads the links of a group.
	 * @return addresses of the headers of its members by name, in the order of the file;
	 * negative for a link that is not followed
	 */
	static Map<String, Long> of(Hdf5File file, ObjectHeader header) {
		Links links = new Links(file);
		if (header.has(ObjectHeader.SYMBOL_TABLE)) {
			links.symbolTable(header.get(ObjectHeader.SYMBOL_TABLE));
		}
		else {
			links.messages(header);
		}
		return links.addresses;
	}

	/**
	 * Names a link that is not followed, for messages.
	 * @param address as {@link #of} gives it
	 */
	static String name(long address) {
		return (address == SOFT_LINK) ? "a soft link"
				: (address == EXTERNAL_LINK) ? "a link to another file" : "a link";
	}

	private void symbolTable(Cursor message) {
		long tree = message.u64();
		Cursor heap = this.file.claim(message.u64(), 32, "local heap").signature("HEAP").expect(0, "version");
		heap.advance(3);
		long size = heap.u64();
		heap.advance(8);
		Cursor names = this.file.claim(heap.u64(), size, "names of a group");
		treeNode(tree, -1, names);
	}

	/**
	 * Reads a node of a group's B-tree.
	 * @param expected its level, 0 for leaves, or -1 for any. It is below the parent's
	 * level, which is at most 255, so the recursion is at most 255 deep
	 */
	private void treeNode(long address, int expected, Cursor names) {
		Cursor head = this.file.claim(address, 24, "B-tree of a group").signature("TREE").expect(0, "type");
		int level = head.u8();
		if (expected >= 0 && level != expected) {
			throw head.broken("level %d found, %d expected".formatted(level, expected));
		}
		int entries = head.u16();
		Cursor body = this.file.claim(address + 24, entries * 16L + 8, "B-tree of a group");
		for (int i = 0; i < entries; i++) {
			body.advance(8);
			if (level > 0) {
				treeNode(body.u64(), level - 1, names);
			}
			else {
				symbols(body.u64(), names);
			}
		}
	}

	private void symbols(long address, Cursor names) {
		Cursor head = this.file.claim(address, 8, "symbol table").signature("SNOD").expect(1, "version");
		head.advance(1);
		int entries = head.u16();
		Cursor body = this.file.claim(address + 8, entries * 40L, "symbol table");
		for (int i = 0; i < entries; i++) {
			String name = names.from(body.u64()).textToZero(true, "the name of a member");
			long target = body.u64();
			int cached = (int) body.u32();
			body.advance(20);
			add(name, target, (cached == 2) ? SOFT : HARD);
		}
	}

	private void messages(ObjectHeader header) {
		Cursor info = header.get(ObjectHeader.LINK_INFO).expect(0, "version");
		int flags = info.u8();
		info.advance(((flags & 1) != 0) ? 8 : 0);
		long heap = info.u64();
		long names = info.u64();
		header.all(ObjectHeader.LINK).forEach(this::link);
		if (heap != Hdf5File.UNDEFINED) {
			FractalHeap links = FractalHeap.read(this.file, heap);
			int size = 4 + links.idLength();
			BTreeV2.records(this.file, names, BTreeV2.LINK_NAMES, "B-tree of links", size, size, (record) -> {
				record.advance(4);
				link(links.object(record));
			});
		}
	}

	private void link(Cursor message) {
		message.expect(1, "version");
		int flags = message.u8();
		int type = ((flags & 0x08) != 0) ? message.u8() : HARD;
		message.advance(((flags & 0x04) != 0) ? 8 : 0);
		message.advance(((flags & 0x10) != 0) ? 1 : 0);
		String name = message.text(message.unsigned(1 << (flags & 3)), "the name of a member");
		add(name, (type == HARD) ? message.u64() : 0, type);
	}

	private void add(String name, long address, int type) {
		long target = switch (type) {
			case HARD -> address;
			case SOFT -> SOFT_LINK;
			case EXTERNAL -> EXTERNAL_LINK;
			default -> OTHER_LINK;
		};
		if (type == HARD && address < 0) {
			throw this.file.broken("%s is at no place in the file".formatted(Names.clip(name)));
		}
		this.file.take(LINK_FOOTPRINT);
		if (this.addresses.putIfAbsent(name, target) != null) {
			throw this.file.error(Cause.DUPLICATE_NAME,
					"the name %s is there twice, once is expected".formatted(Names.clip(name)));
		}
	}

}
