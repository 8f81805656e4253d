package dev.discretizer.codec;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.FloatTensorBuilder;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The oracles are numpy's and ml_dtypes' (make_safetensors_fixtures.py). */
class ElementReaderTests {

	@ParameterizedTest
	@MethodSource("fixtures")
	void convertsAsNumpyDoesAndCountsWhatIsLost(String label, int elements, int narrowed) throws IOException {
		DType dtype = DType.valueOf(label.toUpperCase(Locale.ROOT));
		float[] expected = floats(resource(label + ".f32").readAllBytes());
		for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
			byte[] bytes = resource(label + ((order == ByteOrder.LITTLE_ENDIAN) ? ".le" : ".be")).readAllBytes();
			FloatTensor tensor = read(dtype, order, bytes);
			assertThat(tensor.elements()).isEqualTo(elements);
			assertSame(tensor, expected);
			assertThat(tensor.narrowed()).isEqualTo(narrowed);
			assertThat(tensor.source()).isEqualTo(dtype);
		}
	}

	static List<Object[]> fixtures() throws IOException {
		return new String(resource("narrowed.tsv").readAllBytes(), StandardCharsets.UTF_8).lines()
			.map((line) -> line.split("\t"))
			.map((cells) -> new Object[] { cells[0], Integer.valueOf(cells[1]), Integer.valueOf(cells[2]) })
			.toList();
	}

	@ParameterizedTest
	@EnumSource(names = { "FLOAT16", "BFLOAT16" })
	void convertsEveryPatternOfSixteenBits(DType dtype) throws IOException {
		float[] expected;
		try (InputStream in = new GZIPInputStream(resource(dtype.label() + ".f32.gz"))) {
			expected = floats(in.readAllBytes());
		}
		for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
			ByteBuffer patterns = ByteBuffer.allocate(2 * 65536).order(order);
			for (int i = 0; i < 65536; i++) {
				patterns.putShort((short) i);
			}
			FloatTensor tensor = read(dtype, order, patterns.array());
			assertSame(tensor, expected);
			assertThat(tensor.narrowed()).isZero();
		}
	}

	@Test
	void everyByteButZeroIsTrue() throws IOException {
		byte[] bytes = new byte[256];
		for (int i = 0; i < 256; i++) {
			bytes[i] = (byte) i;
		}
		FloatTensor tensor = read(DType.BOOL, ByteOrder.LITTLE_ENDIAN, bytes);
		assertThat(tensor.array()[0]).isZero();
		assertThat(tensor.min()).isZero();
		for (int i = 1; i < 256; i++) {
			assertThat(tensor.array()[i]).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource
	void readsAcrossSlicesInTheStreamsOrder(DType dtype) throws IOException {
		// More than two slices of 64 KiB of every type, and not a multiple.
		int elements = 140_001;
		byte[] bytes = new byte[elements * dtype.bytes()];
		for (int i = 0; i < elements; i++) {
			// Odd positions hold one in every type: least bit of integers, 1.0 of floats.
			put(bytes, i, dtype, i % 3 == 1);
		}
		FloatTensor tensor = read(dtype, ByteOrder.LITTLE_ENDIAN, bytes);
		assertThat(tensor.elements()).isEqualTo(elements);
		for (int i = 0; i < elements; i++) {
			if (tensor.array()[i] != ((i % 3 == 1) ? 1 : 0)) {
				throw new AssertionError("element " + i + " is " + tensor.array()[i]);
			}
		}
	}

	private static void put(byte[] bytes, int i, DType dtype, boolean one) {
		ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
		int at = i * dtype.bytes();
		if (!one) {
			return;
		}
		switch (dtype) {
			case FLOAT16 -> out.putShort(at, (short) 0x3c00);
			case BFLOAT16 -> out.putShort(at, (short) 0x3f80);
			case FLOAT32 -> out.putFloat(at, 1);
			case FLOAT64 -> out.putDouble(at, 1);
			default -> out.put(at, (byte) 1);
		}
	}

	@Test
	void readsFromWhereTheStreamIsAndNoFurther() throws IOException {
		SlowStream in = new SlowStream(new byte[] { 9, 1, 0, 2, 0, 3, 0 });
		assertThat(in.read()).isEqualTo(9);
		FloatTensorBuilder builder = new FloatTensorBuilder("weight", DType.INT16, Allowance.UNLIMITED);
		ElementReader reader = new ElementReader(DType.INT16, ByteOrder.LITTLE_ENDIAN, 2);
		reader.read(in, 1, builder);
		assertThat(in.position()).isEqualTo(3);
		reader.read(in, 1, builder);
		assertThat(in.position()).isEqualTo(5);
		assertThat(builder.build(Shape.of(2)).array()).startsWith(1, 2);
	}

	@Test
	void readsNothingForNoElements() throws IOException {
		SlowStream in = new SlowStream(new byte[] { 1, 2, 3 });
		FloatTensorBuilder builder = new FloatTensorBuilder("weight", DType.FLOAT64, Allowance.UNLIMITED);
		new ElementReader(DType.FLOAT64, ByteOrder.LITTLE_ENDIAN, 0).read(in, 0, builder);
		assertThat(in.position()).isZero();
		assertThat(builder.size()).isZero();
	}

	@Test
	void aStreamThatEndsEarlyIsTruncated() {
		assertThatExceptionOfType(MalformedInputException.class).isThrownBy(() -> {
			FloatTensorBuilder builder = new FloatTensorBuilder("weight", DType.FLOAT32, Allowance.UNLIMITED);
			new ElementReader(DType.FLOAT32, ByteOrder.LITTLE_ENDIAN, 20000).read(new SlowStream(new byte[79_998]),
					20000, builder);
		})
			.withMessage("tensor weight: 80000 bytes of elements expected (20000 of float32), 79998 found")
			.satisfies((ex) -> assertThat(ex.cause()).isEqualTo(Cause.TRUNCATED))
			.satisfies((ex) -> assertThat(ex.pointer()).isEqualTo("/weight"));
	}

	@Test
	void takesMemoryOnlyAsBytesArrive() {
		CountingAllowance allowance = new CountingAllowance();
		FloatTensorBuilder builder = new FloatTensorBuilder("weight", DType.INT8, allowance);
		ElementReader reader = new ElementReader(DType.INT8, ByteOrder.LITTLE_ENDIAN, Integer.MAX_VALUE);
		assertThatExceptionOfType(MalformedInputException.class)
			.isThrownBy(() -> reader.read(new ByteArrayInputStream(new byte[100_000]), Integer.MAX_VALUE - 8, builder));
		assertThat(allowance.reserved()).isPositive().isLessThanOrEqualTo(4 * 4 * 100_000);
	}

	private static FloatTensor read(DType dtype, ByteOrder order, byte... bytes) throws IOException {
		int elements = bytes.length / dtype.bytes();
		FloatTensorBuilder builder = new FloatTensorBuilder("weight", dtype, Allowance.UNLIMITED);
		new ElementReader(dtype, order, elements).read(new ByteArrayInputStream(bytes), elements, builder);
		return builder.build(Shape.of(elements));
	}

	private static void assertSame(FloatTensor tensor, float... expected) {
		assertThat(tensor.elements()).isEqualTo(expected.length);
		for (int i = 0; i < expected.length; i++) {
			// Bits, for the sign of zero; floatToIntBits makes all NaN one.
			if (Float.floatToIntBits(tensor.array()[i]) != Float.floatToIntBits(expected[i])) {
				throw new AssertionError(
						"element %d: %s found, %s expected".formatted(i, tensor.array()[i], expected[i]));
			}
		}
	}

	private static float[] floats(byte... bytes) {
		float[] floats = new float[bytes.length / 4];
		ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
		return floats;
	}

	private static InputStream resource(String name) {
		InputStream in = ElementReaderTests.class.getResourceAsStream("elements/" + name);
		assertThat(in).as(name).isNotNull();
		return in;
	}

}
