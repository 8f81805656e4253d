package dev.discretizer.tensor;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ShapeTests {

	@Test
	void hasItsDimensionsAndTheirProduct() {
		Shape shape = Shape.of(16, 2, 5, 5);
		assertThat(shape.rank()).isEqualTo(4);
		assertThat(shape.dim(0)).isEqualTo(16);
		assertThat(shape.dim(3)).isEqualTo(5);
		assertThat(shape.elements()).isEqualTo(800);
		assertThat(shape).hasToString("[16, 2, 5, 5]");
	}

	@Test
	void rankZeroIsAScalarOfOneElement() {
		assertThat(Shape.of()).isEqualTo(Shape.SCALAR);
		assertThat(Shape.SCALAR.rank()).isZero();
		assertThat(Shape.SCALAR.elements()).isOne();
		assertThat(Shape.SCALAR).hasToString("[]");
	}

	@Test
	void aDimensionOfZeroMakesItEmpty() {
		assertThat(Shape.of(3, 0, 2).elements()).isZero();
		assertThat(Shape.of(0, Integer.MAX_VALUE).elements()).isZero();
	}

	@Test
	void equalsByDimensions() {
		assertThat(Shape.of(2, 3)).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
		assertThat(Shape.of(2, 3)).isNotEqualTo(Shape.of(3, 2)).isNotEqualTo(Shape.of(6)).isNotEqualTo("[2, 3]");
	}

	@Test
	void sharesNoArray() {
		long[] dims = { 2, 3 };
		Shape shape = Shape.of(dims);
		dims[0] = 9;
		shape.toArray()[1] = 9;
		assertThat(shape.toArray()).containsExactly(2, 3);
	}

	@Test
	void refusesWhatAnIntCannotCount() {
		assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> Shape.of(1L << 31));
		assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> Shape.of(1 << 16, 1 << 15));
		assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> Shape.of(0, 1L << 31));
		assertThat(Shape.of(Integer.MAX_VALUE).elements()).isEqualTo(Integer.MAX_VALUE);
	}

	@Test
	void countsElementsUpToTheRangeOfLong() {
		assertThat(Shape.elements(new long[] { 1L << 31, 1L << 31 })).isEqualTo(1L << 62);
		assertThat(Shape.elements(new long[] { Long.MAX_VALUE })).isEqualTo(Long.MAX_VALUE);
		assertThat(Shape.elements(new long[0])).isOne();
	}

	@Test
	void overflowIsNoticedOnBothSidesOfAZero() {
		assertThatExceptionOfType(ArithmeticException.class)
			.isThrownBy(() -> Shape.elements(new long[] { 1L << 32, 1L << 31 }));
		assertThatExceptionOfType(ArithmeticException.class)
			.isThrownBy(() -> Shape.elements(new long[] { 1L << 32, 1L << 31, 0 }));
		assertThatExceptionOfType(ArithmeticException.class)
			.isThrownBy(() -> Shape.elements(new long[] { 0, 1L << 32, 1L << 31 }));
	}

	@Test
	void refusesANegativeDimension() {
		assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(2, -1)).withMessageContaining("-1");
		assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(0, -1));
	}

}
