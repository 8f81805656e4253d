package dev.discretizer.behaviour.simulator;

import java.util.List;

import dev.discretizer.tensor.Allowance;
import org.jspecify.annotations.Nullable;

/**
 * A layer for the simulators, with its parameters as trained and as discretized.
 * Immutable and thread-safe.
 *
 * <p>
 * Weights are held in the order of {@link Synapses}, once as ints and once as floats: 8
 * bytes a weight, which are reserved.
 */
public final class SimulatedLayer {

	private final String name;

	private final Convolution convolution;

	private final List<EventSource> sources;

	private final boolean output;

	private final FloatParameters floats;

	private final IntegerParameters integers;

	private final Synapses synapses;

	private final float[] floatWeight;

	private final int[] integerWeight;

	private final int smallestWeight;

	private final int largestWeight;

	/**
	 * The layer as trained.
	 *
	 * @param threshold spike_threshold, above zero
	 * @param minVMem min_v_mem, below the threshold; negative infinity for no bound
	 */
	public record FloatParameters(double threshold, double minVMem) {
	}

	/**
	 * The layer as discretized.
	 *
	 * @param scale factor of the floats
	 * @param threshold spike_threshold, at least 0
	 * @param minVMem min_v_mem
	 */
	public record IntegerParameters(float scale, int threshold, int minVMem) {
	}

	/**
	 * The weights and biases of a layer, {@code [O, C, KH, KW]} and {@code [O]} in C
	 * order. The layer copies them in another order and does not keep the arrays.
	 */
	public static final class Weights {

		private final float[] floatWeight;

		private final float @Nullable [] floatBias;

		private final int[] integerWeight;

		private final int @Nullable [] integerBias;

		/**
		 * Takes the arrays, without copying them.
		 * @param floatWeight as trained, times rescale in binary32; may be longer
		 */
		public Weights(float[] floatWeight, float @Nullable [] floatBias, int[] integerWeight,
				int @Nullable [] integerBias) {
			this.floatWeight = floatWeight;
			this.floatBias = floatBias;
			this.integerWeight = integerWeight;
			this.integerBias = integerBias;
		}

	}

	private final float @Nullable [] floatBias;

	private final int @Nullable [] integerBias;

	/**
	 * Makes a layer.
	 * @param name of the weight's node
	 * @param sources sources of its events, in the natural order of their names
	 * @param output whether it feeds an Output of the network
	 * @param allowance asked before memory is taken
	 */
	public SimulatedLayer(String name, Convolution convolution, List<EventSource> sources, boolean output,
			FloatParameters floats, IntegerParameters integers, Weights weights, Allowance allowance) {
		int count = convolution.weights();
		if (weights.integerWeight.length != count || weights.floatWeight.length < count) {
			throw new IllegalArgumentException("layer %s: %d integer and %d float weights, %d are expected"
				.formatted(name, weights.integerWeight.length, weights.floatWeight.length, count));
		}
		this.name = name;
		this.convolution = convolution;
		this.sources = List.copyOf(sources);
		this.output = output;
		this.floats = floats;
		this.integers = integers;
		this.synapses = new Synapses(convolution, allowance);
		allowance.reserve(count * (long) (Float.BYTES + Integer.BYTES));
		this.floatWeight = this.synapses.ordered(weights.floatWeight);
		this.integerWeight = this.synapses.ordered(weights.integerWeight);
		this.floatBias = weights.floatBias;
		this.integerBias = weights.integerBias;
		int smallest = 0;
		int largest = 0;
		for (int weight : this.integerWeight) {
			smallest = Math.min(smallest, weight);
			largest = Math.max(largest, weight);
		}
		this.smallestWeight = smallest;
		this.largestWeight = largest;
	}

	/** The name of the weight's node. */
	public String name() {
		return this.name;
	}

	public Convolution convolution() {
		return this.convolution;
	}

	/** The sources of its events, in the natural order of their names. */
	public List<EventSource> sources() {
		return this.sources;
	}

	/** Whether it feeds an Output of the network. */
	public boolean isOutput() {
		return this.output;
	}

	public FloatParameters floats() {
		return this.floats;
	}

	public IntegerParameters integers() {
		return this.integers;
	}

	/** Whether an integer bias is not zero. */
	public boolean hasIntegerBias() {
		if (this.integerBias != null) {
			for (int bias : this.integerBias) {
				if (bias != 0) {
					return true;
				}
			}
		}
		return false;
	}

	/** The smallest integer weight, or 0 where none is negative. */
	public int smallestWeight() {
		return this.smallestWeight;
	}

	/** The largest integer weight, or 0 where none is positive. */
	public int largestWeight() {
		return this.largestWeight;
	}

	Synapses synapses() {
		return this.synapses;
	}

	/** In the order of {@link Synapses}; shared. */
	float[] floatWeight() {
		return this.floatWeight;
	}

	/** In the order of {@link Synapses}; shared. */
	int[] integerWeight() {
		return this.integerWeight;
	}

	/** One for each output channel, or null; shared. */
	float @Nullable [] floatBias() {
		return this.floatBias;
	}

	/** One for each output channel, or null; shared. */
	int @Nullable [] integerBias() {
		return this.integerBias;
	}

}
