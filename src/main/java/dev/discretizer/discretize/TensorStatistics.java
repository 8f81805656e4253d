package dev.discretizer.discretize;

import java.util.Arrays;

import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * All that report and findings want to know of a tensor. Works on the shared array, tile
 * by tile, and keeps nothing but one tile of integers, counters, which levels occurred
 * and the list of dead channels.
 *
 * <p>
 * A tile goes through several short loops, which together take a third of the time of one
 * that does everything: the first is vectorized, and none waits for another's sums.
 */
final class TensorStatistics {

	/** Elements of a tile: 8 KiB of integers as doubles stay in the first-level cache. */
	private static final int TILE = 1024;

	private final float[] x;

	private final int elements;

	private final float rescale;

	private final float scale;

	private final Precision precision;

	/** The smallest integer, or minus infinity where nothing is clamped. */
	private final double lo;

	/** The largest integer, or infinity where nothing is clamped. */
	private final double hi;

	private final boolean report;

	/**
	 * Which integers of the range occurred, 0 or 1 each, from the smallest on; null where
	 * no one asks or the range is too large. Bytes, as with bits each element would wait
	 * for the one before.
	 */
	private final byte @Nullable [] seen;

	private int zeros;

	private int lost;

	private int saturated;

	private double maxError;

	private double squaredError;

	private double squaredSignal;

	private int[] deadChannels = new int[0];

	private int dead;

	private int silenced;

	private int firstSilenced = -1;

	private TensorStatistics(FloatTensor tensor, float rescale, float scale, Precision precision, boolean toInt,
			boolean report) {
		this.x = tensor.array();
		this.elements = tensor.elements();
		this.rescale = rescale;
		this.scale = scale;
		this.precision = precision;
		this.lo = toInt ? precision.lo() : Double.NEGATIVE_INFINITY;
		this.hi = toInt ? precision.hi() : Double.POSITIVE_INFINITY;
		this.report = report;
		this.seen = (report && precision.bits() <= Short.SIZE) ? new byte[(int) precision.levels()] : null;
	}

	/**
	 * Looks at a tensor whose products are all finite.
	 * @param toInt whether integers are clamped to the precision's range
	 * @param channels number of output channels, a divisor of the number of elements
	 * @param report whether the report is wanted too, whose errors and levels take most
	 * of the time, and not only what findings are made of
	 */
	static TensorStatistics of(FloatTensor tensor, float rescale, float scale, Precision precision, boolean toInt,
			int channels, boolean report) {
		TensorStatistics statistics = new TensorStatistics(tensor, rescale, scale, precision, toInt, report);
		statistics.tiles();
		statistics.channels(channels);
		if (toInt && saturates(tensor, rescale, scale, precision)) {
			statistics.saturation();
		}
		return statistics;
	}

	/**
	 * Whether integers leave the range, and not by rounding alone: at the tensor's own
	 * scale and below, rounding may carry an extreme past the range, which does not
	 * count. At 32 bits there is no own scale.
	 */
	static boolean saturates(FloatTensor tensor, float rescale, float scale, Precision precision) {
		float min = tensor.min() * rescale;
		float max = tensor.max() * rescale;
		boolean leaves = Math.rint(min * scale) < precision.lo() || Math.rint(max * scale) > precision.hi();
		return leaves && (precision.equals(Precision.INT32) || scale > DiscretizationScale.of(min, max, precision));
	}

	private void tiles() {
		double[] q = new double[Math.min(TILE, this.elements)];
		int from = 0;
		while (from < this.elements) {
			int count = Math.min(TILE, this.elements - from);
			tile(from, count, q);
			from += count;
		}
	}

	private void tile(int from, int count, double[] q) {
		round(from, count, q);
		zeros(from, count, q);
		if (this.report) {
			errors(from, count, q);
		}
		if (this.seen != null) {
			levels(count, q, this.seen);
		}
	}

	private void round(int from, int count, double[] q) {
		for (int i = 0; i < count; i++) {
			q[i] = Math.max(this.lo, Math.min(this.hi, Math.rint(this.x[from + i] * this.rescale * this.scale)));
		}
	}

