package dev.discretizer.behaviour;

import java.util.List;
import java.util.Objects;

import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.discretize.Layer;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.discretize.UnsetMinVMem;
import dev.discretizer.graph.Geometry;
import dev.discretizer.graph.PlannedLayer;
import dev.discretizer.graph.Size2d;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * Takes from a discretized layer what the simulators need.
 */
final class SimulatedNetworks {

	private SimulatedNetworks() {
	}

	/**
	 * Makes one layer.
	 * @param planned where its weight lies
	 * @param floats what was discretized
	 * @param options how it was discretized
	 * @param discretized its integers
	 */
	static SimulatedLayer layer(PlannedLayer planned, Layer floats, LayerOptions options, DiscretizedLayer discretized,
			List<EventSource> sources, boolean output, Allowance allowance) {
		Geometry geometry = Objects.requireNonNull(planned.geometry());
		FloatTensor weight = floats.weight();
		Convolution convolution = new Convolution(geometry.input(), geometry.output(),
				new Size2d(weight.shape().dim(2), weight.shape().dim(3)), geometry.stride(), geometry.padding());
		allowance.reserve(weight.elements() * (long) (Float.BYTES + Integer.BYTES));
		SimulatedLayer.Weights weights = new SimulatedLayer.Weights(rescaled(weight, (float) options.rescale()),
				values(floats.bias()), integers(discretized.weight()),
				(discretized.bias() == null) ? null : integers(discretized.bias()));
		double threshold = floats.spikeThreshold().array()[0];
		return new SimulatedLayer(planned.name(), convolution, sources, output,
				new SimulatedLayer.FloatParameters(threshold, minVMem(floats.minVMem(), options, threshold)),
				new SimulatedLayer.IntegerParameters(discretized.scale(), scalar(discretized.spikeThreshold()),
						scalar(discretized.minVMem())),
				weights, allowance);
	}

	private static double minVMem(@Nullable FloatTensor given, LayerOptions options, double threshold) {
		if (given != null) {
			return given.array()[0];
		}
		UnsetMinVMem unset = options.unsetMinVMem();
		return switch (unset) {
			case REFERENCE -> LayerBounds.REFERENCE_MIN_V_MEM;
			case NEGATIVE_THRESHOLD -> -threshold;
			case CHIP_MINIMUM -> Double.NEGATIVE_INFINITY;
		};
	}

	private static float[] rescaled(FloatTensor weight, float rescale) {
		float[] rescaled = new float[weight.elements()];
		float[] values = weight.array();
		for (int i = 0; i < rescaled.length; i++) {
			rescaled[i] = values[i] * rescale;
		}
		return rescaled;
	}

	private static float @Nullable [] values(@Nullable FloatTensor tensor) {
		return (tensor == null) ? null : tensor.array();
	}

	private static int[] integers(DiscreteTensor tensor) {
		int[] values = new int[tensor.shape().elements()];
		tensor.ints(0, values, 0, values.length);
		return values;
	}

	/** The integer of rank 0. */
	static int scalar(DiscreteTensor tensor) {
		int[] value = new int[1];
		tensor.ints(0, value, 0, 1);
		return value[0];
	}

}
