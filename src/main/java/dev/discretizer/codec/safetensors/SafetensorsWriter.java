package dev.discretizer.codec.safetensors;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.discretizer.codec.ElementWriter;
import dev.discretizer.codec.Encoded;
import dev.discretizer.tensor.DiscreteTensor;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * Writes a safetensors file, byte for byte as the reference does: tensors by the
 * alignment of their type, descending, then by name; a header without white space but for
 * the spaces that pad it to a multiple of eight bytes. Where the reference's metadata is
 * in no certain order, here it is sorted by name. The elements are rounded as they are
 * written.
 */
public final class SafetensorsWriter {

	/** Escapes as serde_json does: only what JSON demands, in lower case. */
	private static final JsonFactory JSON = JsonFactory.builder()
		.disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
		.disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
		.build();

	/** By name as UTF-8, which differs from String's order beyond the basic plane. */
	private static final Comparator<Map.Entry<String, DiscreteTensor>> ORDER = Comparator
		.comparing((Map.Entry<String, DiscreteTensor> entry) -> ElementType.of(entry.getValue().dtype()),
				Comparator.reverseOrder())
		.thenComparing((entry) -> entry.getKey().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

	private SafetensorsWriter() {
	}

	/**
	 * Encodes tensors; their elements are computed when the answer is written.
	 * @param tensors by name
	 * @param metadata texts by name, none for no metadata
	 * @throws IllegalArgumentException if a tensor is named as the metadata is
	 */
	public static Encoded encode(Map<String, DiscreteTensor> tensors, Map<String, String> metadata) {
		if (tensors.containsKey(HeaderParser.METADATA)) {
			throw new IllegalArgumentException("no tensor may be named " + HeaderParser.METADATA);
		}
		List<Map.Entry<String, DiscreteTensor>> sorted = new ArrayList<>(tensors.entrySet());
		sorted.sort(ORDER);
		Map<String, DiscreteTensor> ordered = new LinkedHashMap<>();
		sorted.forEach((entry) -> ordered.put(entry.getKey(), entry.getValue()));
		return new File(prefix(header(ordered, metadata)), List.copyOf(ordered.values()));
	}

	private static String header(Map<String, DiscreteTensor> tensors, Map<String, String> metadata) {
		StringWriter text = new StringWriter();
		try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
			json.writeStartObject();
			if (!metadata.isEmpty()) {
				json.writeObjectPropertyStart(HeaderParser.METADATA);
				new TreeMap<>(metadata).forEach(json::writeStringProperty);
				json.writeEndObject();
			}
			long begin = 0;
			for (Map.Entry<String, DiscreteTensor> entry : tensors.entrySet()) {
				begin = writeEntry(json, entry.getKey(), entry.getValue(), begin);
			}
			json.writeEndObject();
		}
		return text.toString();
	}

	private static long writeEntry(JsonGenerator json, String name, DiscreteTensor tensor, long begin) {
		long end = begin + ElementWriter.length(tensor);
		int[] dims = tensor.shape().toArray();
		json.writeObjectPropertyStart(name);
		json.writeStringProperty("dtype", ElementType.of(tensor.dtype()).name());
		json.writeName("shape");
		json.writeArray(dims, 0, dims.length);
		json.writeName("data_offsets");
		json.writeArray(new long[] { begin, end }, 0, 2);
		json.writeEndObject();
		return end;
	}

	/** The header's length and the header, padded. */
	private static byte[] prefix(String header) {
		byte[] text = header.getBytes(StandardCharsets.UTF_8);
		int padded = Math.ceilDiv(text.length, Long.BYTES) * Long.BYTES;
		byte[] prefix = new byte[Long.BYTES + padded];
		Arrays.fill(prefix, (byte) ' ');
		ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(text);
		return prefix;
	}

	private static final class File implements Encoded {

		private final byte[] prefix;

		private final List<DiscreteTensor> tensors;

		private final long length;

		File(byte[] prefix, List<DiscreteTensor> tensors) {
			this.prefix = prefix;
			this.tensors = tensors;
			this.length = prefix.length + tensors.stream().mapToLong(ElementWriter::length).sum();
		}

		@Override
		public long length() {
			return this.length;
		}

		@Override
		public void writeTo(OutputStream out) throws IOException {
			out.write(this.prefix);
			for (DiscreteTensor tensor : this.tensors) {
				ElementWriter.write(tensor, out);
			}
		}

	}

}