	private void errors(int from, int count, double[] q) {
		double max = this.maxError;
		double squaredError = this.squaredError;
		double squaredSignal = this.squaredSignal;
		for (int i = 0; i < count; i++) {
			double value = this.x[from + i] * this.rescale;
			double error = Math.abs(q[i] / this.scale - value);
			max = (error > max) ? error : max;
			squaredError += error * error;
			squaredSignal += value * value;
		}
		this.maxError = max;
		this.squaredError = squaredError;
		this.squaredSignal = squaredSignal;
	}

	private void zeros(int from, int count, double[] q) {
		int zeros = 0;
		int lost = 0;
		for (int i = 0; i < count; i++) {
			if (q[i] == 0) {
				zeros++;
				lost += (this.x[from + i] * this.rescale != 0) ? 1 : 0;
			}
		}
		this.zeros += zeros;
		this.lost += lost;
	}

	private void levels(int count, double[] q, byte[] seen) {
		int lo = this.precision.lo();
		for (int i = 0; i < count; i++) {
			int level = (int) q[i] - lo;
			if (level >= 0 && level < seen.length) {
				seen[level] = 1;
			}
		}
	}

	private void saturation() {
		for (int i = 0; i < this.elements; i++) {
			double rounded = Math.rint(this.x[i] * this.rescale * this.scale);
			this.saturated += (rounded < this.lo || rounded > this.hi) ? 1 : 0;
		}
	}

	private void channels(int channels) {
		int size = this.elements / channels;
		for (int channel = 0; channel < channels && this.zeros >= size; channel++) {
			int from = channel * size;
			if (isDead(from, from + size)) {
				dead(channel, hasWeight(from, from + size));
			}
		}
	}

	/** Ends at the first integer that is not zero, so mostly at once. */
	private boolean isDead(int from, int to) {
		for (int i = from; i < to; i++) {
			if (Math.rint(this.x[i] * this.rescale * this.scale) != 0) {
				return false;
			}
		}
		return true;
	}

	private boolean hasWeight(int from, int to) {
		for (int i = from; i < to; i++) {
			if (this.x[i] * this.rescale != 0) {
				return true;
			}
		}
		return false;
	}

	private void dead(int channel, boolean hadWeight) {
		if (this.dead == this.deadChannels.length) {
			this.deadChannels = Arrays.copyOf(this.deadChannels, Math.max(8, 2 * this.dead));
		}
		this.deadChannels[this.dead++] = channel;
		if (hadWeight) {
			this.firstSilenced = (this.silenced == 0) ? channel : this.firstSilenced;
			this.silenced++;
		}
	}

	/** The report, for statistics that were made for it. */
	TensorReport report() {
		double rms = Math.sqrt(this.squaredError / this.elements);
		boolean defined = this.squaredError > 0 && this.squaredSignal > 0;
		Double sqnr = defined ? (Double) (10 * Math.log10(this.squaredSignal / this.squaredError)) : null;
		return new TensorReport(this.elements, this.zeros, levelsUsed(), this.precision.levels(), this.saturated,
				this.maxError, rms, sqnr);
	}

	private @Nullable Integer levelsUsed() {
		if (this.seen == null) {
			return null;
		}
		int used = 0;
		for (byte level : this.seen) {
			used += level;
		}
		return used;
	}

	int bits() {
		return this.precision.bits();
	}

	int elements() {
		return this.elements;
	}

	/** How many integers are zero. */
	int zeros() {
		return this.zeros;
	}

	/** How many elements that were not zero became zero. */
	int lost() {
		return this.lost;
	}

	/** How many elements were not zero. */
	int nonzero() {
		return this.elements - this.zeros + this.lost;
	}

	int saturated() {
		return this.saturated;
	}

	/** The channels whose integers are all zero, ascending. */
	int[] deadChannels() {
		return Arrays.copyOf(this.deadChannels, this.dead);
	}

	/** How many of the dead channels had a nonzero element. */
	int silenced() {
		return this.silenced;
	}

	/** The first channel that is dead though it had a nonzero element, or -1. */
	int firstSilenced() {
		return this.firstSilenced;
	}

}
