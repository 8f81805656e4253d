package dev.discretizer.codec.nir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.discretizer.codec.Encoded;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * Writes an HDF5 file of groups and contiguous datasets, laid out as the HDF5 library
 * does by default: superblock 0, symbol tables, texts of variable length in UTF-8. <pre>
 * superblock | texts | headers, B-trees, heaps | small elements ... | tensors
 * </pre> Laying out the file creates all bytes but the tensors'. The tensors are written
 * from their arrays, so the whole file is never in memory. The bytes depend on the
 * content only, not on the clock or the machine.
 *
 * <p>
 * The numbers are those of the HDF5 file format specification, version 3.0.
 */
final class Hdf5Writer {

	/** Bytes of the superblock, which the texts follow. */
	private static final int SUPERBLOCK = 96;

	/**
	 * Entries of a symbol table: twice the leaf K, which is the library's default of 4.
	 */
	private static final int TABLE_ENTRIES = 8;

	/** Children of a B-tree node: twice the library's default K of 16. */
	private static final int NODE_CHILDREN = 32;

	/** Bytes of a tensor written at once. */
	private static final int SLICE = 64 * 1024;

	private static final byte[] SIGNATURE = { (byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n' };

	private static final byte[] FLOAT32 = { 0x11, 0x20, 0x1f, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0 };

	private static final byte[] INT64 = { 0x10, 8, 0, 0, 8, 0, 0, 0, 0, 0, 64, 0 };

	/** Variable length, text, UTF-8, of unsigned bytes. */
	private static final byte[] TEXT = { 0x19, 1, 1, 0, 16, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0 };

	private final TextHeap texts = new TextHeap(SUPERBLOCK);

	private final Output head = new Output();

	private final List<FloatTensor> tensors = new ArrayList<>();

	/** Places in the head that hold a tensor's address, counted from the first tensor. */
	private final List<Integer> addresses = new ArrayList<>();

	private long tensorBytes;

	/** Number of members of the largest group. */
	private int mostMembers;

	private final Folder root = new Folder();

	/** The root group. */
	Folder root() {
		return this.root;
	}

	/** A group: its members by name, in byte order, as HDF5 requires. */
	final class Folder {

		private final Map<byte[], Object> members = new TreeMap<>(Arrays::compareUnsigned);

		/** Adds a group. */
		Folder folder(String name) {
			Folder folder = new Folder();
			add(name, folder);
			return folder;
		}

		/** Adds a text. */
		void text(String name, String text) {
			texts(name, new long[0], List.of(text));
		}

		/** Adds an array of texts. */
		void texts(String name, long[] dims, List<String> texts) {
			Output elements = new Output();
			for (String text : texts) {
				Hdf5Writer.this.texts.add(text, elements);
			}
			add(name, new Data(TEXT, dims, elements.toByteArray(), null));
		}

		/** Adds one number. */
		void number(String name, long number) {
			add(name, new Data(INT64, new long[0], new Output().u64(number).toByteArray(), null));
		}

		/** Adds a vector of numbers. */
		void numbers(String name, int... numbers) {
			Output elements = new Output();
			for (int number : numbers) {
				elements.u64(number);
			}
			add(name, new Data(INT64, new long[] { numbers.length }, elements.toByteArray(), null));
		}

		/** Adds a tensor, which is shared and read when the file is written. */
		void tensor(String name, FloatTensor tensor) {
			int[] shape = tensor.shape().toArray();
			long[] dims = new long[shape.length];
			for (int i = 0; i < dims.length; i++) {
				dims[i] = shape[i];
			}
			add(name, new Data(FLOAT32, dims, new byte[0], tensor));
		}

		private void add(String name, Object member) {
			byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
			if (name.isEmpty() || name.equals(".") || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0
					|| this.members.putIfAbsent(bytes, member) != null) {
				throw new IllegalArgumentException("no object of an HDF5 file can be named \"" + name + "\" here");
			}
			Hdf5Writer.this.mostMembers = Math.max(Hdf5Writer.this.mostMembers, this.members.size());
		}

	}

	/** A dataset: the bytes of small elements, or a tensor. */
	private static final class Data {

		private final byte[] type;

		private final long[] dims;

		private final byte[] elements;

		private final @Nullable FloatTensor tensor;

		private Data(byte[] type, long[] dims, byte[] elements, @Nullable FloatTensor tensor) {
			this.type = type;
			this.dims = dims;
			this.elements = elements;
			this.tensor = tensor;
		}

	}

	/** The addresses of a group's header, B-tree and heap. */
	private record Written(long header, long tree, long heap) {
	}

	/** Lays out the file; nothing may be added afterwards. */
	Encoded encode() {
		byte[] heaps = this.texts.toByteArray();
		long base = SUPERBLOCK + (long) heaps.length;
		Written top = write(this.root, base);
		long length = base + this.head.size() + this.tensorBytes;
		for (int at : this.addresses) {
			this.head.patch(at, base + this.head.size());
		}
		byte[] start = superblock(top, length);
		return new File(List.of(start, heaps, this.head.toByteArray()), this.tensors, length);
	}

	private Written write(Folder folder, long base) {
		List<byte[]> names = new ArrayList<>(folder.members.keySet());
		List<Written> members = new ArrayList<>();
		for (Object member : folder.members.values()) {
			members.add((member instanceof Folder inner) ? write(inner, base)
					: new Written(writeData((Data) member, base), 0, 0));
		}
		Output heap = new Output().zeros(8);
		List<Long> offsets = new ArrayList<>();
		for (byte[] name : names) {
			offsets.add((long) heap.size());
			heap.bytes(name).zeros(1).align();
		}
		long heapAddress = writeHeap(heap, base);
		long tree = writeTree(members, offsets, base);
		long header = base + this.head.size();
		header(1, 24);
		message(0x11, new Output().u64(tree).u64(heapAddress));
		return new Written(header, tree, heapAddress);
	}

	private long writeHeap(Output names, long base) {
		long address = base + this.head.size();
		// 1 means no free list, as the library writes it.
		this.head.ascii("HEAP").zeros(4).u64(names.size()).u64(1).u64(address + 32).bytes(names.toByteArray());
		return address;
	}

	/** Writes a B-tree of one level, with room for all symbol tables. */
	private long writeTree(List<Written> members, List<Long> offsets, long base) {
		int tables = Math.ceilDiv(members.size(), TABLE_ENTRIES);
		long first = base + this.head.size();
		for (int i = 0; i < tables; i++) {
			int from = i * TABLE_ENTRIES;
			int to = Math.min(members.size(), from + TABLE_ENTRIES);
			this.head.ascii("SNOD").u8(1).u8(0).u16(to - from);
			for (int j = from; j < to; j++) {
				entry(this.head, offsets.get(j), members.get(j));
			}
			this.head.zeros(40 * (TABLE_ENTRIES - (to - from)));
		}
		long tree = base + this.head.size();
		this.head.ascii("TREE").u8(0).u8(0).u16(tables).u64(Hdf5File.UNDEFINED).u64(Hdf5File.UNDEFINED).u64(0);
		for (int i = 0; i < tables; i++) {
			int last = Math.min(members.size(), (i + 1) * TABLE_ENTRIES) - 1;
			this.head.u64(first + i * (8L + 40 * TABLE_ENTRIES)).u64(offsets.get(last));
		}
		this.head.zeros(16 * (nodeChildren() - tables));
		return tree;
	}

	/** Maximum number of children of a B-tree node. */
	private int nodeChildren() {
		int tables = Math.ceilDiv(this.mostMembers, TABLE_ENTRIES);
		return Math.max(NODE_CHILDREN, (tables + 1) / 2 * 2);
	}

	private static void entry(Output out, long nameOffset, Written object) {
		boolean group = object.tree() != 0;
		out.u64(nameOffset).u64(object.header()).u32(group ? 1 : 0).u32(0);
		out.u64(object.tree()).u64(object.heap());
	}

	private long writeData(Data data, long base) {
		FloatTensor tensor = data.tensor;
		long size = (tensor != null) ? tensor.elements() * (long) Float.BYTES : data.elements.length;
		// Of a tensor, counted from the first one until it is known where that is.
		long address = (size == 0) ? Hdf5File.UNDEFINED : (tensor != null) ? this.tensorBytes : base + this.head.size();
		if (tensor == null) {
			this.head.bytes(data.elements).align();
		}
		long header = base + this.head.size();
		Output space = new Output().u8(1).u8(data.dims.length).zeros(6);
		for (long dim : data.dims) {
			space.u64(dim);
		}
		Output type = new Output().bytes(data.type).align();
		header(4, 4 * 8 + space.size() + type.size() + 8 + 24);
		message(0x01, space);
		message(0x03, type);
		// Space late, fill value if set, which it is: to the default.
		message(0x05, new Output().u8(2).u8(2).u8(2).u8(1).u32(0));
		message(0x08, new Output().u8(3).u8(1).u64(address).u64(size).align());
		if (tensor != null && size > 0) {
			place(tensor, this.head.size() - 24 + 2, size);
		}
		return header;
	}

	/**
	 * @param at where in the head the tensor's address stands
	 */
	private void place(FloatTensor tensor, int at, long size) {
		this.addresses.add(at);
		this.tensors.add(tensor);
		this.tensorBytes += Math.ceilDiv(size, 8L) * 8;
	}

	private void header(int messages, int size) {
		this.head.u8(1).u8(0).u16(messages).u32(1).u32(size).zeros(4);
	}

	private void message(int type, Output content) {
		this.head.u16(type).u16(content.size()).zeros(4).bytes(content.toByteArray());
	}

	private byte[] superblock(Written top, long length) {
		Output block = new Output().bytes(SIGNATURE).zeros(5).u8(8).u8(8).u8(0);
		block.u16(TABLE_ENTRIES / 2).u16(nodeChildren() / 2).u32(0);
		block.u64(0).u64(Hdf5File.UNDEFINED).u64(length).u64(Hdf5File.UNDEFINED);
		entry(block, 0, top);
		return block.toByteArray();
	}

	private static final class File implements Encoded {

		private final List<byte[]> parts;

		private final List<FloatTensor> tensors;

		private final long length;

		private File(List<byte[]> parts, List<FloatTensor> tensors, long length) {
			this.parts = parts;
			this.tensors = tensors;
			this.length = length;
		}

		@Override
		public long length() {
			return this.length;
		}

		@Override
		public void writeTo(OutputStream out) throws IOException {
			for (byte[] part : this.parts) {
				out.write(part);
			}
			for (FloatTensor tensor : this.tensors) {
				write(tensor, out);
			}
		}

		private static void write(FloatTensor tensor, OutputStream out) throws IOException {
			int elements = tensor.elements();
			int slice = Math.min(elements, SLICE / Float.BYTES);
			// Of an odd number of elements, the last is followed by as many bytes.
			byte[] bytes = new byte[slice * Float.BYTES + Float.BYTES];
			for (int from = 0, count; from < elements; from += count) {
				count = Math.min(slice, elements - from);
				Output.floats(tensor.array(), from, bytes, count);
				boolean odd = (count & 1) != 0;
				Arrays.fill(bytes, count * Float.BYTES, count * Float.BYTES + Float.BYTES, (byte) 0);
				out.write(bytes, 0, (count + (odd ? 1 : 0)) * Float.BYTES);
			}
		}

	}

}
