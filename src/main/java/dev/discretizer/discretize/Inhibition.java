package dev.discretizer.discretize;

/**
 * How strongly the weights of a layer inhibit, relative to the range of its states. A
 * state is at least min_v_mem, which the chip applies after every single event, and below
 * spike_threshold between events.
 *
 * <pre>
 * depth = fl32(spike_threshold - min_v_mem)     the range
 * share = |smallest| / depth                    of a smallest weight below 0
 * </pre>
 *
 * Computed from the float parameters, with the weights rescaled, as these are what a user
 * can clip or train again. The integers lead to the same answer: a weight below
 * {@code -depth} rounds to an integer that takes every integer state below the threshold
 * to min_v_mem. The rule that chooses the scale has no influence. An unset min_v_mem
 * counts as the value it gets before scaling; where it stands for the chip's own minimum,
 * there is no bound, as in float_step, and the depth is infinite.
 *
 * @param smallest the smallest weight
 * @param largest the largest weight
 * @param threshold spike_threshold
 * @param depth above zero; infinite without a bound, or where it overflows binary32
 */
public record Inhibition(float smallest, float largest, float threshold, float depth) {

	/**
	 * The largest share of the depth that one inhibiting event takes; 0 if none does.
	 */
	public double share() {
		return (this.smallest < 0) ? -(double) this.smallest / this.depth : 0;
	}

	/**
	 * Whether a weight is below {@code -depth} and none above the threshold: then every
	 * state is below the threshold before an event, and that weight takes it to min_v_mem
	 * as {@code -depth} would. With a weight above the threshold, states may lie above it
	 * too, as a neuron fires once for an event.
	 */
	boolean hasOutlier() {
		return this.smallest < -this.depth && this.largest <= this.threshold;
	}

}
