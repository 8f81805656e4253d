package dev.discretizer.tensor;

import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class DTypeTests {

	@ParameterizedTest
	@EnumSource
	void isFoundByItsLabel(DType dtype) {
		assertThat(DType.ofLabel(dtype.label())).isSameAs(dtype);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "FLOAT32", "f4", "float", "<f4", "float32 ", "complex64", "object" })
	void otherLabelsAreNone(String label) {
		assertThat(DType.ofLabel(label)).isNull();
	}

	// numpy: np.dtype(label).itemsize, np.issubdtype(label, np.integer) or bool
	@ParameterizedTest
	@CsvSource({ "bool,1,true", "int8,1,true", "uint8,1,true", "int16,2,true", "uint16,2,true", "int32,4,true",
			"uint32,4,true", "int64,8,true", "uint64,8,true", "float16,2,false", "bfloat16,2,false", "float32,4,false",
			"float64,8,false" })
	void hasNumpysSizeAndKind(String label, int bytes, boolean integer) {
		DType dtype = Objects.requireNonNull(DType.ofLabel(label));
		assertThat(dtype.bytes()).isEqualTo(bytes);
		assertThat(dtype.isInteger()).isEqualTo(integer);
	}

	@Test
	void thereAreThirteen() {
		assertThat(DType.values()).hasSize(13);
	}

}
