package dev.discretizer.web;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Small encoders and decoders of npy, npz and safetensors, written from the formats'
 * pages and apart from the service's own, so that neither can hide a fault of the other.
 */
final class Containers {

	private static final Pattern NPY_HEADER = Pattern
		.compile("\\{'descr': '([<|][a-z]\\d)', 'fortran_order': False, 'shape': \\(([0-9, ]*)\\), \\} *\n");

	private static final Map<String, String> NPY_TYPES = Map.ofEntries(Map.entry("bool", "|b1"),
			Map.entry("int8", "|i1"), Map.entry("uint8", "|u1"), Map.entry("int16", "<i2"), Map.entry("uint16", "<u2"),
			Map.entry("int32", "<i4"), Map.entry("uint32", "<u4"), Map.entry("int64", "<i8"),
			Map.entry("uint64", "<u8"), Map.entry("float16", "<f2"), Map.entry("float32", "<f4"),
			Map.entry("float64", "<f8"));

	private static final Map<String, String> SAFETENSORS_TYPES = Map.ofEntries(Map.entry("bool", "BOOL"),
			Map.entry("int8", "I8"), Map.entry("uint8", "U8"), Map.entry("int16", "I16"), Map.entry("uint16", "U16"),
			Map.entry("int32", "I32"), Map.entry("uint32", "U32"), Map.entry("int64", "I64"),
			Map.entry("uint64", "U64"), Map.entry("float16", "F16"), Map.entry("bfloat16", "BF16"),
			Map.entry("float32", "F32"), Map.entry("float64", "F64"));

	/**
	 * What stood in a safetensors file.
	 */
	record Safetensors(Map<String, Values> tensors, Map<String, Json> metadata) {
	}

	private Containers() {
	}

	static byte[] npy(Values tensor) {
		return npy(NPY_TYPES.getOrDefault(tensor.dtype(), "?"), false, pythonTuple(tensor.shape()), tensor.bytes());
	}

	/** In Fortran order. */
	static byte[] npyFortran(Values tensor) {
		return npy(NPY_TYPES.getOrDefault(tensor.dtype(), "?"), true, pythonTuple(tensor.shape()),
				tensor.fortran().bytes());
	}

	static byte[] npy(String descr, boolean fortran, String shape, byte[] elements) {
		return npy("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }".formatted(descr, fortran ? "True" : "False",
				shape), elements);
	}

	/** Version 1.0 with any header. */
	static byte[] npy(String header, byte[] elements) {
		String padded = header + " ".repeat(63 - (10 + header.length()) % 64) + "\n";
		ByteBuffer file = ByteBuffer.allocate(10 + padded.length() + elements.length).order(ByteOrder.LITTLE_ENDIAN);
		file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) 0);
		file.putShort((short) padded.length()).put(padded.getBytes(StandardCharsets.ISO_8859_1)).put(elements);
		return file.array();
	}

	private static String pythonTuple(int[] shape) {
		StringJoiner dims = new StringJoiner(", ", "(", (shape.length == 1) ? ",)" : ")");
		Arrays.stream(shape).forEach((dim) -> dims.add(Integer.toString(dim)));
		return dims.toString();
	}

	static Values readNpy(byte[] file) {
		ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
		byte[] magic = new byte[8];
		in.get(magic);
		if (!Arrays.equals(magic, new byte[] { (byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0 })) {
			throw new AssertionError("no npy file of version 1.0");
		}
		byte[] text = new byte[in.getShort() & 0xffff];
		in.get(text);
		if (in.position() % 64 != 0) {
			throw new AssertionError("elements begin at %d, a multiple of 64 is expected".formatted(in.position()));
		}
		Matcher header = NPY_HEADER.matcher(new String(text, StandardCharsets.US_ASCII));
		if (!header.matches()) {
			throw new AssertionError("header " + new String(text, StandardCharsets.US_ASCII));
		}
		String dtype = NPY_TYPES.entrySet()
			.stream()
			.filter((type) -> type.getValue().equals(header.group(1)))
			.findFirst()
			.orElseThrow()
			.getKey();
		return Values.fromBytes(dtype, tuple(header.group(2)), in);
	}

	private static int[] tuple(String dims) {
		return Pattern.compile("[0-9]+")
			.matcher(dims)
			.results()
			.mapToInt((match) -> Integer.parseInt(match.group()))
			.toArray();
	}

	/** As {@code numpy.savez_compressed} writes it. */
	static byte[] npz(Map<String, Values> tensors) {
		Map<String, byte[]> files = new LinkedHashMap<>();
		tensors.forEach((name, tensor) -> files.put(name + ".npy", npy(tensor)));
		return zip(files);
	}

	static byte[] zip(Map<String, byte[]> files) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
			for (Map.Entry<String, byte[]> file : files.entrySet()) {
				zip.putNextEntry(new ZipEntry(file.getKey()));
				zip.write(file.getValue());
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	static Map<String, Values> readNpz(byte[] file) {
		Map<String, Values> tensors = new LinkedHashMap<>();
		try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
			for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
				tensors.put(entry.getName().replaceFirst("\\.npy$", ""), readNpy(zip.readAllBytes()));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return tensors;
	}

	static byte[] safetensors(Map<String, Values> tensors) {
		StringJoiner header = new StringJoiner(",", "{", "}");
		ByteArrayOutputStream elements = new ByteArrayOutputStream();
		tensors.forEach((name, tensor) -> {
			int begin = elements.size();
			elements.writeBytes(tensor.bytes());
			header.add("\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}".formatted(name,
					SAFETENSORS_TYPES.get(tensor.dtype()), Arrays.toString(tensor.shape()), begin, elements.size()));
		});
		return safetensors(header.toString(), elements.toByteArray());
	}

	/** With any header. */
	static byte[] safetensors(String header, byte[] elements) {
		byte[] text = header.getBytes(StandardCharsets.UTF_8);
		return ByteBuffer.allocate(8 + text.length + elements.length)
			.order(ByteOrder.LITTLE_ENDIAN)
			.putLong(text.length)
			.put(text)
			.put(elements)
			.array();
	}

	static Safetensors readSafetensors(byte[] file) {
		ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
		byte[] text = new byte[Math.toIntExact(in.getLong())];
		in.get(text);
		Map<String, Values> tensors = new LinkedHashMap<>();
		Map<String, Json> metadata = new LinkedHashMap<>();
		Json.parse(text).members().forEach((name, entry) -> {
			if (name.equals("__metadata__")) {
				metadata.putAll(entry.members());
			}
			else {
				tensors.put(name, tensor(entry, in.duplicate().order(ByteOrder.LITTLE_ENDIAN)));
			}
		});
		return new Safetensors(tensors, metadata);
	}

	private static Values tensor(Json entry, ByteBuffer elements) {
		int[] offsets = Values.ints(entry.get("data_offsets"));
		int start = elements.position();
		elements.limit(start + offsets[1]).position(start + offsets[0]);
		String dtype = SAFETENSORS_TYPES.entrySet()
			.stream()
			.filter((type) -> type.getValue().equals(entry.get("dtype").text()))
			.findFirst()
			.orElseThrow()
			.getKey();
		return Values.fromBytes(dtype, Values.ints(entry.get("shape")), elements);
	}

}
