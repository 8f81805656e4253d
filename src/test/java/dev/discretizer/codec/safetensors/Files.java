package dev.discretizer.codec.safetensors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.discretizer.codec.Encoded;
import dev.discretizer.tensor.FloatTensor;

/** Safetensors files for tests: those of the real package, and some made by hand. */
final class Files {

	private Files() {
	}

	/** A file that make_safetensors_fixtures.py made. */
	static byte[] fixture(String name) {
		try (InputStream in = Files.class.getResourceAsStream(name)) {
			return in.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The cells of a fixture's lines. */
	static List<String[]> table(String name) {
		return new String(fixture(name), StandardCharsets.UTF_8).lines().map((line) -> line.split("\t", -1)).toList();
	}

	/** A file of this header and so many zero bytes. */
	static byte[] file(String header, int data) {
		byte[] text = header.getBytes(StandardCharsets.UTF_8);
		return ByteBuffer.allocate(8 + text.length + data)
			.order(ByteOrder.LITTLE_ENDIAN)
			.putLong(text.length)
			.put(text)
			.array();
	}

	/** A header's entry. */
	static String entry(String name, String dtype, String shape, long begin, long end) {
		return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}".formatted(name, dtype, shape, begin,
				end);
	}

	/** The tensor of that name, which must be there. */
	static FloatTensor tensor(Map<String, FloatTensor> tensors, String name) {
		return Objects.requireNonNull(tensors.get(name), name);
	}

	static byte[] written(Encoded encoded) throws IOException {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		encoded.writeTo(out);
		return out.toByteArray();
	}

}
