package dev.discretizer.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FloatTensorBuilderTests {

	private final Reservations reservations = new Reservations();

	private final FloatTensorBuilder builder = new FloatTensorBuilder("weight", DType.FLOAT64, this.reservations);

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 255, 256, 257, 4095, 4096, 4097, 10000 })
	void keepsWhatIsAppendedAndItsExtremes(int size) {
		float[] values = noise(size);
		for (float value : values) {
			this.builder.append(value);
		}
		assertIs(this.builder.build(Shape.of(size)), values);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 255, 256, 257, 4095, 4096, 4097, 10000 })
	void keepsSlicesAndSingleElementsInOrder(int size) {
		float[] values = noise(size);
		Random random = new Random(size);
		while (this.builder.size() < size) {
			int from = this.builder.size();
			int count = random.nextInt(size - from + 1);
			this.builder.room(count);
			System.arraycopy(values, from, this.builder.array(), from, count);
			this.builder.written(count);
			if (this.builder.size() < size) {
				this.builder.append(values[this.builder.size()]);
			}
		}
		assertIs(this.builder.build(Shape.of(size)), values);
	}

	private static void assertIs(FloatTensor tensor, float... values) {
		float min = Float.POSITIVE_INFINITY;
		float max = Float.NEGATIVE_INFINITY;
		for (int i = 0; i < values.length; i++) {
			assertThat(tensor.array()[i]).isEqualTo(values[i]);
			min = (values[i] < min) ? values[i] : min;
			max = (values[i] > max) ? values[i] : max;
		}
		assertThat(tensor.elements()).isEqualTo(values.length);
		assertThat(tensor.min()).isEqualTo(min);
		assertThat(tensor.max()).isEqualTo(max);
		assertThat(tensor.nonFinite()).isZero();
		assertThat(tensor.firstNonFinite()).isEqualTo(-1);
	}

	private static float[] noise(int size) {
		Random random = new Random(size);
		float[] values = new float[size];
		for (int i = 0; i < size; i++) {
			values[i] = (float) random.nextGaussian();
		}
		return values;
	}

	@Test
	void anExactArrayIsAskedForOnceAndKept() {
		this.builder.exactly(1000);
		float[] array = this.builder.array();
		assertThat(array).hasSize(1000);
		assertThat(this.reservations.bytes).containsExactly(4000L);
		this.builder.room(1000);
		this.builder.written(1000);
		assertThat(this.builder.build(Shape.of(10, 100)).array()).isSameAs(array);
		assertThat(this.reservations.bytes).containsExactly(4000L);
	}

	@Test
	void growsByDoublingAndAsksForEachArrayWhole() {
		for (int i = 0; i < 1025; i++) {
			this.builder.append(i);
		}
		assertThat(this.builder.array()).hasSize(2048);
		assertThat(this.reservations.bytes).containsExactly(4 * 256L, 4 * 512L, 4 * 1024L, 4 * 2048L);
	}

	@Test
	void roomForMoreThanTwiceIsExact() {
		this.builder.append(1);
		this.builder.room(5000);
		assertThat(this.builder.array()).hasSize(5001);
		assertThat(this.builder.array()[0]).isEqualTo(1);
	}

	@Test
	void takesNoMemoryThatIsRefused() {
		this.reservations.refuse = true;
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.builder.exactly(1 << 30));
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.builder.room(1 << 30));
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.builder.append(1));
		assertThat(this.builder.array()).isEmpty();
	}

	@Test
	void countsWhatIsNotFiniteAndFindsTheFirst() {
		for (float value : new float[] { 1, 2, Float.NaN, 3, Float.NEGATIVE_INFINITY, 4 }) {
			this.builder.append(value);
		}
		FloatTensor tensor = this.builder.build(Shape.of(2, 3));
		assertThat(tensor.nonFinite()).isEqualTo(2);
		assertThat(tensor.firstNonFinite()).isEqualTo(2);
		assertThat(tensor.min()).isNaN();
		assertThat(tensor.max()).isNaN();
	}

	@Test
	void infinityAloneIsAnExtreme() {
		this.builder.append(1);
		this.builder.append(Float.POSITIVE_INFINITY);
		FloatTensor tensor = this.builder.build(Shape.of(2));
		assertThat(tensor.max()).isInfinite();
		assertThat(tensor.min()).isEqualTo(1);
		assertThat(tensor.nonFinite()).isOne();
		assertThat(tensor.firstNonFinite()).isOne();
	}

	@Test
	void elementsBeyondTheTensorDoNotCount() {
		this.builder.append(1);
		this.builder.array()[1] = Float.NaN;
		this.builder.array()[2] = 100;
		FloatTensor tensor = this.builder.build(Shape.SCALAR);
		assertThat(tensor.max()).isEqualTo(1);
		assertThat(tensor.nonFinite()).isZero();
	}

	@Test
	void anEmptyTensorHasNoExtremes() {
		FloatTensor tensor = this.builder.build(Shape.of(3, 0));
		assertThat(tensor.min()).isEqualTo(Float.POSITIVE_INFINITY);
		assertThat(tensor.max()).isEqualTo(Float.NEGATIVE_INFINITY);
		assertThat(tensor.nonFinite()).isZero();
	}

	@Test
	void carriesNameTypeAndLosses() {
		this.builder.append(1);
		this.builder.narrowed(2);
		this.builder.narrowed(3);
		assertThat(this.builder.name()).isEqualTo("weight");
		assertThat(this.builder.source()).isEqualTo(DType.FLOAT64);
		FloatTensor tensor = this.builder.build(Shape.SCALAR);
		assertThat(tensor.narrowed()).isEqualTo(5);
		assertThat(tensor.source()).isEqualTo(DType.FLOAT64);
	}

	private static final class Reservations implements Allowance {

		private final List<Long> bytes = new ArrayList<>();

		private boolean refuse;

		@Override
		public void check(RequestLimit limit, long amount, String what) {
			throw new AssertionError(limit);
		}

		@Override
		public void elements(long count, String what) {
			throw new AssertionError(count);
		}

		@Override
		public void reserve(long amount) {
			if (this.refuse) {
				throw new IllegalStateException("refused");
			}
			this.bytes.add(amount);
		}

	}

}
