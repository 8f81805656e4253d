package dev.discretizer.codec.nir;

import java.util.function.Consumer;

/**
 * Reads the records of a B-tree of version 2: one that indexes the links of a group by
 * name, or the chunks of a dataset.
 */
final class BTreeV2 {

	/** The type of a tree of links by their names. */
	static final int LINK_NAMES = 5;

	/** The type of a tree of chunks without filters. */
	static final int CHUNKS = 10;

	/** The type of a tree of chunks with filters. */
	static final int FILTERED_CHUNKS = 11;

	/**
	 * Signature, version, type and checksum of a node.
	 */
	private static final int NODE_OVERHEAD = 10;

	/** Exceeds the depth of any tree whose nodes have more than one child. */
	private static final int DEEPEST = 32;

	private final Hdf5File file;

	private final int type;

	private final String what;

	private final int recordSize;

	private final Consumer<Cursor> records;

	/** Size in bytes of a node's record count. */
	private final int countSize;

	private final int[] pointerSizes;

	private BTreeV2(Hdf5File file, int type, String what, int recordSize, long nodeSize, int depth,
			Consumer<Cursor> records) {
		this.file = file;
		this.type = type;
		this.what = what;
		this.recordSize = recordSize;
		this.records = records;
		long leaf = (nodeSize - NODE_OVERHEAD) / recordSize;
		this.countSize = bytes((double) leaf);
		this.pointerSizes = pointerSizes(nodeSize - NODE_OVERHEAD, leaf, depth);
	}

	/**
	 * Reads all records of a tree.
	 * @param address of the tree's header
	 * @param type the tree's
	 * @param what what the tree is, for messages
	 * @param least minimum bytes of a record
	 * @param most maximum bytes of a record
	 * @param records called with each
	 */
	static void records(Hdf5File file, long address, int type, String what, int least, int most,
			Consumer<Cursor> records) {
		Cursor head = file.claim(address, 38, what);
		int start = head.position();
		head.signature("BTHD").expect(0, "version").expect(type, "type");
		long nodeSize = head.u32();
		int found = head.u16();
		int depth = head.u16();
		head.advance(2);
		long root = head.u64();
		int count = head.u16();
		head.advance(8);
		head.checksum(start);
		if (found < least || found > most || depth > DEEPEST || nodeSize <= NODE_OVERHEAD) {
			throw head.broken("records of %d bytes at depth %d in nodes of %d found, records of %d are expected"
				.formatted(found, depth, nodeSize, least));
		}
		if (count > 0) {
			new BTreeV2(file, type, what, found, nodeSize, depth, records).node(root, depth, count);
		}
	}

	private void node(long address, int depth, int count) {
		int pointer = this.pointerSizes[depth];
		Cursor node = this.file.claim(address, NODE_OVERHEAD + count * (long) this.recordSize + (count + 1L) * pointer,
				this.what);
		int start = node.position();
		node.signature((depth == 0) ? "BTLF" : "BTIN").expect(0, "version").expect(this.type, "type");
		Cursor held = node.part(count * (long) this.recordSize, "records");
		Cursor children = node.part((count + 1L) * pointer, "children");
		node.checksum(start);
		for (int i = 0; i < count; i++) {
			this.records.accept(held.part(this.recordSize, "record"));
		}
		while (children.remaining() > 0) {
			Cursor child = children.part(pointer, "child");
			node(child.u64(), depth - 1, (int) Math.min(child.unsigned(this.countSize) & Long.MAX_VALUE, 0xffff));
		}
	}

	/**
	 * Sizes in bytes of the pointers in nodes, by the nodes' depth above 0. A pointer is
	 * an address, the child's record count and, if the child is not a leaf, the record
	 * count of its whole subtree.
	 * @param room bytes for records and pointers in a node
	 * @param leaf most records in a leaf
	 */
	private int[] pointerSizes(long room, long leaf, int depth) {
		int[] sizes = new int[depth + 1];
		double most = (double) leaf;
		for (int i = 1; i <= depth; i++) {
			sizes[i] = 8 + this.countSize + ((i > 1) ? bytes(most) : 0);
			long own = Math.max(0, (room - sizes[i]) / (this.recordSize + sizes[i]));
			most = (own + 1.0) * most + own;
		}
		return sizes;
	}

	/** Bytes needed for numbers up to this one. */
	private static int bytes(double most) {
		return Math.min(8, Math.max(0, Math.getExponent(most)) / 8 + 1);
	}

}
