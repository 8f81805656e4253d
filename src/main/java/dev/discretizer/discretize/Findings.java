package dev.discretizer.discretize;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.discretizer.discretize.Finding.Code;
import dev.discretizer.discretize.Finding.Severity;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * Decides which findings a result raises. Below, q are integers, s is the layer's scale
 * and s0 the smallest scale that its other terms propose. docs/reference.md lists the
 * findings.
 */
final class Findings {

	/**
	 * A limiting term raises a warning if it allows less than this share of the next
	 * scale.
	 */
	private static final double HEAVILY = 0.5;

	/** Largest relative error of an integer threshold without a finding. */
	private static final double THRESHOLD_TOLERANCE = 0.05;

	private final Layer layer;

	private final LayerScales scales;

	private final LayerStatistics statistics;

	private final List<Finding> findings = new ArrayList<>();

	private Findings(Layer layer, LayerScales scales, LayerStatistics statistics) {
		this.layer = layer;
		this.scales = scales;
		this.statistics = statistics;
	}

	/** The findings of a layer, in the order of {@link Code}. */
	static List<Finding> of(Layer layer, LayerScales scales, LayerStatistics statistics) {
		Findings findings = new Findings(layer, scales, statistics);
		findings.limits();
		findings.thresholdRoundsToZero();
		findings.thresholdError("spike_threshold", statistics.threshold(), Severity.WARNING);
		findings.thresholdError("min_v_mem", statistics.minVMem(), Severity.INFO);
		findings.zeroFraction();
		findings.deadOutputChannels();
		findings.biasUnderflow();
		findings.biasEnablesLeak();
		findings.weightAboveThreshold();
		findings.saturated();
		alreadyDiscrete(findings.findings, "weight", layer.weight(), statistics.rescale());
		findings.minVMemUnset();
		findings.narrowed();
		findings.negativeOutlier();
		return List.copyOf(findings.findings);
	}

	private void limits() {
		switch (this.scales.limitedBy()) {
			case WEIGHT, ERROR -> {
			}
			case BIAS -> add(Code.BIAS_LIMITS, limitSeverity(), "bias",
					"bias %s, in %d bits, ".formatted(extreme(this.layer.bias()), bits(this.statistics.bias()))
							+ limitMessage(),
					"A bias shares the layer's scale: train with smaller biases (weight decay on the bias, or none), "
							+ "fold them elsewhere, or give bias_bits if the chip allows more.");
			case STATE -> add(Code.STATE_LIMITS, limitSeverity(), "v_mem",
					"v_mem reaches %s, and ".formatted(extreme(this.layer.vMem())) + limitMessage(),
					"Left-over membrane states count for the scale: reset the states before discretizing, or leave "
							+ "v_mem out.");
			case THRESHOLD -> thresholdLimits();
		}
	}

	private void thresholdLimits() {
		if (!this.statistics.minVMemSetsScale()) {
			add(Code.THRESHOLD_LIMITS, limitSeverity(), "spike_threshold",
					"spike_threshold %s ".formatted(this.statistics.threshold().x()) + limitMessage(),
					"The threshold is large beside the weights: lower it, and min_v_mem with it, relative to the weights, "
							+ "or give state_bits if the chip allows more.");
			return;
		}
		boolean unset = this.layer.minVMem() == null;
		add(Code.LOW_THRESHOLD_LIMITS, limitSeverity(), "min_v_mem",
				(unset ? "min_v_mem is unset, counts as %s as in sinabs, and "
						: "min_v_mem %s is larger in magnitude than spike_threshold %s and ")
					.formatted(this.statistics.minVMem().x(), this.statistics.threshold().x()) + limitMessage(),
				unset ? "Set min_v_mem before training (sinabs' from_model uses -1, its NIR import minus the "
						+ "threshold), or send unset_min_v_mem=chip_minimum to keep the meaning of no lower bound."
						: "Raise min_v_mem towards minus the threshold, if the layer was trained with it, or leave it "
								+ "unset with unset_min_v_mem=chip_minimum.");
	}

	private Severity limitSeverity() {
		Float next = this.scales.runnerUp();
		return (next != null && this.scales.scale() < HEAVILY * next) ? Severity.WARNING : Severity.INFO;
	}

