package dev.discretizer.tensor;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class FloatTensorTests {

	@Test
	void reshapedTensorSharesItsElementsAndWhatIsKnownOfThem() {
		FloatTensorBuilder builder = new FloatTensorBuilder("x", DType.FLOAT64, Allowance.UNLIMITED);
		builder.append(-2);
		builder.append(3);
		builder.append(Float.POSITIVE_INFINITY);
		builder.append(Float.POSITIVE_INFINITY);
		builder.narrowed(1);
		FloatTensor tensor = builder.build(Shape.of(4));
		FloatTensor reshaped = tensor.reshaped(Shape.of(2, 1, 2));
		assertThat(reshaped.shape()).isEqualTo(Shape.of(2, 1, 2));
		assertThat(reshaped).usingRecursiveComparison().ignoringFields("shape").isEqualTo(tensor);
		assertThat(reshaped.array()).isSameAs(tensor.array());
		assertThat(reshaped.narrowed()).isEqualTo(1);
		assertThat(reshaped.nonFinite()).isEqualTo(2);
	}

	@Test
	void shapeOfOtherElementsIsRefused() {
		FloatTensor tensor = FloatTensor.of(Shape.of(4), 1, 2, 3, 4);
		assertThatIllegalArgumentException().isThrownBy(() -> tensor.reshaped(Shape.of(2, 3)))
			.withMessage("shape [2, 3] has 6 elements, 4 are expected");
	}

	/**
	 * Against Math.min and Math.max, on all kinds of floats: random bits are often NaNs.
	 */
	@Test
	void extremesAreThoseOfMinAndMax() {
		SplittableRandom random = new SplittableRandom(17);
		float[] special = { 0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE,
				Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, Float.intBitsToFloat(0xff800001), 1f,
				-1f };
		for (int round = 0; round < 3000; round++) {
			float[] values = new float[random.nextInt(1, 70)];
			int kinds = random.nextInt(1, special.length + 1);
			float min = Float.POSITIVE_INFINITY;
			float max = Float.NEGATIVE_INFINITY;
			for (int i = 0; i < values.length; i++) {
				values[i] = random.nextInt(3) > 0 ? special[random.nextInt(kinds)]
						: Float.intBitsToFloat(random.nextInt() & ((round % 2 == 0) ? 0xbfff_ffff : -1));
				min = Math.min(min, values[i]);
				max = Math.max(max, values[i]);
			}
			FloatTensor tensor = FloatTensor.of(Shape.of(values.length), values);
			assertThat(Float.floatToIntBits(tensor.min())).as("%s", values).isEqualTo(Float.floatToIntBits(min));
			assertThat(Float.floatToIntBits(tensor.max())).as("%s", values).isEqualTo(Float.floatToIntBits(max));
		}
	}

	@Test
	void emptyTensorHasNoExtremes() {
		FloatTensor tensor = FloatTensor.of(Shape.of(0));
		assertThat(tensor.min()).isEqualTo(Float.POSITIVE_INFINITY);
		assertThat(tensor.max()).isEqualTo(Float.NEGATIVE_INFINITY);
	}

}
