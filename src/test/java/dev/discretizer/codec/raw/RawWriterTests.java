package dev.discretizer.codec.raw;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

import dev.discretizer.codec.Encoded;
import dev.discretizer.codec.FixedTensor;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RawWriterTests {

	@Test
	void writesElementsAndNothingElse() throws IOException {
		Encoded encoded = RawWriter.encode(new FixedTensor(DType.INT32, Shape.of(2, 1), 1, -2));
		assertThat(encoded.length()).isEqualTo(8);
		for (int time = 0; time < 2; time++) {
			ByteArrayOutputStream out = new ByteArrayOutputStream();
			encoded.writeTo(out);
			assertThat(out.toByteArray()).containsExactly(1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff);
		}
	}

}
