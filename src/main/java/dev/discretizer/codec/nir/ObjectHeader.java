package dev.discretizer.codec.nir;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The header of an object: the messages that describe a group or a dataset. Versions 1
 * and 2 of the header are read, each in any number of blocks.
 *
 * @see Hdf5File
 */
final class ObjectHeader {

	static final int DATASPACE = 0x01;

	static final int LINK_INFO = 0x02;

	static final int DATATYPE = 0x03;

	static final int LINK = 0x06;

	static final int FILL_VALUE = 0x05;

	/** The fill value message without a version. */
	static final int OLD_FILL_VALUE = 0x04;

	static final int EXTERNAL_FILES = 0x07;

	static final int LAYOUT = 0x08;

	static final int FILTERS = 0x0b;

	static final int SYMBOL_TABLE = 0x11;

	private static final int CONTINUATION = 0x10;

	/** Maximum bytes of memory that a message takes, including its list. */
	private static final int MESSAGE_FOOTPRINT = 96;

	/** Additional bytes of memory that the first message of a type takes. */
	private static final int TYPE_FOOTPRINT = 160;

	private static final int SHARED = 2;

	/** How the numbers of versions 1 and 2 are laid out. */
	private static final int PREFIX_V1 = 16;

	private static final int TIMES = 0x20;

	private static final int PHASES = 0x10;

	private static final int CREATION_ORDER = 0x04;

	/** Names, for errors, of the messages that may be shared. */
	private static final String[] NAMES = { "", "shape", "links", "type", "fill value", "fill value" };

	private final Hdf5File file;

	private final Map<Integer, List<Message>> byType = new HashMap<>();

	/** Blocks that are still to be read. */
	private final Deque<Cursor> blocks = new ArrayDeque<>();

	/** Cached links and storage, null until read. */
	private @Nullable Map<String, Long> links;

	private @Nullable Storage storage;

	private ObjectHeader(Hdf5File file) {
		this.file = file;
	}

	/** One message, its content read from its start. */
	private record Message(int type, int flags, Cursor content) {
	}

	/** Reads the header at an address. */
	static ObjectHeader read(Hdf5File file, long address) {
		Cursor start = file.claim(address, 4, "object header");
		ObjectHeader header = new ObjectHeader(file);
		if (start.copy().u8() == 1) {
			header.readV1(address);
		}
		else {
			start.signature("OHDR");
			header.readV2(address);
		}
		return header;
	}

	private void readV1(long address) {
		Cursor prefix = this.file.claim(address + 4, PREFIX_V1 - 4, "object header");
		prefix.advance(4);
		long size = prefix.u32();
		this.blocks.add(this.file.claim(address + PREFIX_V1, size, "object header"));
		while (!this.blocks.isEmpty()) {
			Cursor block = this.blocks.remove();
			while (block.remaining() >= 8) {
				int type = block.u16();
				int length = block.u16();
				int flags = block.u8();
				block.advance(3);
				add(message(type, flags, block.part(length, "message")));
			}
		}
	}

	private void readV2(long address) {
		Cursor prefix = this.file.claim(address + 4, 2, "object header");
		prefix.expect(2, "version");
		int flags = prefix.u8();
		int skipped = ((flags & TIMES) != 0) ? 16 : 0;
		skipped += ((flags & PHASES) != 0) ? 4 : 0;
		int sizeBytes = 1 << (flags & 3);
		Cursor rest = this.file.claim(address + 6, skipped + sizeBytes, "object header");
		rest.advance(skipped);
		long size = rest.unsigned(sizeBytes);
		Cursor block = this.file.claim(rest.position(), checked(size, rest) + 4, "object header");
		readBlockV2(block, address, flags);
		while (!this.blocks.isEmpty()) {
			Cursor next = this.blocks.remove();
			int from = next.position();
			next.signature("OCHK");
			readBlockV2(next, from, flags);
		}
	}

	private static long checked(long size, Cursor in) {
		if (size < 0 || size > Integer.MAX_VALUE) {
			throw in.broken("a size of %s bytes found".formatted(Long.toUnsignedString(size)));
		}
		return size;
	}

	/**
	 * Reads a block, which ends with a checksum; a gap too short for a message may
	 * precede the checksum.
	 */
	private void readBlockV2(Cursor block, long from, int headerFlags) {
		int order = ((headerFlags & CREATION_ORDER) != 0) ? 2 : 0;
		List<Message> messages = new ArrayList<>();
		while (block.remaining() >= 4 + order + 4) {
			int type = block.u8();
			int length = block.u16();
			int flags = block.u8();
			block.advance(order);
			if (length > block.remaining() - 4) {
				throw block.broken("a message of %d bytes found, %d are left".formatted(length, block.remaining() - 4));
			}
			messages.add(message(type, flags, block.part(length, "message")));
		}
		block.advance(Math.max(0, block.remaining() - 4));
		block.checksum((int) from);
		messages.forEach(this::add);
	}

	private void add(Message message) {
		if (!this.byType.containsKey(message.type())) {
			this.file.take(TYPE_FOOTPRINT);
			this.byType.put(message.type(), new ArrayList<>());
		}
		Objects.requireNonNull(this.byType.get(message.type())).add(message);
		follow(message);
	}

	private Message message(int type, int flags, Cursor content) {
		this.file.take(MESSAGE_FOOTPRINT);
		return new Message(type, flags, content);
	}

	private void follow(Message message) {
		if (message.type() == CONTINUATION) {
			Cursor content = message.content();
			this.blocks.add(this.file.claim(content.u64(), content.u64(), "continuation of an object header"));
		}
	}

	/** The members of a group; read once, also if several links lead to the group. */
	Map<String, Long> links() {
		Map<String, Long> known = this.links;
		if (known == null) {
			known = Links.of(this.file, this);
			this.links = known;
		}
		return known;
	}

	/**
	 * The storage of a dataset's elements; found once, also if several links lead to the
	 * dataset.
	 */
	Storage storage(Supplier<Storage> search) {
		Storage known = this.storage;
		if (known == null) {
			known = search.get();
			this.storage = known;
		}
		return known;
	}

	boolean has(int type) {
		return this.byType.containsKey(type);
	}

	/** The content of the message of that type, null if there is none. */
	@Nullable Cursor find(int type) {
		List<Cursor> all = all(type);
		if (all.size() > 1) {
			throw this.file
				.broken("its header has %d messages of type %d, one is expected".formatted(all.size(), type));
		}
		return all.isEmpty() ? null : all.getFirst();
	}

	/** The content of the message of that type. */
	Cursor get(int type) {
		Cursor found = find(type);
		if (found == null) {
			throw this.file.broken("its header has no message of type " + type);
		}
		return found;
	}

	/** The contents of all messages of that type. */
	List<Cursor> all(int type) {
		List<Cursor> all = new ArrayList<>();
		for (Message message : this.byType.getOrDefault(type, List.of())) {
			if ((message.flags() & SHARED) != 0) {
				throw this.file.unsupported("its %s is kept elsewhere in the file, to be shared by several objects, "
					.formatted((type < NAMES.length) ? NAMES[type] : "header") + "which is not read");
			}
			all.add(message.content().copy());
		}
		return all;
	}

}
