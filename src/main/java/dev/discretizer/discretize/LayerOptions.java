package dev.discretizer.discretize;

/**
 * How a layer is discretized.
 *
 * @param toInt integers if true, whole floats that are never clamped if false
 * @param weightBits bits of a weight, {@value Precision#MIN_BITS} to
 * {@value Precision#MAX_BITS}
 * @param biasBits bits of a bias
 * @param stateBits bits of spike_threshold, min_v_mem and v_mem
 * @param rescale factor of the weight alone, multiplied in binary32 before anything else,
 * as for an average pool before the layer; above zero
 * @param unsetMinVMem what a missing min_v_mem means
 * @param report whether the report is wanted; findings are made in any case
 * @param scaleRule how the scale is chosen
 * @param histogram whether reports have a histogram of the integers
 */
public record LayerOptions(boolean toInt, long weightBits, long biasBits, long stateBits, double rescale,
		UnsetMinVMem unsetMinVMem, boolean report, ScaleRule scaleRule, boolean histogram) {

	/** The options that give sinabs' results. */
	public static final LayerOptions DEFAULTS = new LayerOptions(true, Precision.WEIGHT_BITS, Precision.WEIGHT_BITS,
			Precision.STATE_BITS, 1, UnsetMinVMem.REFERENCE, true, ScaleRule.REFERENCE, false);

	/** The same with another factor of the weight. */
	public LayerOptions withRescale(double factor) {
		return new LayerOptions(this.toInt, this.weightBits, this.biasBits, this.stateBits, factor, this.unsetMinVMem,
				this.report, this.scaleRule, this.histogram);
	}

	/** The same with integers, or with floats. */
	public LayerOptions withToInt(boolean integers) {
		return new LayerOptions(integers, this.weightBits, this.biasBits, this.stateBits, this.rescale,
				this.unsetMinVMem, this.report, this.scaleRule, this.histogram);
	}

	/** The same with another meaning of a missing min_v_mem. */
	public LayerOptions withUnsetMinVMem(UnsetMinVMem unset) {
		return new LayerOptions(this.toInt, this.weightBits, this.biasBits, this.stateBits, this.rescale, unset,
				this.report, this.scaleRule, this.histogram);
	}

	/** The same with other precisions of weight and bias. */
	public LayerOptions withBits(long weight, long bias) {
		return new LayerOptions(this.toInt, weight, bias, this.stateBits, this.rescale, this.unsetMinVMem, this.report,
				this.scaleRule, this.histogram);
	}

	/** The same with or without the report. */
	public LayerOptions withReport(boolean wanted) {
		return new LayerOptions(this.toInt, this.weightBits, this.biasBits, this.stateBits, this.rescale,
				this.unsetMinVMem, wanted, this.scaleRule, this.histogram);
	}

	/** The same with another way to choose the scale. */
	public LayerOptions withScaleRule(ScaleRule rule) {
		return new LayerOptions(this.toInt, this.weightBits, this.biasBits, this.stateBits, this.rescale,
				this.unsetMinVMem, this.report, rule, this.histogram);
	}

}
