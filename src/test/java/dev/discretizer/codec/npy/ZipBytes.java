package dev.discretizer.codec.npy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Puts archives together field by field, also such as no tool would write. */
final class ZipBytes {

	/** One entry, as its headers tell it; all may be changed before it is added. */
	static final class Entry {

		byte[] localName;

		byte[] name;

		byte[] content;

		int flags = 1 << 11;

		int method;

		int crc;

		long size;

		long compressedSize;

		byte[] descriptor = new byte[0];

		byte[] extra = new byte[0];

		int offset = -1;

		Entry(String name, byte... content) {
			this.localName = name.getBytes(StandardCharsets.UTF_8);
			this.name = this.localName;
			this.content = content;
			this.size = content.length;
			this.compressedSize = content.length;
			CRC32 crc = new CRC32();
			crc.update(content);
			this.crc = (int) crc.getValue();
		}

		Entry deflated() {
			Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
			deflater.setInput(this.content);
			deflater.finish();
			byte[] deflated = new byte[this.content.length + 100];
			this.content = Arrays.copyOf(deflated, deflater.deflate(deflated));
			deflater.end();
			this.compressedSize = this.content.length;
			this.method = 8;
			return this;
		}

		Entry named(String name) {
			this.name = name.getBytes(StandardCharsets.UTF_8);
			return this;
		}

	}

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private final List<Entry> entries = new ArrayList<>();

	/** An archive of these entries. */
	static byte[] of(Entry... entries) {
		ZipBytes zip = new ZipBytes();
		for (Entry entry : entries) {
			zip.add(entry);
		}
		return zip.end(entries.length, "");
	}

	/** Writes local header and content, and keeps the entry for the directory. */
	ZipBytes add(Entry entry) {
		entry.offset = this.out.size();
		hidden(entry);
		return directory(entry);
	}

	/** Writes local header and content only. */
	ZipBytes hidden(Entry entry) {
		ByteBuffer header = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
		header.putInt(0x04034b50).putShort((short) 20).putShort((short) entry.flags).putShort((short) entry.method);
		header.putInt(0x00210000).putInt(entry.crc).putInt((int) entry.compressedSize).putInt((int) entry.size);
		header.putShort((short) entry.localName.length).putShort((short) 0);
		this.out.writeBytes(header.array());
		this.out.writeBytes(entry.localName);
		this.out.writeBytes(entry.content);
		this.out.writeBytes(entry.descriptor);
		return this;
	}

	/** Keeps the entry for the directory only. */
	ZipBytes directory(Entry entry) {
		this.entries.add(entry);
		return this;
	}

	/** Writes any bytes. */
	ZipBytes raw(byte... bytes) {
		this.out.writeBytes(bytes);
		return this;
	}

	/** Writes directory and end record. */
	byte[] end(int count, String comment) {
		int start = this.out.size();
		this.entries.forEach(this::writeDirectory);
		ByteBuffer end = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
		end.putInt(0x06054b50).putInt(0).putShort((short) count).putShort((short) count);
		end.putInt(this.out.size() - start).putInt(start).putShort((short) comment.length());
		this.out.writeBytes(end.array());
		this.out.writeBytes(comment.getBytes(StandardCharsets.US_ASCII));
		return this.out.toByteArray();
	}

	private void writeDirectory(Entry entry) {
		ByteBuffer header = ByteBuffer.allocate(46).order(ByteOrder.LITTLE_ENDIAN);
		header.putInt(0x02014b50).putShort((short) 20).putShort((short) 20);
		header.putShort((short) entry.flags).putShort((short) entry.method).putInt(0x00210000).putInt(entry.crc);
		header.putInt((int) entry.compressedSize).putInt((int) entry.size);
		header.putShort((short) entry.name.length).putShort((short) entry.extra.length).putShort((short) 0);
		header.putShort((short) 0).putShort((short) 0).putInt(0).putInt(entry.offset);
		this.out.writeBytes(header.array());
		this.out.writeBytes(entry.name);
		this.out.writeBytes(entry.extra);
	}

}