	private String limitMessage() {
		Float next = this.scales.runnerUp();
		String limits = "holds the scale of the whole layer at %s".formatted(this.scales.scale());
		return (next == null) ? limits + "; no other term would limit it."
				: limits + "; the other terms would allow %s, %s times as fine.".formatted(next,
						figure(next / (double) this.scales.scale()));
	}

	private void thresholdRoundsToZero() {
		if (this.statistics.threshold().q() == 0) {
			add(Code.THRESHOLD_ROUNDS_TO_ZERO, Severity.WARNING, "spike_threshold",
					"spike_threshold %s times scale %s rounds to 0: the neuron would fire at every event."
						.formatted(this.statistics.threshold().x(), this.scales.scale()),
					"The threshold is tiny beside the %s that limits the scale: train with a larger threshold or "
						.formatted(this.scales.limitedBy().label()) + "smaller weights.");
		}
	}

	private void thresholdError(String name, LayerStatistics.Threshold threshold, Severity severity) {
		Double error = threshold.relativeError();
		boolean silent = name.equals("spike_threshold") && threshold.q() == 0;
		if (error == null || silent || !(error > THRESHOLD_TOLERANCE)) {
			return;
		}
		add(Code.THRESHOLD_ERROR, severity, name,
				"%s %s becomes %s, which stands for %s: off by %s %%.".formatted(name, threshold.x(),
						figure(threshold.q()), figure(threshold.q() / threshold.scale()), figure(100 * error)),
				"The scale is too coarse for this threshold: find out what limits it (limited_by), or choose a value "
						+ "that is close to a multiple of %s.".formatted(1 / this.scales.scale()));
	}

	private void zeroFraction() {
		TensorStatistics weight = this.statistics.weight();
		if (2L * weight.lost() > weight.nonzero()) {
			add(Code.ZERO_FRACTION, Severity.WARNING, "weight", "%s that %s not zero became zero (%s %%).".formatted(
					Finding.share(weight.lost(), weight.nonzero(), "weight"),
					Finding.agreeing(weight.nonzero(), "was", "were"), percent(weight.lost(), weight.nonzero())),
					isJoint()
							? "%d bits are too few for these weights: give more, or retrain with them in mind."
								.formatted(weight.bits())
							: "The scale %s is too coarse for these weights, limited by the %s: lift what limits it, or retrain "
								.formatted(this.scales.scale(), this.scales.limitedBy().label())
									+ "without outliers among the weights.");
		}
	}

	private void deadOutputChannels() {
		TensorStatistics weight = this.statistics.weight();
		if (weight.silenced() > 0) {
			add(Code.DEAD_OUTPUT_CHANNEL, Severity.WARNING, "weight",
					"%s %s nonzero weights that all became zero, %s channel %d.".formatted(
							Finding.share(weight.silenced(), this.layer.weight().shape().dim(0), "output channel"),
							Finding.agreeing(weight.silenced(), "has", "have"),
							Finding.agreeing(weight.silenced(), "it is", "the first is"), weight.firstSilenced()),
					"These channels never spike on chip: %s, or prune them."
						.formatted(isJoint() ? "give more bits than %d".formatted(weight.bits())
								: "lift what limits the scale (%s)".formatted(this.scales.limitedBy().label())));
		}
	}

	private boolean isJoint() {
		return this.scales.limitedBy() == Term.ERROR;
	}

	private void biasUnderflow() {
		TensorStatistics bias = this.statistics.bias();
		if (bias != null && bias.lost() > 0) {
			add(Code.BIAS_UNDERFLOW, (bias.lost() == bias.nonzero()) ? Severity.WARNING : Severity.INFO, "bias",
					"%s that %s not zero became zero, none above %s in magnitude.".formatted(
							Finding.share(bias.lost(), bias.nonzero(), "bias"),
							Finding.agreeing(bias.nonzero(), "was", "were"), figure(0.5 / this.scales.scale())),
					"Their effect is lost on chip: check accuracy without them, or train without a bias.");
		}
	}

	private void biasEnablesLeak() {
		TensorStatistics bias = this.statistics.bias();
		if (bias != null && bias.zeros() < bias.elements()) {
			int nonzero = bias.elements() - bias.zeros();
			add(Code.BIAS_ENABLES_LEAK, Severity.INFO, "bias",
					"%s %s not zero: the chip adds %s at every tick of its slow clock, not per time step.".formatted(
							Finding.share(nonzero, bias.elements(), "integer bias"),
							Finding.agreeing(nonzero, "is", "are"), Finding.agreeing(nonzero, "it", "them")),
					"Set the slow clock to the length of your time step, or train without a bias.");
		}
	}

