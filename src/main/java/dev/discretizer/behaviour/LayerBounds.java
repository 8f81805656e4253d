package dev.discretizer.behaviour;

import java.util.List;

import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.discretize.Layer;
import dev.discretizer.discretize.LayerDiscretization;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.discretize.Precision;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * Finds integer bounds by discretizing each layer anew, so that a request with the same
 * min_v_mem gives the same integers.
 */
final class LayerBounds implements Bounds {

	/** The value of a missing min_v_mem in sinabs, before scaling. */
	static final float REFERENCE_MIN_V_MEM = -32768;

	/**
	 * Distance above the smallest integer: the sum rounds to that integer without being
	 * clamped.
	 */
	private static final double ABOVE_SMALLEST = 0.25;

	/**
	 * A layer and how it was discretized.
	 *
	 * @param floats what was discretized
	 * @param integers what it became
	 */
	record Source(Layer floats, LayerOptions options, DiscretizedLayer integers) {
	}

	private final List<Source> layers;

	LayerBounds(List<Source> layers) {
		this.layers = List.copyOf(layers);
	}

	@Override
	public @Nullable Integer integer(int layer, float minVMem) {
		Source source = this.layers.get(layer);
		Layer floats = source.floats();
		LayerOptions options = source.options();
		DiscretizedLayer again = LayerDiscretization.discretize(
				new Layer(floats.weight(), floats.bias(), floats.spikeThreshold(), FloatTensor.scalar(minVMem),
						floats.vMem()),
				new LayerOptions(true, options.weightBits(), options.biasBits(), options.stateBits(), options.rescale(),
						options.unsetMinVMem(), false, options.scaleRule(), false));
		return (again.scale() == source.integers().scale()) ? (Integer) SimulatedNetworks.scalar(again.minVMem())
				: null;
	}

	@Override
	public @Nullable Float own(int layer) {
		Source source = this.layers.get(layer);
		FloatTensor given = source.floats().minVMem();
		if (given != null) {
			return given.array()[0];
		}
		return switch (source.options().unsetMinVMem()) {
			case REFERENCE -> REFERENCE_MIN_V_MEM;
			case NEGATIVE_THRESHOLD -> -source.floats().spikeThreshold().array()[0];
			case CHIP_MINIMUM -> smallest(layer, source);
		};
	}

	private @Nullable Float smallest(int layer, Source source) {
		int lo = Precision.of(source.options().stateBits(), "state_bits").lo();
		float minVMem = (float) ((lo + ABOVE_SMALLEST) / source.integers().scale());
		Integer found = integer(layer, minVMem);
		return (found != null && found == lo) ? (Float) minVMem : null;
	}

}
