package dev.discretizer.codec.npy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TimeZone;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import dev.discretizer.codec.FixedTensor;
import dev.discretizer.codec.CountingAllowance;
import dev.discretizer.codec.Encoded;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class NpzWriterTests {

	private static final String JSON = "{\"limited_by\":\"weight\",\"unit\":\"\u00b5V\"}";

	@Test
	void writesWhatTheReaderReads() throws IOException {
		byte[] zip = written(NpzWriter.encode(tensors(), JSON));
		Map<String, FloatTensor> read = NpzReader.read(new ByteArrayInputStream(zip), zip.length,
				CountingAllowance.defaults());
		assertThat(read.keySet()).containsExactly("weight", "bias", "scale", "none", "gr\u00f6\u00dfe", "discretizer");
		assertTensor(read.get("weight"), DType.INT8, Shape.of(2, 3), 1, -2, 3, 1, -2, 3);
		assertTensor(read.get("bias"), DType.INT16, Shape.of(2), -30000, 30000);
		assertTensor(read.get("scale"), DType.FLOAT32, Shape.SCALAR, 127);
		assertTensor(read.get("none"), DType.INT32, Shape.of(0, 4));
		assertTensor(read.get("gr\u00f6\u00dfe"), DType.INT32, Shape.of(1), 1 << 24);
	}

	@Test
	void writesTheTextLastAsUtf8() throws IOException {
		byte[] zip = written(NpzWriter.encode(tensors(), JSON));
		Map<String, FloatTensor> read = NpzReader.read(new ByteArrayInputStream(zip), zip.length,
				CountingAllowance.defaults());
		FloatTensor text = Objects.requireNonNull(read.get("discretizer"));
		assertThat(text.source()).isEqualTo(DType.UINT8);
		byte[] bytes = new byte[text.elements()];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) text.array()[i];
		}
		assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(JSON);
	}

	@Test
	void storesWhatNpyWriterWritesInEntriesThatStreamsCanRead() throws IOException {
		Map<String, DiscreteTensor> tensors = tensors();
		byte[] zip = written(NpzWriter.encode(tensors, JSON));
		try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
			for (Map.Entry<String, DiscreteTensor> tensor : tensors.entrySet()) {
				ZipEntry entry = in.getNextEntry();
				assertThat(entry).isNotNull();
				assertThat(entry.getName()).isEqualTo(tensor.getKey() + ".npy");
				assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
				assertThat(entry.getTimeLocal()).isEqualTo(LocalDateTime.of(1980, 1, 1, 0, 0));
				assertThat(entry.getExtra()).isNull();
				assertThat(in.readAllBytes()).isEqualTo(written(NpyWriter.encode(tensor.getValue())));
			}
		}
	}

	@Test
	void knowsItsLengthBeforeItIsWritten() throws IOException {
		Encoded file = NpzWriter.encode(tensors(), JSON);
		assertThat(file.length()).isEqualTo(written(file).length);
		Encoded empty = NpzWriter.encode(Map.of(), "");
		assertThat(empty.length()).isEqualTo(written(empty).length);
	}

	@Test
	void writesTheSameBytesAgainAnywhere() throws IOException {
		Encoded file = NpzWriter.encode(tensors(), JSON);
		byte[] bytes = written(file);
		assertThat(written(file)).isEqualTo(bytes);
		TimeZone zone = TimeZone.getDefault();
		try {
			TimeZone.setDefault(TimeZone.getTimeZone("GMT+11"));
			assertThat(written(NpzWriter.encode(tensors(), JSON))).isEqualTo(bytes);
		}
		finally {
			TimeZone.setDefault(zone);
		}
	}

	@Test
	void leavesTheStreamOpen() throws IOException {
		ByteArrayOutputStream out = new ByteArrayOutputStream() {
			@Override
			public void close() {
				throw new AssertionError("closed");
			}
		};
		NpzWriter.encode(tensors(), JSON).writeTo(out);
		assertThat(out.size()).isPositive();
	}

	@Test
	void refusesATensorOfTheNameOfTheText() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> NpzWriter.encode(Map.of("discretizer", new FixedTensor(DType.INT8, Shape.SCALAR, 1)), ""))
			.withMessageContaining("discretizer");
	}

	@Test
	void knowsTheLengthOfAnArchiveAbove4GiB() throws IOException {
		Map<String, DiscreteTensor> tensors = new LinkedHashMap<>();
		tensors.put("large", new Zeros(Shape.of(1 << 30)));
		tensors.put("behind", new Zeros(Shape.of(1)));
		Encoded file = NpzWriter.encode(tensors, JSON);
		Tail tail = new Tail();
		file.writeTo(tail);
		assertThat(file.length()).isEqualTo(tail.length).isGreaterThan(1L << 32);
		assertThat(tail.signature(22 + 20)).as("zip64 end locator").isEqualTo(0x07064b50);
	}

	@Test
	void knowsTheLengthOfAnArchiveOfManyEntries() throws IOException {
		Map<String, DiscreteTensor> tensors = new LinkedHashMap<>();
		for (int i = 0; i < 65534; i++) {
			tensors.put("t" + i, new Zeros(Shape.SCALAR));
		}
		Encoded file = NpzWriter.encode(tensors, JSON);
		Tail tail = new Tail();
		file.writeTo(tail);
		assertThat(file.length()).isEqualTo(tail.length);
		assertThat(tail.signature(22 + 20)).as("zip64 end locator").isEqualTo(0x07064b50);
		tensors.remove("t0");
		file = NpzWriter.encode(tensors, JSON);
		tail = new Tail();
		file.writeTo(tail);
		assertThat(file.length()).isEqualTo(tail.length);
		assertThat(tail.signature(22 + 20)).as("zip64 end locator").isNotEqualTo(0x07064b50);
	}

	private static Map<String, DiscreteTensor> tensors() {
		Map<String, DiscreteTensor> tensors = new LinkedHashMap<>();
		tensors.put("weight", new FixedTensor(DType.INT8, Shape.of(2, 3), 1, -2, 3));
		tensors.put("bias", new FixedTensor(DType.INT16, Shape.of(2), -30000, 30000));
		tensors.put("scale", new FixedTensor(DType.FLOAT32, Shape.SCALAR, 127));
		tensors.put("none", new FixedTensor(DType.INT32, Shape.of(0, 4)));
		tensors.put("gr\u00f6\u00dfe", new FixedTensor(DType.INT32, Shape.of(1), 1 << 24));
		return tensors;
	}

	private static void assertTensor(@Nullable FloatTensor read, DType dtype, Shape shape, float... values) {
		FloatTensor tensor = Objects.requireNonNull(read);
		assertThat(tensor.source()).isEqualTo(dtype);
		assertThat(tensor.shape()).isEqualTo(shape);
		assertThat(Arrays.copyOf(tensor.array(), tensor.elements())).containsExactly(values);
	}

	private static byte[] written(Encoded file) throws IOException {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		file.writeTo(out);
		return out.toByteArray();
	}

	/** Many zeros that take no time. */
	private record Zeros(Shape shape) implements DiscreteTensor {

		@Override
		public DType dtype() {
			return DType.INT32;
		}

		@Override
		public void ints(int from, int[] dest, int offset, int count) {
			Arrays.fill(dest, offset, offset + count, 0);
		}

		@Override
		public void floats(int from, float[] dest, int offset, int count) {
			Arrays.fill(dest, offset, offset + count, 0);
		}

		@Override
		public void bytes(int from, byte[] dest, int offset, int count) {
			Arrays.fill(dest, offset, offset + 4 * count, (byte) 0);
		}

	}

	/** Counts bytes and keeps the last ones. */
	private static final class Tail extends OutputStream {

		private final byte[] last = new byte[64];

		private long length;

		@Override
		public void write(int b) {
			this.last[(int) (this.length++ % this.last.length)] = (byte) b;
		}

		@Override
		public void write(byte[] bytes, int offset, int count) {
			int skipped = Math.max(0, count - this.last.length);
			this.length += skipped;
			for (int i = skipped; i < count; i++) {
				write(bytes[offset + i]);
			}
		}

		/** Four bytes that start so many before the end, little-endian. */
		private int signature(int before) {
			int value = 0;
			for (int i = 3; i >= 0; i--) {
				value = (value << 8) | (this.last[(int) ((this.length - before + i) % this.last.length)] & 0xff);
			}
			return value;
		}

	}

}
