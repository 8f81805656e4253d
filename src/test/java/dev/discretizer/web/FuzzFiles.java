package dev.discretizer.web;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

import dev.discretizer.tensor.DType;

/**
 * Fuzzed npy, npz and safetensors files, in which any field may be wrong.
 */
final class FuzzFiles {

	private final FuzzRandom random;

	FuzzFiles(FuzzRandom random) {
		this.random = random;
	}

	byte[] npy(FuzzTensor tensor) {
		int version = this.random.once(6) ? 1 + this.random.below(4) : 1;
		String header = npyHeader(tensor);
		int start = 10 + ((version == 1) ? 0 : 2);
		String padded = header
				+ " ".repeat(this.random.once(8) ? this.random.below(100) : 63 - (start + header.length()) % 64)
				+ this.random.text("\n");
		FuzzBytes out = new FuzzBytes().number(this.random.number(0x93), 1)
			.text(this.random.text("NUMPY"))
			.number(this.random.number(version), 1)
			.number(this.random.number(0), 1);
		byte[] text = new FuzzBytes().text(padded).toArray();
		return out.number(this.random.number(text.length), start - 8)
			.bytes(text)
			.bytes(elements(tensor.bytes()))
			.toArray();
	}

	private String npyHeader(FuzzTensor tensor) {
		StringJoiner dims = new StringJoiner(", ", this.random.text("("),
				this.random.text((tensor.dims().length == 1) ? ",)" : ")"));
		for (int dim : tensor.dims()) {
			dims.add(this.random.text(Long.toString(this.random.number(dim))));
		}
		String descr = "'descr': '" + this.random.text(descr(tensor.dtype())) + "'";
		String order = "'fortran_order': " + this.random.text(this.random.once(4) ? "True" : "False");
		StringJoiner members = new StringJoiner(this.random.text(", "), this.random.text("{"), this.random.text(", }"));
		members.add(this.random.text(descr)).add(this.random.text(order));
		return members.add("'shape': " + dims).toString();
	}

	private String descr(DType dtype) {
		String kind = switch (dtype) {
			case BOOL -> "b";
			case FLOAT16, FLOAT32, FLOAT64 -> "f";
			case BFLOAT16 -> "V";
			case UINT8, UINT16, UINT32, UINT64 -> "u";
			default -> "i";
		};
		String order = (dtype.bytes() == 1) ? "|" : this.random.once(10) ? ">" : "<";
		return order + kind + dtype.bytes();
	}

	/** The bytes, or more or fewer. */
	private byte[] elements(byte[] bytes) {
		int length = this.random.wrong() ? Math.max(0, bytes.length + this.random.below(17) - 8) : bytes.length;
		return (length == bytes.length) ? bytes : Arrays.copyOf(bytes, length);
	}

	byte[] safetensors(List<FuzzTensor> tensors) {
		StringJoiner header = new StringJoiner(this.random.text(","), this.random.text("{"), this.random.text("}"));
		FuzzBytes elements = new FuzzBytes();
		if (this.random.once(5)) {
			header.add("\"__metadata__\":{" + this.random.text("\"format\"") + ":" + this.random.text("\"pt\"") + "}");
		}
		for (FuzzTensor tensor : tensors) {
			int begin = elements.size();
			elements.bytes(elements(tensor.bytes()));
			header.add(entry(tensor, begin, elements.size()));
		}
		byte[] text = new FuzzBytes().text(header + " ".repeat(this.random.below(9))).toArray();
		return new FuzzBytes().number(this.random.number(text.length), 8)
			.bytes(text)
			.bytes(elements.toArray())
			.toArray();
	}

	private String entry(FuzzTensor tensor, int begin, int end) {
		StringJoiner shape = new StringJoiner(",", this.random.text("["), this.random.text("]"));
		for (int dim : tensor.dims()) {
			shape.add(this.random.text(Long.toString(this.random.number(dim))));
		}
		return "\"%s\":{%s\"%s\",%s%s,%s[%d,%d]}".formatted(this.random.text(tensor.name()),
				this.random.text("\"dtype\":"), this.random.text(code(tensor.dtype())), this.random.text("\"shape\":"),
				shape, this.random.text("\"data_offsets\":"), this.random.number(begin), this.random.number(end));
	}

	private static String code(DType dtype) {
		return switch (dtype) {
			case BOOL -> "BOOL";
			case BFLOAT16 -> "BF16";
			case FLOAT16, FLOAT32, FLOAT64 -> "F" + 8 * dtype.bytes();
			case UINT8, UINT16, UINT32, UINT64 -> "U" + 8 * dtype.bytes();
			default -> "I" + 8 * dtype.bytes();
		};
	}

