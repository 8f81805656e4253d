package dev.discretizer.tensor;

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

}
