package dev.discretizer.codec.npy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.stream.Stream;

import dev.discretizer.codec.FixedTensor;
import dev.discretizer.codec.Encoded;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class NpyWriterTests {

	@ParameterizedTest
	@MethodSource("writes")
	void writesTheBytesOfNumpySave(String dtype, String shape, String values, byte[] expected) throws IOException {
		int[] ints = values.isEmpty() ? new int[0]
				: Arrays.stream(values.split(" ")).mapToInt(Integer::parseInt).toArray();
		Encoded file = dtype.equals("uint8") ? NpyWriter.encode(bytes(ints)) : NpyWriter.encode(
				new FixedTensor(dtype(dtype), Fixtures.shape(shape), Arrays.stream(ints).asDoubleStream().toArray()));
		assertThat(written(file)).isEqualTo(expected);
		assertThat(written(file)).as("again").isEqualTo(expected);
		assertThat(file.length()).isEqualTo(expected.length);
	}

	static Stream<Object[]> writes() {
		return Fixtures.rows("writes.csv")
			.map((columns) -> new Object[] { columns[0], columns[1], columns[2],
					Base64.getDecoder().decode(columns[3]) });
	}

	@ParameterizedTest
	@MethodSource("headers")
	void padsAsNumpyDoes(String shape, byte[] expected) throws IOException {
		Encoded file = NpyWriter.encode(new FixedTensor(DType.INT32, Fixtures.shape(shape)));
		byte[] start = new byte[expected.length];
		try {
			file.writeTo(new ByteArrayOutputStream() {
				@Override
				public void write(byte[] bytes) {
					System.arraycopy(bytes, 0, start, 0, bytes.length);
					throw new HeaderIsEnough();
				}
			});
		}
		catch (HeaderIsEnough ex) {
			assertThat(file.length()).isEqualTo(expected.length + 4L * Fixtures.shape(shape).elements());
		}
		assertThat(start).asBase64Encoded().isEqualTo(Base64.getEncoder().encodeToString(expected));
	}

	/** Spares writing the elements of large shapes. */
	private static final class HeaderIsEnough extends RuntimeException {

	}

	static Stream<Object[]> headers() {
		return Fixtures.rows("headers.csv")
			.map((columns) -> new Object[] { columns[0], Base64.getDecoder().decode(columns[1]) });
	}

	@Test
	void refusesAShapeThatTheHeaderCannotHold() {
		long[] dims = new long[30_000];
		Arrays.fill(dims, 1);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> NpyWriter.encode(new FixedTensor(DType.INT8, Shape.of(dims), 1)))
			.withMessageContaining("65535");
	}

	@Test
	void refusesATypeThatNoDiscreteTensorHas() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> NpyWriter.encode(new FixedTensor(DType.FLOAT64, Shape.SCALAR, 1)))
			.withMessageContaining("float64");
	}

	private static byte[] written(Encoded file) throws IOException {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		file.writeTo(out);
		return out.toByteArray();
	}

	private static DType dtype(String label) {
		return Objects.requireNonNull(DType.ofLabel(label));
	}

	private static byte[] bytes(int... values) {
		byte[] bytes = new byte[values.length];
		for (int i = 0; i < values.length; i++) {
			bytes[i] = (byte) values[i];
		}
		return bytes;
	}

}
