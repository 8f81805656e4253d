package dev.discretizer.codec.npy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.stream.Stream;

import dev.discretizer.tensor.Shape;

/** The files that {@code src/test/python/make_npy_fixtures.py} makes. */
final class Fixtures {

	/** A tensor and what NumPy makes of it in float32. */
	static final class Read {

		final String name;

		final String descr;

		final Shape shape;

		final int narrowed;

		final byte[] file;

		final float[] values;

		private Read(String... columns) {
			this.name = columns[0];
			this.descr = columns[1];
			this.shape = shape(columns[2]);
			this.narrowed = Integer.parseInt(columns[3]);
			this.file = Base64.getDecoder().decode(columns[4]);
			byte[] expected = Base64.getDecoder().decode(columns[5]);
			this.values = new float[expected.length / Float.BYTES];
			ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(this.values);
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	private Fixtures() {
	}

	static Stream<Read> reads(String file) {
		return rows(file).map(Read::new);
	}

	/** The rows of a fixture, each split into its columns. */
	static Stream<String[]> rows(String file) {
		return new String(bytes(file), StandardCharsets.UTF_8).lines().map((line) -> line.split(";", -1));
	}

	static byte[] bytes(String file) {
		try (InputStream in = Objects.requireNonNull(Fixtures.class.getResourceAsStream("/npy/" + file))) {
			return in.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A shape written as "2x3", or as nothing for rank 0. */
	static Shape shape(String text) {
		return text.isEmpty() ? Shape.SCALAR
				: Shape.of(Arrays.stream(text.split("x")).mapToLong(Long::parseLong).toArray());
	}

	/** An npy file of this version with this header as it is. */
	static byte[] npy(int version, String header, byte... data) {
		byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
		ByteBuffer file = ByteBuffer.allocate(12 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
		file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) version).put((byte) 0);
		if (version == 1) {
			file.putShort((short) text.length);
		}
		else {
			file.putInt(text.length);
		}
		file.put(text).put(data);
		return Arrays.copyOf(file.array(), file.position());
	}

	/** An npy file of version 1.0 of these elements. */
	static byte[] npy(String descr, String shape, byte... data) {
		return npy(1, header(descr, "False", shape), data);
	}

	static String header(String descr, String fortran, String shape) {
		return "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }\n";
	}

}
