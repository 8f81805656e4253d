package dev.discretizer.behaviour;

import java.util.List;
import java.util.Objects;

import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.discretize.Layer;
import dev.discretizer.discretize.LayerDiscretization;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.discretize.ScaleRule;
import dev.discretizer.discretize.UnsetMinVMem;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integers of min_v_mem, computed by hand: weights of -1 and 1 at 8 bits have the scale
 * 128 for the smallest, 127 for the largest, so 127 limits a layer of both.
 */
class LayerBoundsTests {

	private static LayerBounds bounds(float threshold, @Nullable Float minVMem, UnsetMinVMem unset, long stateBits) {
		Layer layer = new Layer(FloatTensor.of(Shape.of(1, 2, 1, 1), -0.5f, 1), null, FloatTensor.scalar(threshold),
				(minVMem == null) ? null : FloatTensor.scalar(minVMem), null);
		LayerOptions options = new LayerOptions(true, 8, 8, stateBits, 1, unset, false, ScaleRule.REFERENCE, false);
		DiscretizedLayer integers = LayerDiscretization.discretize(layer, options);
		return new LayerBounds(List.of(new LayerBounds.Source(layer, options, integers)));
	}

	@Test
	void boundIsRoundedAtTheLayersScale() {
		LayerBounds bounds = bounds(1, null, UnsetMinVMem.NEGATIVE_THRESHOLD, 16);
		assertThat(bounds.own(0)).isEqualTo(-1);
		assertThat(bounds.integer(0, -1)).isEqualTo(-127);
		// -190.5 is rounded to even.
		assertThat(bounds.integer(0, -1.5f)).isEqualTo(-190);
		assertThat(bounds.integer(0, -258)).isEqualTo(-32766);
	}

	@Test
	void boundThatWouldLimitTheScaleIsNone() {
		assertThat(bounds(1, null, UnsetMinVMem.NEGATIVE_THRESHOLD, 16).integer(0, -259)).isNull();
		assertThat(bounds(1, null, UnsetMinVMem.NEGATIVE_THRESHOLD, 9).integer(0, -3)).isNull();
	}

	/** Where min_v_mem itself limits, any other one would raise the scale. */
	@Test
	void boundThatWouldRaiseTheScaleIsNone() {
		LayerBounds bounds = bounds(1, null, UnsetMinVMem.REFERENCE, 16);
		assertThat(bounds.own(0)).isEqualTo(-32768);
		assertThat(bounds.integer(0, -32768)).isEqualTo(-32768);
		assertThat(bounds.integer(0, -1)).isNull();
	}

	@Test
	void ownBoundOfTheChipIsFoundWithoutLimiting() {
		LayerBounds bounds = bounds(1, null, UnsetMinVMem.CHIP_MINIMUM, 16);
		float own = Objects.requireNonNull(bounds.own(0));
		assertThat(bounds.integer(0, own)).isEqualTo(-32768);
		assertThat(bounds.integer(0, -2)).isEqualTo(-254);
	}

	@Test
	void givenBoundIsItsOwn() {
		assertThat(bounds(1, -0.25f, UnsetMinVMem.REFERENCE, 16).own(0)).isEqualTo(-0.25f);
	}

}
