package dev.discretizer.behaviour.simulator;

import dev.discretizer.graph.Size2d;
import dev.discretizer.tensor.Shape;

/**
 * The sizes of a convolution; a fully connected layer is one whose kernel covers its
 * input.
 *
 * @param input channels, height and width of the input, after pooling
 * @param output channels, height and width of the neurons
 * @param kernel of the weight {@code [output channels, input channels, height, width]}
 * @param stride at least 1x1
 * @param padding on each side
 */
public record Convolution(Shape input, Shape output, Size2d kernel, Size2d stride, Size2d padding) {

	/**
	 * Checks the sizes against each other.
	 * @throws IllegalArgumentException if the output contradicts the other sizes
	 */
	public Convolution {
		if (input.rank() != 3 || output.rank() != 3) {
			throw new IllegalArgumentException("input %s, output %s: [C, H, W] is expected".formatted(input, output));
		}
		check("height", size(input.dim(1), kernel.height(), stride.height(), padding.height()), output.dim(1));
		check("width", size(input.dim(2), kernel.width(), stride.width(), padding.width()), output.dim(2));
	}

	private static long size(int input, int kernel, int stride, int padding) {
		return Math.floorDiv(input + 2L * padding - kernel, stride) + 1;
	}

	private static void check(String axis, long expected, int found) {
		if (expected != found) {
			throw new IllegalArgumentException("output %s is %d, %d is expected".formatted(axis, found, expected));
		}
	}

	/** Number of neurons. */
	public int neurons() {
		return this.output.elements();
	}

	/** Number of weights. */
	int weights() {
		return Math.multiplyExact(Math.multiplyExact(this.output.dim(0), this.input.dim(0)),
				Math.multiplyExact(this.kernel.height(), this.kernel.width()));
	}

}
