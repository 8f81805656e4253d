package dev.discretizer.network;

import dev.discretizer.discretize.ScaleRule;
import org.jspecify.annotations.Nullable;

/**
 * The cost of discretizing a layer to a width by a rule. Figures describe its rescaled
 * weight.
 *
 * @param layer the weight's node or module
 * @param bits of a weight
 * @param rule how the scale is chosen
 * @param scale of the layer
 * @param spikeThreshold the integer threshold
 * @param sqnrDb signal to quantization noise ratio in dB; null when there is no error or
 * no signal
 * @param effectiveSqnrDb the same of {@code q * threshold / integer threshold}; null also
 * where that is zero
 * @param maxAbsError the largest absolute error
 * @param zeros number of integers that are zero
 * @param deadOutputChannels number of output channels whose integers are all zero
 * @param thresholdError {@code (q / scale - threshold) / threshold}: below zero, neurons
 * fire more easily than trained
 * @param saturated number of weights that were clamped
 * @param kernelMemory entries of a core's kernel memory; a Linear of a state dict counts
 * as a convolution of one pixel
 * @param kernelBytes the same in bytes of the width, rounded up
 */
public record SweepRow(String layer, int bits, ScaleRule rule, float scale, int spikeThreshold, @Nullable Double sqnrDb,
		@Nullable Double effectiveSqnrDb, double maxAbsError, int zeros, int deadOutputChannels, double thresholdError,
		int saturated, long kernelMemory, long kernelBytes) {
}
