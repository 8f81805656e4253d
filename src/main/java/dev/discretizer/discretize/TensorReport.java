package dev.discretizer.discretize;

import org.jspecify.annotations.Nullable;

/**
 * The quantization errors of a tensor.
 *
 * <pre>
 * error_i = q_i / scale - x_i
 * sqnr    = 10 log10(sum x_i^2 / sum error_i^2)
 * </pre>
 *
 * Errors are in the input's unit, after any rescale. Everything is summed in binary64, in
 * an order that depends on the size alone, so equal input gives equal figures.
 *
 * @param elements number of elements
 * @param zeros how many integers are zero
 * @param levelsUsed how many different integers occur; null above 16 bits
 * @param levelsAvailable how many the precision has
 * @param saturated how many finite values were clamped
 * @param maxAbsError the largest absolute error
 * @param rmsError the root of the mean squared error
 * @param sqnrDb signal to quantization noise ratio in dB; null when there is no error or
 * no signal
 * @param histogram how often each integer occurs; null where it was not wanted, and above
 * {@value Histogram#MAX_BITS} bits
 */
public record TensorReport(int elements, int zeros, @Nullable Integer levelsUsed, long levelsAvailable, int saturated,
		double maxAbsError, double rmsError, @Nullable Double sqnrDb, @Nullable Histogram histogram) {
}
