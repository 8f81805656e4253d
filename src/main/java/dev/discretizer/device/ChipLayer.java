package dev.discretizer.device;

import java.util.List;

import dev.discretizer.tensor.Shape;

/**
 * The sizes of a layer that its limits and memory on a chip depend on.
 *
 * @param name for the answer
 * @param weight output channels, input channels, kernel height, kernel width; square
 * @param input channels, height and width of what arrives
 * @param output channels, height and width of the neurons
 * @param poolings kernel of the sum pool on the way to each destination, a core that it
 * sends events to; 1 for none
 * @param bias whether it has one, even if all zeros
 */
public record ChipLayer(String name, Shape weight, Shape input, Shape output, int strideHeight, int strideWidth,
		int paddingHeight, int paddingWidth, List<Integer> poolings, boolean bias) {

	/** Copies the list. */
	public ChipLayer {
		poolings = List.copyOf(poolings);
	}

	/**
	 * The entries of kernel memory it takes.
	 *
	 * <pre>
	 * c * 2^(ceil(log2(h w)) + ceil(log2(f)))
	 * </pre>
	 */
	public long kernelMemory() {
		return kernelMemory(this.weight);
	}

	/**
	 * The entries of kernel memory that a weight takes.
	 * @param weight output channels f, input channels c, and the kernel's height h and
	 * width w, which are 1 where they are left out
	 */
	public static long kernelMemory(Shape weight) {
		long kernel = (weight.rank() > 2) ? (long) weight.dim(2) * weight.dim(3) : 1;
		return weight.dim(1) * powerOfTwo(kernel) * powerOfTwo(weight.dim(0));
	}

	/**
	 * The entries of neuron memory it takes; pooling makes no difference.
	 *
	 * <pre>
	 * f * 2^(ceil(log2(height)) + ceil(log2(width)))
	 * </pre>
	 */
	public long neuronMemory() {
		return this.output.dim(0) * powerOfTwo(this.output.dim(1)) * powerOfTwo(this.output.dim(2));
	}

	/** The entries of bias memory it takes. */
	public long biasMemory() {
		return this.bias ? this.output.dim(0) : 0;
	}

	/**
	 * The smallest power of two that is not below a number. Shapes have fewer than 2^31
	 * elements, so the products of these fit a long.
	 */
	private static long powerOfTwo(long atLeast) {
		assert atLeast > 0;
		return Long.highestOneBit(2 * atLeast - 1);
	}

}
