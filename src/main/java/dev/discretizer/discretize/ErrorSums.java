package dev.discretizer.discretize;

import org.jspecify.annotations.Nullable;

/**
 * The errors of a tensor, {@code q / scale - x} in binary64, summed up tile by tile: each
 * place of the tile has sums of its own, so that its elements are added side by side.
 * Which element is added to which sum depends on the tensor's size alone, so equal input
 * gives equal figures. Not thread-safe.
 */
final class ErrorSums {

	private final double[] q;

	private final double[] largest;

	private final double[] squaredError;

	private final double[] squaredSignal;

	private float @Nullable [] floats;

	/**
	 * Makes sums.
	 * @param tile elements of a tile at most
	 */
	ErrorSums(int tile) {
		this.q = new double[tile];
		this.largest = new double[tile];
		this.squaredError = new double[tile];
		this.squaredSignal = new double[tile];
	}

	/** An array for a tile of whole numbers that are floats. */
	float[] floats() {
		if (this.floats == null) {
			this.floats = new float[this.q.length];
		}
		return this.floats;
	}

	/**
	 * Adds a tile.
	 * @param q integers
	 * @param x what they stand for, times the scale
	 */
	void add(int[] q, float[] x, double scale, int count) {
		for (int i = 0; i < count; i++) {
			this.q[i] = q[i];
		}
		sum(x, scale, count);
	}

	/**
	 * Adds a tile.
	 * @param q whole numbers of any size
	 * @param x what they stand for, times the scale
	 */
	void add(float[] q, float[] x, double scale, int count) {
		for (int i = 0; i < count; i++) {
			this.q[i] = q[i];
		}
		sum(x, scale, count);
	}

	private void sum(float[] x, double scale, int count) {
		for (int i = 0; i < count; i++) {
			double signal = x[i];
			double error = Math.abs(this.q[i] / scale - signal);
			this.largest[i] = Math.max(this.largest[i], error);
			this.squaredError[i] += error * error;
			this.squaredSignal[i] += signal * signal;
		}
	}

	/** The largest absolute error. */
	double largest() {
		double largest = 0;
		for (double error : this.largest) {
			largest = Math.max(largest, error);
		}
		return largest;
	}

	/** The root of the mean squared error of so many elements. */
	double rootMeanSquare(int elements) {
		return Math.sqrt(sum(this.squaredError) / elements);
	}

	/**
	 * The signal to quantization noise ratio in dB, or null when there is no error or no
	 * signal.
	 */
	@Nullable Double sqnrDb() {
		double error = sum(this.squaredError);
		double signal = sum(this.squaredSignal);
		return (error > 0 && signal > 0) ? (Double) (10 * Math.log10(signal / error)) : null;
	}

	private static double sum(double[] sums) {
		double sum = 0;
		for (double each : sums) {
			sum += each;
		}
		return sum;
	}

}