	private void weightAboveThreshold() {
		double weight = this.statistics.largestWeight();
		double threshold = this.statistics.threshold().q();
		if (weight > threshold) {
			add(Code.WEIGHT_ABOVE_THRESHOLD, (weight > 2 * threshold) ? Severity.WARNING : Severity.INFO, "weight",
					"the largest weight becomes %s, the threshold %s: a neuron spikes at most once per input event, "
						.formatted(figure(weight), figure(threshold)) + "the rest stays in its state.",
					"Train with a threshold above the largest weight, or clip the weights: sinabs' MultiSpike, which "
							+ "fires several times at once, has no counterpart on chip.");
		}
	}

	/** Of a layer, only the joint scale lets values leave their range. */
	private void saturated() {
		clampedByChoice("weight", this.statistics.weight());
		clampedByChoice("bias", this.statistics.bias());
		TensorStatistics state = this.statistics.vMem();
		if (state != null && state.saturated() > 0) {
			add(Code.SATURATED, Severity.WARNING, "v_mem", clampedMessage(state),
					"States have no part in the choice of the joint scale: reset them before discretizing, or leave "
							+ "v_mem out.");
		}
	}

	private void clampedByChoice(String name, @Nullable TensorStatistics statistics) {
		if (statistics != null && statistics.saturated() > 0) {
			add(Code.SATURATED, Severity.INFO, name, clampedMessage(statistics),
					"The joint scale clamps the largest values where that makes the error of all smaller: nothing is to "
							+ "be done; scale_rule=reference clamps none.");
		}
	}

	private String clampedMessage(TensorStatistics statistics) {
		return "%s %s the range of %d bits at scale %s and %s clamped.".formatted(
				Finding.share(statistics.saturated(), statistics.elements(), "element"),
				Finding.agreeing(statistics.saturated(), "leaves", "leave"), statistics.bits(), this.scales.scale(),
				Finding.agreeing(statistics.saturated(), "was", "were"));
	}

	private void minVMemUnset() {
		boolean limits = this.scales.limitedBy() == Term.THRESHOLD && this.statistics.minVMemSetsScale();
		if (this.layer.minVMem() == null && !limits) {
			add(Code.MIN_V_MEM_UNSET, Severity.INFO, "min_v_mem",
					"min_v_mem is unset and became %s; it did not limit the scale."
						.formatted(figure(this.statistics.minVMem().q())),
					"Set min_v_mem in training to what the chip shall use, so that simulation and chip agree.");
		}
	}

	private void narrowed() {
		narrowed(this.findings, "weight", this.layer.weight());
		narrowed(this.findings, "bias", this.layer.bias());
		narrowed(this.findings, "spike_threshold", this.layer.spikeThreshold());
		narrowed(this.findings, "min_v_mem", this.layer.minVMem());
		narrowed(this.findings, "v_mem", this.layer.vMem());
	}

	/**
	 * What clipping would do to the scale is told of the reference scale, also where the
	 * joint rule chose another: its choice would have to be made anew. Weights whose
	 * clipping would leave the layer without a scale are no finding.
	 */
	private void negativeOutlier() {
		Inhibition inhibition = this.statistics.inhibition();
		if (!inhibition.hasOutlier()) {
			return;
		}
		float bound = -inhibition.depth();
		float scale = this.scales.reference();
		float clipped = this.scales.withWeight(DiscretizationScale.of(bound, Math.max(bound, inhibition.largest()),
				new Precision(this.statistics.weight().bits())));
		if (clipped == DiscretizationScale.NONE) {
			return;
		}
		String becomes = (clipped > scale) ? "would grow from %s to %s, %s times as fine.".formatted(scale, clipped,
				figure(clipped / (double) scale)) : "would stay %s, which other values hold.".formatted(scale);
		int below = below(bound);
		add(Code.NEGATIVE_OUTLIER, Severity.INFO, "weight",
				("%s %s below -(spike_threshold - min_v_mem) = %s, down to %s, and none is above spike_threshold: by "
						+ "events %s takes any state to min_v_mem, as %s would. Clipped there, the %sscale ")
					.formatted(Finding.share(below, this.layer.weight().elements(), "weight"),
							Finding.agreeing(below, "is", "are"), bound, inhibition.smallest(),
							Finding.agreeing(below, "it", "each of them"), bound, isJoint() ? "reference " : "")
						+ becomes,
				"Clip the weights there before discretizing: by events it changes nothing. As trained and by steps, where "
						+ "what excites in the same step makes up for it, it does: compare by /simulate.");
	}

