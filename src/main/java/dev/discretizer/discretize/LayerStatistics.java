package dev.discretizer.discretize;

import org.jspecify.annotations.Nullable;

/**
 * The statistics from which the report and the findings of a layer are made.
 *
 * @param weight of the rescaled weight, by output channel
 * @param largestWeight the largest integer weight
 * @param rescale the factor of the weight
 * @param minVMemScaled whether min_v_mem was multiplied by the scale
 * @param minVMemSetsScale whether the thresholds' candidate is that of min_v_mem
 * @param inhibition how strongly the weights inhibit
 */
record LayerStatistics(TensorStatistics weight, @Nullable TensorStatistics bias, @Nullable TensorStatistics vMem,
		Threshold threshold, Threshold minVMem, double largestWeight, float rescale, boolean minVMemScaled,
		boolean minVMemSetsScale, Inhibition inhibition) {

	/**
	 * A threshold before and after discretization.
	 *
	 * @param x before
	 * @param q after
	 * @param scale the factor it was multiplied by
	 */
	record Threshold(float x, double q, float scale) {

		/** {@code |q / scale - x| / |x|}, or null where x is zero. */
		@Nullable Double relativeError() {
			return (this.x == 0) ? null : (Double) (Math.abs(this.q / this.scale - this.x) / Math.abs(this.x));
		}

	}

	LayerReport report() {
		return new LayerReport(this.weight.report(), report(this.bias), report(this.vMem),
				this.threshold.relativeError(), this.minVMemScaled ? this.minVMem.relativeError() : null,
				this.weight.deadChannels());
	}

	private static @Nullable TensorReport report(@Nullable TensorStatistics statistics) {
		return (statistics == null) ? null : statistics.report();
	}

}
