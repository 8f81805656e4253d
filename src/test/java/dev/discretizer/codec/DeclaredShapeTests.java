package dev.discretizer.codec;

import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DeclaredShapeTests {

	@Test
	void bytesAreElementsTimesTheirSize() {
		assertThat(DeclaredShape.bytes(new long[] { 2, 3 }, DType.FLOAT64, "weight")).isEqualTo(48);
		assertThat(DeclaredShape.bytes(new long[0], DType.FLOAT32, "weight")).isEqualTo(4);
		assertThat(DeclaredShape.bytes(new long[] { 2, 0 }, DType.FLOAT32, "weight")).isZero();
	}

	@Test
	void bytesBeyondALongAreAMismatch() {
		for (long[] dims : new long[][] { { 1L << 62 }, { 1L << 40, 1L << 40 }, { 1L << 31, 1L << 30 } }) {
			assertThatExceptionOfType(MalformedInputException.class)
				.isThrownBy(() -> DeclaredShape.bytes(dims, DType.FLOAT32, "weight"))
				.withMessageStartingWith("tensor weight: shape [")
				.withMessageEndingWith("of float32 stands for more than 2^63 - 1 bytes")
				.satisfies((ex) -> assertThat(ex.cause()).isEqualTo(Cause.SHAPE_MISMATCH));
		}
	}

	@Test
	void allowsWhatIsWithinTheLimit() {
		CountingAllowance allowance = new CountingAllowance().with(RequestLimit.ELEMENTS, 6);
		assertThat(DeclaredShape.allow(new long[] { 2, 3 }, "weight", allowance)).isEqualTo(Shape.of(2, 3));
		assertThatExceptionOfType(LimitExceededException.class)
			.isThrownBy(() -> DeclaredShape.allow(new long[0], "bias", allowance))
			.withMessage("tensor bias: 7 elements found, at most 6 allowed (discretizer.limits.elements)");
	}

	@Test
	void whatNoArrayHoldsIsOverALimitWithoutLimits() {
		for (long dim : new long[] { Integer.MAX_VALUE - 7, 1L << 31, 1L << 60 }) {
			assertThatExceptionOfType(LimitExceededException.class)
				.isThrownBy(() -> DeclaredShape.allow(new long[] { dim }, "weight", Allowance.UNLIMITED))
				.satisfies((ex) -> assertThat(ex.found()).isEqualTo(dim));
		}
		assertThat(DeclaredShape.allow(new long[] { Integer.MAX_VALUE - 8 }, "weight", Allowance.UNLIMITED).elements())
			.isEqualTo(Integer.MAX_VALUE - 8);
	}

	@Test
	void anEmptyTensorsOtherDimensionsAreHeldToTheSame() {
		assertThatExceptionOfType(LimitExceededException.class)
			.isThrownBy(() -> DeclaredShape.allow(new long[] { 0, 1L << 31 }, "weight", Allowance.UNLIMITED))
			.satisfies((ex) -> assertThat(ex.limit()).isEqualTo(RequestLimit.ELEMENTS))
			.satisfies((ex) -> assertThat(ex.found()).isEqualTo(1L << 31));
	}

}
