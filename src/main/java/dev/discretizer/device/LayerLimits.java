package dev.discretizer.device;

import java.util.List;

/**
 * What a chip asks of each layer, whichever core it goes on.
 *
 * @param inputSize most pixels of the input, in height and in width
 * @param outputSize most neurons of an output channel, in height and in width
 * @param channels most input channels, and most output channels
 * @param kernelSize most weights of a kernel, in height and in width
 * @param strides all strides there are, in height and in width apart
 * @param padding most pixels on each side
 * @param poolings all kernels of the sum pool behind the neurons
 * @param fanOut most layers that one layer feeds
 * @param weightBits of a weight
 * @param biasBits of a bias
 * @param stateBits of a membrane potential and its thresholds
 * @param dvsPoolings all kernels of the sum pool between the camera and the first layer
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
