package dev.discretizer.discretize;

import java.util.List;

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
 * Takes one pass over the tensors with all thresholds beside each other, at most 513, and
 * no memory that depends on their size. After the first elements, the threshold that is
 * off least so far is taken through all of them alone; from then on those that are off
 * more than that in the end are dropped. Sums of squares never fall, so the choice is the
 * same. A threshold whose s overflows binary32 is left out.
 */
final class JointScale {

	/** Thresholds below this share of the reference's are not tried. */
	private static final double LEAST = 0.4;

	/** Nor those above as many times it. */
	private static final double MOST = 6;

	/** Steps between the smallest and the largest threshold, at most. */
	private static final int STEPS = 512;

	/** Elements between two looks at what can be dropped. */
	private static final int TILE = 128;

	private final float threshold;

	/** Integer thresholds, ascending. */
	private final double[] k;

	private final float[] s;

	private final double[] error;

	/** How many are left; they come first in the arrays. */
	private int size;

	/**
	 * Lists the candidates.
	 * @param threshold spike_threshold, above zero
	 * @param reference the reference scale, finite and above zero
	 */
	JointScale(float threshold, float reference, Precision state) {
		this(threshold, STEPS + 1);
		double k0 = (double) threshold * reference;
		int hi = (int) Math.min(state.hi(), Math.ceil(MOST * k0));
		int lo = (int) Math.max(1, Math.floor(LEAST * k0));
		int step = 1 + (hi - lo) / STEPS;
		for (int k = lo; k <= hi && Float.isFinite(k / threshold); k += step) {
			put(k, k / threshold);
		}
		if (this.size == 0) {
			throw new ImpossibleInputException(Cause.NO_SCALE, "spike_threshold",
					("spike_threshold is %s: the scale at which it is 1 overflows binary32, a value above %s is expected "
							+ "with scale_rule=joint")
						.formatted(threshold, 1 / Float.MAX_VALUE));
		}
	}

	private JointScale(float threshold, int size) {
		this.threshold = threshold;
		this.k = new double[size];
		this.s = new float[size];
		this.error = new double[size];
	}

	private void put(double k, float s) {
		this.k[this.size] = k;
		this.s[this.size] = s;
		this.size++;
	}

	/**
	 * A tensor whose errors count.
	 *
	 * @param rescale factor of the elements
	 */
	record Part(FloatTensor tensor, float rescale, Precision precision) {
	}

	/**
	 * An integer threshold and the scale that gives it.
	 *
	 * @param threshold from 1 to the largest integer of the state's precision
	 * @param scale finite and above zero
	 */
	record Choice(int threshold, float scale) {
	}

	/**
	 * Finds the candidate of the smallest error; to be called once.
	 * @param parts the weight, and the bias if there is one
	 */
	Choice choose(List<Part> parts) {
		double bound = Double.POSITIVE_INFINITY;
		for (Part part : parts) {
			int elements = part.tensor().elements();
			for (int from = 0; from < elements; from += TILE) {
				add(part, from, Math.min(from + TILE, elements));
				if (bound == Double.POSITIVE_INFINITY && elements > TILE) {
					bound = wholeError(best(), parts);
				}
				drop(bound);
			}
		}
		int best = best();
		return new Choice((int) this.k[best], this.s[best]);
	}

	private void add(Part part, int from, int to) {
		float[] x = part.tensor().array();
		double lo = part.precision().lo();
		double hi = part.precision().hi();
		for (int i = from; i < to; i++) {
			add(x[i] * part.rescale(), lo, hi);
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

	/** The error of one candidate over all elements, in the same order. */
	private double wholeError(int candidate, List<Part> parts) {
		JointScale alone = new JointScale(this.threshold, 1);
		alone.put(this.k[candidate], this.s[candidate]);
		parts.forEach((part) -> alone.add(part, 0, part.tensor().elements()));
		return alone.error[0];
	}

	/** Drops the candidates that are off more than another is in the end. */
	private void drop(double bound) {
		int left = 0;
		for (int j = 0; j < this.size; j++) {
			if (this.error[j] <= bound) {
				this.k[left] = this.k[j];
				this.s[left] = this.s[j];
				this.error[left] = this.error[j];
				left++;
			}
		}
		this.size = left;
	}

	private int best() {
		int best = 0;
		for (int j = 1; j < this.size; j++) {
			best = (this.error[j] < this.error[best]) ? j : best;
		}
		return best;
	}

}
