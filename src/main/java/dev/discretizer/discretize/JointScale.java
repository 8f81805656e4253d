package dev.discretizer.discretize;

import dev.discretizer.discretize.ImpossibleInputException.Cause;
import dev.discretizer.tensor.FloatTensor;

/**
 * Chooses the integer threshold of a layer so that its weights and biases, relative to
 * the threshold, are off least: what a neuron does depends on that ratio alone.
 *
 * <pre>
 * k0 = threshold * s0                                  s0 is the reference scale
 * lo = max(1, floor(0.4 k0)),  hi = min(2^(state_bits - 1) - 1, ceil(6 k0))
 * for k = lo, lo + step, ... hi,  step = 1 + (hi - lo) div 512:
 *     s = fl32(k / threshold)
 *     q = clamp(rint(fl32(w * s)))
 *     E = sum (q / k - w / threshold)^2                of weights, then of biases
 * the smallest E wins, the first of equals
 * </pre>
 *
 * Weights are rescaled before. Products are rounded to binary32, errors are binary64 and
 * are added in C order, so equal input gives the same choice on every machine. With few
 * bits the best scale is larger than that of the reference: a few large weights are
 * clamped, and all others are finer. The reference's threshold is rounded after its scale
 * is chosen; here it is whole.
 *
 * <p>
 * Takes one pass over the tensors, with at most 513 thresholds beside each other, and no
 * memory that depends on their size. A threshold whose s overflows binary32 is left out.
 */
final class JointScale {

	/** Thresholds below this share of the reference's are not tried. */
	private static final double LEAST = 0.4;

	/** Nor those above as many times it. */
	private static final double MOST = 6;

	/** Steps between the smallest and the largest threshold, at most. */
	private static final int STEPS = 512;

	private final float threshold;

	private final int size;

	/** Integer thresholds, ascending. */
	private final double[] k = new double[STEPS + 1];

	private final float[] s = new float[STEPS + 1];

	private final double[] error = new double[STEPS + 1];

	/**
	 * Lists the candidates.
	 * @param threshold spike_threshold, above zero
	 * @param reference the reference scale, finite and above zero
	 */
	JointScale(float threshold, float reference, Precision state) {
		this.threshold = threshold;
		double k0 = (double) threshold * reference;
		int hi = (int) Math.min(state.hi(), Math.ceil(MOST * k0));
		int lo = (int) Math.max(1, Math.floor(LEAST * k0));
		int step = 1 + (hi - lo) / STEPS;
		int size = 0;
		for (int k = lo; k <= hi && Float.isFinite(k / threshold); k += step) {
			this.k[size] = k;
			this.s[size] = k / threshold;
			size++;
		}
		this.size = size;
		if (size == 0) {
			throw new ImpossibleInputException(Cause.NO_SCALE, "spike_threshold",
					("spike_threshold is %s: the scale at which it is 1 overflows binary32, a value above %s is expected "
							+ "with scale_rule=joint")
						.formatted(threshold, 1 / Float.MAX_VALUE));
		}
	}

	/**
	 * Adds the errors of a tensor at each candidate.
	 * @param rescale factor of the elements
	 */
	void add(FloatTensor tensor, float rescale, Precision precision) {
		float[] x = tensor.array();
		for (int i = 0; i < tensor.elements(); i++) {
			add(x[i] * rescale, precision.lo(), precision.hi());
		}
	}

	/** One element at all candidates: a loop that is vectorized (JDK 25). */
	private void add(float w, double lo, double hi) {
		float[] s = this.s;
		double[] k = this.k;
		double[] error = this.error;
		double relative = (double) w / this.threshold;
		for (int j = 0; j < this.size; j++) {
			double difference = Math.max(lo, Math.min(hi, Math.rint(w * s[j]))) / k[j] - relative;
			error[j] += difference * difference;
		}
	}

	/** The candidate of the smallest error. */
	Choice choose() {
		int best = 0;
		for (int j = 1; j < this.size; j++) {
			best = (this.error[j] < this.error[best]) ? j : best;
		}
		return new Choice((int) this.k[best], this.s[best]);
	}

	/**
	 * An integer threshold and the scale that gives it.
	 *
	 * @param threshold from 1 to the largest integer of the state's precision
	 * @param scale finite and above zero
	 */
	record Choice(int threshold, float scale) {
	}

}
