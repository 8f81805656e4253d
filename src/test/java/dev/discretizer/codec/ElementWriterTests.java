package dev.discretizer.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class ElementWriterTests {

	@Test
	void writesLittleEndianBytesInOrder() throws IOException {
		FixedTensor tensor = new FixedTensor(DType.INT16, Shape.of(3), 1, -2, 0x1234);
		assertThat(written(tensor)).containsExactly(1, 0, 0xfe, 0xff, 0x34, 0x12);
	}

	@ParameterizedTest
	@EnumSource(names = { "INT8", "INT16", "INT32", "FLOAT32" })
	void writesAcrossSlices(DType dtype) throws IOException {
		int elements = 140_001;
		double[] values = new double[elements];
		for (int i = 0; i < elements; i++) {
			values[i] = i % 101 - 50;
		}
		FixedTensor tensor = new FixedTensor(dtype, Shape.of(elements), values);
		byte[] expected = new byte[elements * dtype.bytes()];
		tensor.bytes(0, expected, 0, elements);
		assertThat(written(tensor)).isEqualTo(expected);
		assertThat(ElementWriter.length(tensor)).isEqualTo(expected.length);
	}

	@Test
	void writesNothingOfAnEmptyTensor() throws IOException {
		FixedTensor tensor = new FixedTensor(DType.INT32, Shape.of(2, 0));
		assertThat(written(tensor)).isEmpty();
		assertThat(ElementWriter.length(tensor)).isZero();
	}

	@Test
	void writesAsManyElementsAsAShapeCanHave() throws IOException {
		DiscreteTensor largest = new FixedTensor(DType.INT8, Shape.of(Integer.MAX_VALUE), 0) {
			@Override
			public void bytes(int from, byte[] dest, int offset, int count) {
				assertThat(from).isNotNegative();
			}
		};
		CountingStream out = new CountingStream();
		ElementWriter.write(largest, out);
		assertThat(out.written).isEqualTo(Integer.MAX_VALUE);
	}

	private static final class CountingStream extends OutputStream {

		private long written;

		@Override
		public void write(int b) {
			this.written++;
		}

		@Override
		public void write(byte[] bytes, int offset, int length) {
			this.written += length;
		}

	}

	@Test
	void lengthIsALong() {
		FixedTensor tensor = new FixedTensor(DType.INT32, Shape.of(1 << 30));
		assertThat(ElementWriter.length(tensor)).isEqualTo(1L << 32);
	}

	private static byte[] written(FixedTensor tensor) throws IOException {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		ElementWriter.write(tensor, out);
		return out.toByteArray();
	}

}
