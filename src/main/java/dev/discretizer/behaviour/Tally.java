package dev.discretizer.behaviour;

import org.jspecify.annotations.Nullable;

/**
 * Sums up one layer's spikes in one mode, beside those of {@link Mode#FLOAT_STEP}; see
 * {@link LayerFigures}. All sums are of whole numbers below 2^53, so they do not depend
 * on the order of the recordings. Not thread-safe.
 */
final class Tally {

	/**
	 * The fewest spikes in one mode that make a neuron without spikes in the other
	 * silenced or awakened.
	 */
	private static final int NOTABLE = 3;

	/** The fewest spikes above float_step that make a neuron overactive. */
	private static final int MANY_MORE = 10;

	private long spikes;

	private long beyond;

	private long synops;

	private long floatSpikes;

	private long difference;

	private double squares;

	private double floatSquares;

	private double products;

	private long silenced;

	private long awakened;

	private long overactive;

	/**
	 * Adds a recording.
	 * @param total spikes of all neurons
	 */
	void add(long total, long beyond, long synops) {
		this.spikes += total;
		this.beyond += beyond;
		this.synops += synops;
	}

	/**
	 * Compares the neurons of a recording.
	 * @param counts spikes of each neuron
	 * @param floats the same in float_step, in the same order
	 */
	void compare(int[] counts, int[] floats) {
		for (int i = 0; i < counts.length; i++) {
			long n = counts[i];
			long f = floats[i];
			this.floatSpikes += f;
			this.difference += Math.abs(n - f);
			this.squares += (double) n * n;
			this.floatSquares += (double) f * f;
			this.products += (double) n * f;
			this.silenced += (f >= NOTABLE && n == 0) ? 1 : 0;
			this.awakened += (f == 0 && n >= NOTABLE) ? 1 : 0;
			this.overactive += (n > 2 * f && n >= f + MANY_MORE) ? 1 : 0;
		}
	}

	void add(Tally other) {
		add(other.spikes, other.beyond, other.synops);
		this.floatSpikes += other.floatSpikes;
		this.difference += other.difference;
		this.squares += other.squares;
		this.floatSquares += other.floatSquares;
		this.products += other.products;
		this.silenced += other.silenced;
		this.awakened += other.awakened;
		this.overactive += other.overactive;
	}

	long synops() {
		return this.synops;
	}

	/** Sum of |n - f|. */
	long difference() {
		return this.difference;
	}

	/** Sum of f. */
	long floatSpikes() {
		return this.floatSpikes;
	}

	/**
	 * The figures.
	 * @param neurons of the layer
	 * @param seconds of all recordings, or null if unknown
	 * @param compared whether float_step was run
	 */
	LayerFigures figures(int neurons, @Nullable Double seconds, boolean compared) {
		Double rate = (seconds == null) ? null : quotient((double) this.spikes, neurons * seconds);
		if (!compared) {
			return new LayerFigures(this.spikes, rate, null, null, null, null, null, null, this.beyond, this.synops);
		}
		return new LayerFigures(this.spikes, rate, quotient((double) this.spikes, (double) this.floatSpikes),
				quotient((double) this.difference, (double) this.floatSpikes),
				quotient(this.products, Math.sqrt(this.squares) * Math.sqrt(this.floatSquares)), this.silenced,
				this.awakened, this.overactive, this.beyond, this.synops);
	}

	/** Divides; null if the divisor is zero. */
	static @Nullable Double quotient(double dividend, double divisor) {
		return (divisor == 0) ? null : (Double) (dividend / divisor);
	}

}