	byte[] npz(List<FuzzTensor> tensors) {
		FuzzBytes zip = new FuzzBytes();
		List<byte[]> directory = new ArrayList<>();
		for (FuzzTensor tensor : tensors) {
			directory.add(entry(zip, tensor));
		}
		int start = zip.size();
		directory.forEach(zip::bytes);
		int size = zip.size() - start;
		if (this.random.once(12)) {
			end64(zip, directory.size(), size, start);
		}
		String comment = this.random.text("");
		zip.number(0x06054b50, 4).number(this.random.number(0), 2).number(this.random.number(0), 2);
		zip.number(this.random.number(directory.size()), 2).number(this.random.number(directory.size()), 2);
		zip.number(this.random.number(size), 4).number(this.random.number(start), 4);
		return zip.number(this.random.number(comment.length()), 2).text(comment).toArray();
	}

	private void end64(FuzzBytes zip, int count, int size, int start) {
		int at = zip.size();
		zip.number(0x06064b50, 4).number(this.random.number(44), 8).number(45, 2).number(45, 2);
		zip.number(this.random.number(0), 4).number(this.random.number(0), 4);
		zip.number(this.random.number(count), 8).number(this.random.number(count), 8);
		zip.number(this.random.number(size), 8).number(this.random.number(start), 8);
		zip.number(0x07064b50, 4).number(this.random.number(0), 4).number(this.random.number(at), 8).number(1, 4);
	}

	/**
	 * Writes a local header and content.
	 * @return the entry of the directory
	 */
	private byte[] entry(FuzzBytes zip, FuzzTensor tensor) {
		byte[] content = this.random.once(150) ? bomb(tensor) : npy(tensor);
		boolean deflated = this.random.once(2);
		byte[] stored = deflated ? deflated(content) : content;
		stored = (this.random.wrong() && stored.length > 0) ? FuzzBytes.mutated(stored, this.random) : stored;
		CRC32 crc = new CRC32();
		crc.update(content);
		byte[] name = new FuzzBytes().text(this.random.text(tensor.name()) + this.random.text(".npy")).toArray();
		boolean descriptor = this.random.once(8);
		int offset = zip.size();
		zip.number(this.random.number(0x04034b50), 4);
		head(zip, descriptor, deflated, descriptor ? 0 : crc.getValue(), descriptor ? 0 : stored.length,
				descriptor ? 0 : content.length, name.length);
		zip.bytes(name).bytes(stored);
		if (descriptor) {
			zip.number(this.random.number(0x08074b50), 4).number(crc.getValue(), 4);
			zip.number(stored.length, 4).number(this.random.number(content.length), 4);
		}
		FuzzBytes entry = new FuzzBytes().number(this.random.number(0x02014b50), 4).number(20, 2);
		byte[] extra = this.random.once(12) ? extra(content.length, stored.length) : new byte[0];
		head(entry, descriptor, deflated, crc.getValue(), stored.length,
				(extra.length > 0) ? 0xffff_ffffL : content.length, name.length, extra.length);
		entry.number(this.random.number(0), 2).number(this.random.number(0), 2).number(this.random.number(0), 2);
		return entry.number(this.random.number(0), 4)
			.number(this.random.number(offset), 4)
			.bytes(name)
			.bytes(extra)
			.toArray();
	}

	/** From the version needed to the length of the extra field. */
	private void head(FuzzBytes dest, boolean descriptor, boolean deflated, long crc, long stored, long size, int name,
			int... extra) {
		dest.number(this.random.number(20), 2).number(this.random.number(descriptor ? 8 : 0), 2);
		dest.number(this.random.number(deflated ? 8 : 0), 2).number(this.random.number(0), 4);
		dest.number(this.random.number(crc), 4).number(this.random.number(stored), 4);
		dest.number(this.random.number(size), 4).number(this.random.number(name), 2);
		dest.number(this.random.number((extra.length > 0) ? extra[0] : 0), 2);
	}

	/** Of zip64; the second size is there though nothing asks for it. */
	private byte[] extra(long size, long stored) {
		return new FuzzBytes().number(this.random.number(1), 2)
			.number(this.random.number(16), 2)
			.number(this.random.number(size), 8)
			.number(this.random.number(stored), 8)
			.toArray();
	}

	/** A sound file of many zeros, or of fewer than it says. */
	private byte[] bomb(FuzzTensor tensor) {
		long elements = this.random.number(1 << 18);
		int there = Math.clamp(this.random.number(elements), 0, 1 << 18);
		String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (%d,), }".formatted(elements);
		String padded = header + " ".repeat(63 - (10 + header.length()) % 64) + "\n";
		return new FuzzBytes().number(0x93, 1)
			.text("NUMPY")
			.number(1, 2)
			.number(padded.length(), 2)
			.text(padded)
			.bytes(new byte[there])
			.toArray();
	}

	private byte[] deflated(byte[] content) {
		Deflater deflater = new Deflater(this.random.below(10), true);
		try {
			deflater.setInput(content);
			deflater.finish();
			ByteArrayOutputStream out = new ByteArrayOutputStream();
			byte[] buffer = new byte[8192];
			while (!deflater.finished()) {
				out.write(buffer, 0, deflater.deflate(buffer));
			}
			return out.toByteArray();
		}
		finally {
			deflater.end();
		}
	}

}
