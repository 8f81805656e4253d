package dev.discretizer.device;

import java.util.List;

/**
 * The limits of a chip for each layer, the same on every core.
 *
 * @param inputSize most pixels of the input, in height and in width
 * @param outputSize most neurons of an output channel, in height and in width
 * @param channels most input channels, and most output channels
 * @param kernelSize most weights of a kernel, in height and in width
 * @param strides allowed strides, for height and width separately
 * @param padding most pixels on each side
 * @param poolings allowed kernels of the sum pool after the neurons
 * @param fanOut most destinations of one layer
 * @param weightBits of a weight
 * @param biasBits of a bias
 * @param stateBits of a membrane potential and its thresholds
 * @param dvsPoolings allowed kernels of the sum pool between the camera and the first
 * layer
 */
public record LayerLimits(int inputSize, int outputSize, int channels, int kernelSize, List<Integer> strides,
		int padding, List<Integer> poolings, int fanOut, int weightBits, int biasBits, int stateBits,
		List<Integer> dvsPoolings) {

	/** Copies the lists. */
	public LayerLimits {
		strides = List.copyOf(strides);
		poolings = List.copyOf(poolings);
		dvsPoolings = List.copyOf(dvsPoolings);
	}

}
