package dev.discretizer.discretize;

import java.util.Arrays;

import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a tensor for all that report and findings want to know. Works on the
 * shared array and keeps nothing but counters, the set of levels and the list of dead
 * channels.
 */
final class TensorStatistics {

	private final float[] x;

	private final float rescale;

	private final float scale;

	private final Precision precision;

	private final boolean toInt;

	/** One bit for each integer of the range; null where the range is too large. */
	private final long @Nullable [] levels;

	private int elements;

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

	private TensorStatistics(FloatTensor tensor, float rescale, float scale, Precision precision, boolean toInt) {
		this.x = tensor.array();
		this.rescale = rescale;
		this.scale = scale;
		this.precision = precision;
		this.toInt = toInt;
		this.levels = (precision.bits() <= Short.SIZE) ? new long[(int) Math.max(1, precision.levels() / Long.SIZE)]
				: null;
	}

	/**
	 * Looks at a tensor whose products are all finite.
	 * @param toInt whether integers are clamped to the precision's range
	 * @param channels number of output channels, a divisor of the number of elements
	 */
	static TensorStatistics of(FloatTensor tensor, float rescale, float scale, Precision precision, boolean toInt,
			int channels) {
		TensorStatistics statistics = new TensorStatistics(tensor, rescale, scale, precision, toInt);
		int size = tensor.elements() / channels;
		for (int channel = 0; channel < channels; channel++) {
			statistics.channel(channel, channel * size, size);
		}
		return statistics;
	}

	private void channel(int channel, int from, int size) {
		int zerosBefore = this.zeros;
		int lostBefore = this.lost;
		for (int i = from; i < from + size; i++) {
			element(this.x[i] * this.rescale);
		}
		this.elements += size;
		if (this.zeros - zerosBefore == size) {
			dead(channel, this.lost > lostBefore);
		}
	}

	private void element(float value) {
		double rounded = Math.rint(value * this.scale);
		double q = this.toInt ? Math.max(this.precision.lo(), Math.min(this.precision.hi(), rounded)) : rounded;
		if (q == 0) {
			this.zeros++;
			this.lost += (value != 0) ? 1 : 0;
		}
		if (Math.abs(rounded - q) > this.precision.slack()) {
			this.saturated++;
		}
		level(q);
		double error = q / this.scale - value;
		this.maxError = Math.max(this.maxError, Math.abs(error));
		this.squaredError += error * error;
		this.squaredSignal += (double) value * value;
	}

	private void level(double q) {
		if (this.levels != null && q >= this.precision.lo() && q <= this.precision.hi()) {
			int index = (int) q - this.precision.lo();
			this.levels[index / Long.SIZE] |= 1L << index;
		}
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

	TensorReport report() {
		double rms = Math.sqrt(this.squaredError / this.elements);
		boolean defined = this.squaredError > 0 && this.squaredSignal > 0;
		Double sqnr = defined ? (Double) (10 * Math.log10(this.squaredSignal / this.squaredError)) : null;
		return new TensorReport(this.elements, this.zeros, levelsUsed(), this.precision.levels(), this.saturated,
				this.maxError, rms, sqnr);
	}

	private @Nullable Integer levelsUsed() {
		if (this.levels == null) {
			return null;
		}
		int used = 0;
		for (long word : this.levels) {
			used += Long.bitCount(word);
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
