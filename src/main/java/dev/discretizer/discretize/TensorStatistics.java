package dev.discretizer.discretize;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;

import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of a tensor for report and findings. Works on the shared array tile by
 * tile, and keeps only one tile, counters, the levels that occurred and the dead
 * channels.
 *
 * <p>
 * A tile goes through several short loops, of which all but that of the levels are
 * vectorized: a quarter of the time of one loop that does everything. That is why they
 * count from zero, in arrays of their own, and why errors are summed by place in the
 * tile: a sum of binary64 in one variable must be taken in order, an element at a time.
 */
final class TensorStatistics {

	/** What statistics are for; each includes those before. */
	enum Wanted {

		FINDINGS, REPORT, HISTOGRAM;

		static Wanted of(boolean report, boolean histogram) {
			return report ? (histogram ? HISTOGRAM : REPORT) : FINDINGS;
		}

	}

	/** Elements of a tile: its arrays, 10 KiB, stay in the first-level cache. */
	private static final int TILE = 256;

	private final float[] x;

	private final int elements;

	private final float rescale;

	private final float scale;

	private final Precision precision;

	/** Whether integers are clamped. */
	private final boolean toInt;

	private final @Nullable ErrorSums errors;

	/**
	 * Which integers of the range occurred, 0 or 1 each, from the smallest on; null if no
	 * report is wanted or the range is too large. Bytes rather than bits: with bits each
	 * element would depend on the one before.
	 */
	private final byte @Nullable [] seen;

	/**
	 * How often each integer of the range occurred, from the smallest on; null where no
	 * one asks or the range is too large.
	 */
	private final int @Nullable [] counts;

	private int zeros;

	private int nonzero;

	private int saturated;

	private int[] deadChannels = new int[0];

	private int dead;

	private int silenced;

	private int firstSilenced = -1;

	private TensorStatistics(FloatTensor tensor, float rescale, float scale, Precision precision, boolean toInt,
			Wanted wanted) {
		boolean report = wanted != Wanted.FINDINGS;
		this.x = tensor.array();
		this.elements = tensor.elements();
		this.rescale = rescale;
		this.scale = scale;
		this.precision = precision;
		this.toInt = toInt;
		this.errors = report ? new ErrorSums(Math.min(TILE, this.elements)) : null;
		this.seen = (report && precision.bits() <= Short.SIZE) ? new byte[(int) precision.levels()] : null;
		this.counts = (wanted == Wanted.HISTOGRAM && precision.bits() <= Histogram.MAX_BITS)
				? new int[(int) precision.levels()] : null;
	}

	/**
	 * Computes the statistics of a tensor whose products are all finite.
	 * @param toInt whether integers are clamped to the precision's range
	 * @param channels number of output channels, a divisor of the number of elements
	 * @param wanted what it is for: the report's errors and levels take most of the time
	 */
	static TensorStatistics of(FloatTensor tensor, float rescale, float scale, Precision precision, boolean toInt,
			int channels, Wanted wanted) {
		TensorStatistics statistics = new TensorStatistics(tensor, rescale, scale, precision, toInt, wanted);
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
		int size = Math.min(TILE, this.elements);
		float[] rescaled = new float[size];
		int[] q = new int[size];
		// What is not clamped may be beyond int, where it is no level and not zero.
		int lo = this.toInt ? this.precision.lo() : Integer.MIN_VALUE;
		int hi = this.toInt ? this.precision.hi() : Integer.MAX_VALUE;
		int count;
		for (int from = 0; from < this.elements; from += count) {
			count = Math.min(size, this.elements - from);
			Rounding.toInts(this.x, from, this.rescale, this.scale, lo, hi, q, 0, count);
			System.arraycopy(this.x, from, rescaled, 0, count);
			rescale(rescaled, count);
			this.zeros += count - nonzero(q, count);
			this.nonzero += nonzero(rescaled, count);
			if (this.errors != null) {
				errors(from, count, rescaled, q, this.errors);
			}
			if (this.seen != null) {
				levels(count, q, this.seen);
			}
			if (this.counts != null) {
				count(count, q, this.counts);
			}
		}
	}

	private void rescale(float[] x, int count) {
		for (int i = 0; i < count; i++) {
			x[i] *= this.rescale;
		}
	}

	/** How many are not zero, by the sign of either them or their negatives. */
	private static int nonzero(int[] q, int count) {
		int nonzero = 0;
		for (int i = 0; i < count; i++) {
			nonzero += (q[i] | -q[i]) >>> 31;
		}
		return nonzero;
	}

	/** The same of the bits without their sign; see {@code Extremes} for the segment. */
	private static int nonzero(float[] x, int count) {
		MemorySegment bits = MemorySegment.ofArray(x);
		int nonzero = 0;
		for (int i = 0; i < count; i++) {
			int magnitude = bits.getAtIndex(ValueLayout.JAVA_INT, i) << 1;
			nonzero += (magnitude | -magnitude) >>> 31;
		}
		return nonzero;
	}

	private void errors(int from, int count, float[] rescaled, int[] q, ErrorSums errors) {
		if (this.toInt) {
			errors.add(q, rescaled, this.scale, count);
		}
		else {
			float[] floats = errors.floats();
			Rounding.toFloats(this.x, from, this.rescale, this.scale, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY,
					floats, 0, count);
			errors.add(floats, rescaled, this.scale, count);
		}
	}

	private void levels(int count, int[] q, byte[] seen) {
		int lo = this.precision.lo();
		for (int i = 0; i < count; i++) {
			int level = q[i] - lo;
			if (level >= 0 && level < seen.length) {
				seen[level] = 1;
			}
		}
	}

	private void count(int count, int[] q, int[] counts) {
		int lo = this.precision.lo();
		for (int i = 0; i < count; i++) {
			int level = q[i] - lo;
			if (level >= 0 && level < counts.length) {
				counts[level]++;
			}
		}
	}

	private void saturation() {
		for (int i = 0; i < this.elements; i++) {
			double rounded = Math.rint(this.x[i] * this.rescale * this.scale);
			this.saturated += (rounded < this.precision.lo() || rounded > this.precision.hi()) ? 1 : 0;
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
		ErrorSums errors = Objects.requireNonNull(this.errors);
		return new TensorReport(this.elements, this.zeros, levelsUsed(), this.precision.levels(), this.saturated,
				errors.largest(), errors.rootMeanSquare(this.elements), errors.sqnrDb(),
				(this.counts != null) ? new Histogram(this.precision.lo(), this.counts) : null);
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
		return this.nonzero - (this.elements - this.zeros);
	}

	/** How many elements were not zero. */
	int nonzero() {
		return this.nonzero;
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