	private int below(float bound) {
		FloatTensor weight = this.layer.weight();
		float[] x = weight.array();
		int below = 0;
		for (int i = 0; i < weight.elements(); i++) {
			below += (x[i] * this.statistics.rescale() < bound) ? 1 : 0;
		}
		return below;
	}

	/** Adds the finding that values were clamped, if any were. */
	static void saturated(List<Finding> findings, String name, int saturated, FloatTensor tensor, Precision precision) {
		if (saturated > 0) {
			findings.add(new Finding(Code.SATURATED, Severity.WARNING, name,
					"%s %s the range %d to %d and %s clamped; the extremes are %s and %s.".formatted(
							Finding.share(saturated, tensor.elements(), "element"),
							Finding.agreeing(saturated, "leaves", "leave"), precision.lo(), precision.hi(),
							Finding.agreeing(saturated, "was", "were"), tensor.min(), tensor.max()),
					precision.equals(Precision.INT32)
							? "Give a smaller scaling, or leave it out for the largest scale that fits 8 bits."
							: "Give a smaller scaling, or more bits; leave scaling out for the largest scale that fits."));
		}
	}

	/** Adds the finding that a tensor looks discretized already, if it does. */
	static void alreadyDiscrete(List<Finding> findings, String name, FloatTensor tensor, float rescale) {
		float largest = Math.max(Math.abs(tensor.min() * rescale), Math.abs(tensor.max() * rescale));
		if (largest > 1 && (tensor.source().isInteger() || isIntegral(tensor, rescale))) {
			findings.add(new Finding(Code.ALREADY_DISCRETE, Severity.INFO, name,
					"%s (%s), up to %s in magnitude: this looks discretized already.".formatted(
							(tensor.elements() == 1) ? "the one element is a whole number"
									: "all %d elements are whole numbers".formatted(tensor.elements()),
							tensor.source().label(), figure(largest)),
					"Discretizing twice scales the integers again: send the float parameters."));
		}
	}

	private static boolean isIntegral(FloatTensor tensor, float rescale) {
		float[] x = tensor.array();
		for (int i = 0; i < tensor.elements(); i++) {
			float value = x[i] * rescale;
			if (value != (float) Math.rint(value)) {
				return false;
			}
		}
		return true;
	}

	/** Adds the finding that elements are not exact in binary32, if any are not. */
	static void narrowed(List<Finding> findings, String name, @Nullable FloatTensor tensor) {
		if (tensor != null && tensor.narrowed() > 0) {
			findings.add(new Finding(Code.NARROWED, Severity.INFO, name,
					"%s%s %s not exact in binary32 and %s rounded to it.".formatted(
							Finding.share(tensor.narrowed(), tensor.elements(), "element"), type(tensor),
							Finding.agreeing(tensor.narrowed(), "is", "are"),
							Finding.agreeing(tensor.narrowed(), "was", "were")),
					"The arithmetic is that of float32, as in sinabs: convert to float32 yourself to choose the "
							+ "rounding."));
		}
	}

	/** The type for messages; integers in JSON have none. */
	private static String type(FloatTensor tensor) {
		return (tensor.source() == DType.FLOAT32) ? "" : " of type " + tensor.source().label();
	}

	private void add(Code code, Severity severity, String tensor, String message, String hint) {
		this.findings.add(new Finding(code, severity, tensor, message, hint));
	}

	private static String extreme(@Nullable FloatTensor tensor) {
		return (tensor == null) ? "none"
				: Float.toString((Math.abs(tensor.min()) > Math.abs(tensor.max())) ? tensor.min() : tensor.max());
	}

	private static int bits(@Nullable TensorStatistics statistics) {
		return (statistics == null) ? 0 : statistics.bits();
	}

	private static String percent(int part, int whole) {
		return String.format(Locale.ROOT, "%.1f", 100.0 * part / whole);
	}

	/**
	 * A number for messages: whole numbers without a fraction, others with four
	 * significant digits.
	 */
	private static String figure(double value) {
		return (value == Math.rint(value) && Math.abs(value) < 1e15) ? Long.toString((long) value)
				: String.format(Locale.ROOT, "%.4g", value);
	}

}
