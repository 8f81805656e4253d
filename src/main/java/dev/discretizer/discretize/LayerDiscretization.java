package dev.discretizer.discretize;

import java.util.ArrayList;
import java.util.List;

import dev.discretizer.discretize.ImpossibleInputException.Cause;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * sinabs' {@code discretize_conv}, {@code discretize_spk} and
 * {@code discretize_conv_spike}: one scale for all of a layer's parameters, the largest
 * at which none of them leaves its range.
 *
 * <pre>
 * scale = min(scale(weight * rescale, weight_bits), scale(bias, bias_bits),
 *             scale({min_v_mem, spike_threshold}, state_bits), scale(v_mem, state_bits))
 * q     = rint(x * scale)
 * </pre>
 *
 * By {@link ScaleRule#JOINT} the scale and the integer threshold are those of
 * {@link JointScale}, every integer is clamped to its precision, also where it stays a
 * float, and min_v_mem and v_mem are clamped though they have no part in the choice.
 *
 * <p>
 * Unlike sinabs, a given v_mem always limits, and values that are not finite are refused.
 *
 * <p>
 * Source: sinabs 3.1.3, {@code sinabs/backend/dynapcnn/discretize.py} and
 * {@code dynapcnn_layer.py} (rescale).
 */
public final class LayerDiscretization {

	/** What a missing min_v_mem counts as in sinabs, before scaling. */
	static final float REFERENCE_MIN_V_MEM = -32768;

	private final Layer layer;

	private final LayerOptions options;

	private final Precision weightPrecision;

	private final Precision biasPrecision;

	private final Precision statePrecision;

	private final float rescale;

	private final float threshold;

	private final @Nullable Float givenMinVMem;

	private LayerDiscretization(Layer layer, LayerOptions options) {
		this.layer = layer;
		this.options = options;
		this.weightPrecision = Precision.of(options.weightBits(), "weight_bits");
		this.biasPrecision = Precision.of(options.biasBits(), "bias_bits");
		this.statePrecision = Precision.of(options.stateBits(), "state_bits");
		this.rescale = Inputs.checkFactor((float) options.rescale(), "rescale");
		checkTensors();
		this.threshold = Inputs.collapse(layer.spikeThreshold(), "spike_threshold");
		this.givenMinVMem = (layer.minVMem() != null) ? (Float) Inputs.collapse(layer.minVMem(), "min_v_mem") : null;
		checkThresholds();
	}

	/**
	 * Discretizes a layer.
	 * @throws ImpossibleInputException if a tensor is empty or not finite, shapes or
	 * thresholds do not fit, nothing limits the scale, or an option is out of range
	 */
	public static DiscretizedLayer discretize(Layer layer, LayerOptions options) {
		return new LayerDiscretization(layer, options).discretize();
	}

	private void checkTensors() {
		FloatTensor weight = this.layer.weight();
		if (weight.shape().rank() == 0) {
			throw new ImpossibleInputException(Cause.SHAPE_IMPOSSIBLE, "weight",
					"tensor weight has rank 0, at least 1 is expected: its first dimension is the output channels");
		}
		Inputs.checkFinite(weight, "weight");
		Inputs.checkProducts(weight, "weight", this.rescale, "rescale");
		FloatTensor bias = this.layer.bias();
		if (bias != null) {
			checkBias(bias, weight.shape().dim(0));
		}
		if (this.layer.vMem() != null) {
			Inputs.checkFinite(this.layer.vMem(), "v_mem");
		}
	}

	private static void checkBias(FloatTensor bias, int channels) {
		if (bias.shape().rank() != 1 || bias.elements() != channels) {
			throw new ImpossibleInputException(Cause.SHAPE_IMPOSSIBLE, "bias",
					"tensor bias has shape %s, [%d] is expected: one element for each output channel of weight"
						.formatted(bias.shape(), channels));
		}
		Inputs.checkFinite(bias, "bias");
	}

	private void checkThresholds() {
		if (!(this.threshold > 0)) {
			throw new ImpossibleInputException(Cause.THRESHOLD_IMPOSSIBLE, "spike_threshold",
					"spike_threshold is %s, a value above zero is expected".formatted(this.threshold));
		}
		if (this.givenMinVMem != null && !(this.threshold > this.givenMinVMem)) {
			throw new ImpossibleInputException(Cause.THRESHOLD_IMPOSSIBLE, "min_v_mem",
					"min_v_mem is %s, a value below spike_threshold %s is expected".formatted(this.givenMinVMem,
							this.threshold));
		}
	}

	private DiscretizedLayer discretize() {
		LayerScales reference = scales();
		JointScale.@Nullable Choice joint = (this.options.scaleRule() == ScaleRule.JOINT) ? joint(reference.scale())
				: null;
		return (joint == null) ? discretize(reference, new Scaled(this.threshold, reference.scale()))
				: discretize(reference.chosenByError(joint.scale()), new Scaled(joint.threshold(), 1));
	}

	private JointScale.Choice joint(float reference) {
		List<JointScale.Part> parts = new ArrayList<>();
		parts.add(new JointScale.Part(this.layer.weight(), this.rescale, this.weightPrecision));
		if (this.layer.bias() != null) {
			parts.add(new JointScale.Part(this.layer.bias(), 1, this.biasPrecision));
		}
		return new JointScale(this.threshold, reference, this.statePrecision).choose(parts);
	}

	/**
	 * A number that becomes an integer.
	 *
	 * @param x before
	 * @param scale what it is multiplied by
	 */
	private record Scaled(float x, float scale) {
	}

	/**
	 * Discretizes at a scale.
	 * @param integerThreshold what the integer threshold is rounded from
	 */
	private DiscretizedLayer discretize(LayerScales scales, Scaled integerThreshold) {
		float scale = scales.scale();
		LayerStatistics statistics = statistics(scale, integerThreshold);
		List<Finding> findings = Findings.of(this.layer, scales, statistics);
		FloatTensor weight = this.layer.weight();
		return new DiscretizedLayer(scales,
				new RoundedTensor(weight, this.rescale, scale, this.weightPrecision, this.options.toInt(), isClamped()),
				view(this.layer.bias(), scale, this.biasPrecision), scalar(integerThreshold),
				scalar(new Scaled(minVMem(), minVMemScale(scale))), view(this.layer.vMem(), scale, this.statePrecision),
				this.options.report() ? statistics.report() : null, findings, statistics.inhibition());
	}

	private @Nullable RoundedTensor view(@Nullable FloatTensor tensor, float scale, Precision precision) {
		return (tensor == null) ? null
				: new RoundedTensor(tensor, 1, scale, precision, this.options.toInt(), isClamped());
	}

	private RoundedTensor scalar(Scaled scaled) {
		return new RoundedTensor(FloatTensor.scalar(scaled.x()), 1, scaled.scale(), this.statePrecision,
				this.options.toInt(), isClamped());
	}

	/** Whether values are clamped to their precision, integers or not. */
	private boolean isClamped() {
		return this.options.toInt() || this.options.scaleRule() == ScaleRule.JOINT;
	}

	private LayerScales scales() {
		FloatTensor weight = this.layer.weight();
		float weightScale = DiscretizationScale.of(weight.min() * this.rescale, weight.max() * this.rescale,
				this.weightPrecision);
		float biasScale = scale(this.layer.bias(), this.biasPrecision);
		float thresholdScale = thresholdScale();
		float stateScale = scale(this.layer.vMem(), this.statePrecision);
		if (Math.min(Math.min(weightScale, biasScale),
				Math.min(thresholdScale, stateScale)) == DiscretizationScale.NONE) {
			throw noScale();
		}
		return new LayerScales(weightScale, biasScale, thresholdScale, stateScale);
	}

	private ImpossibleInputException noScale() {
		float low = minVMemScales() ? Math.abs(minVMem()) : 0;
		return new ImpossibleInputException(Cause.NO_SCALE, null,
				("no term limits the scale: the largest magnitudes are weight %s, bias %s, thresholds %s, v_mem %s; "
						+ "at least one larger is expected, such as a weight above %s")
					.formatted(Inputs.magnitude(this.layer.weight()) * this.rescale, magnitude(this.layer.bias()),
							Math.max(low, this.threshold), magnitude(this.layer.vMem()),
							this.weightPrecision.smallestScalable()));
	}

	private static String magnitude(@Nullable FloatTensor tensor) {
		return (tensor == null) ? "none" : Float.toString(Inputs.magnitude(tensor));
	}

	private static float scale(@Nullable FloatTensor tensor, Precision precision) {
		return (tensor == null) ? DiscretizationScale.NONE
				: DiscretizationScale.of(tensor.min(), tensor.max(), precision);
	}

	private float thresholdScale() {
		float low = minVMemScales() ? minVMem() : this.threshold;
		return DiscretizationScale.of(low, this.threshold, this.statePrecision);
	}

	/** Whether min_v_mem is scaled, or stands for the chip's own minimum. */
	private boolean minVMemScales() {
		return this.givenMinVMem != null || this.options.unsetMinVMem().scales();
	}

	private float minVMemScale(float scale) {
		return minVMemScales() ? scale : 1;
	}

	private float minVMem() {
		return (this.givenMinVMem != null) ? this.givenMinVMem
				: this.options.unsetMinVMem().value(this.threshold, this.statePrecision);
	}

	private LayerStatistics statistics(float scale, Scaled integerThreshold) {
		FloatTensor weight = this.layer.weight();
		return new LayerStatistics(
				TensorStatistics.of(weight, this.rescale, scale, this.weightPrecision, isClamped(),
						weight.shape().dim(0), wanted()),
				statistics(this.layer.bias(), scale, this.biasPrecision),
				statistics(this.layer.vMem(), scale, this.statePrecision),
				new LayerStatistics.Threshold(this.threshold,
						round(integerThreshold.x(), integerThreshold.scale(), this.statePrecision), scale),
				new LayerStatistics.Threshold(minVMem(), round(minVMem(), minVMemScale(scale), this.statePrecision),
						minVMemScale(scale)),
				round(weight.max() * this.rescale, scale, this.weightPrecision), this.rescale, minVMemScales(),
				minVMemSetsThresholdScale(), inhibition());
	}

	private Inhibition inhibition() {
		FloatTensor weight = this.layer.weight();
		float depth = minVMemScales() ? this.threshold - minVMem() : Float.POSITIVE_INFINITY;
		return new Inhibition(weight.min() * this.rescale, weight.max() * this.rescale, this.threshold, depth);
	}

	private @Nullable TensorStatistics statistics(@Nullable FloatTensor tensor, float scale, Precision precision) {
		return (tensor == null) ? null : TensorStatistics.of(tensor, 1, scale, precision, isClamped(), 1, wanted());
	}

	private TensorStatistics.Wanted wanted() {
		return TensorStatistics.Wanted.of(this.options.report(), this.options.histogram());
	}

	private double round(float x, float scale, Precision precision) {
		return isClamped() ? Rounding.round(x, 1, scale, precision.lo(), precision.hi()) : Math.rint(x * scale);
	}

	/** Which branch of {@link DiscretizationScale} the thresholds take. */
	private boolean minVMemSetsThresholdScale() {
		return minVMemScales() && !(Math.abs(minVMem()) <= this.threshold * this.statePrecision.ratio());
	}

}
