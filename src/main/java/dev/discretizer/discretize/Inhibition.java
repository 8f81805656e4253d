package dev.discretizer.discretize;

/**
 * How far the weights of a layer go beside the range that its states move in. A state is
 * at least min_v_mem and, between events, below spike_threshold; the chip sees to the
 * first after every single event.
 *
 * <pre>
 * depth = fl32(spike_threshold - min_v_mem)
 * share = |smallest| / depth                    of a smallest weight below 0
 * </pre>
 *
 * All are float parameters, the weights rescaled, not the integers: they are what can be
 * clipped or trained anew, and the two tell the same, as rounding a weight below
 * {@code -depth} gives an integer that takes every integer state below the threshold to
 * min_v_mem too. They do not depend on the rule that chooses the scale. A min_v_mem that
 * is unset counts as the value it becomes before scaling; where it stands for the chip's
 * own minimum it is no bound, as in float_step, and the depth is infinite.
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
