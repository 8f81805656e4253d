package dev.discretizer.graph;

import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A node of a network, with its NIR parameters as the file holds them, whether or not a
 * chip supports them. Tensors are shared and never written to.
 *
 * <p>
 * Source: NIR 0.2 to 1.0.8, {@code nir/ir/}.
 */
public sealed interface Node {

	/**
	 * Where data enters.
	 *
	 * @param shape channels, height and width, without batch and time; null if not known
	 */
	record Input(@Nullable Shape shape) implements Node {
	}

	/**
	 * Where data leaves.
	 *
	 * @param shape as of the input
	 */
	record Output(@Nullable Shape shape) implements Node {
	}

	/**
	 * A convolution.
	 *
	 * @param weight output channels, input channels of a group, kernel height, kernel
	 * width
	 * @param bias one for each output channel, or null for none
	 * @param padding null for {@code same}; {@code valid} is a padding of zero
	 * @param inputSize height and width of its input, or null if not known
	 */
	record Conv2d(FloatTensor weight, @Nullable FloatTensor bias, Size2d stride, @Nullable Size2d padding,
			Size2d dilation, int groups, @Nullable Size2d inputSize) implements Node {
	}

	/**
	 * A fully connected layer: NIR's Linear without a bias, or its Affine with one.
	 *
	 * @param weight outputs, inputs
	 * @param bias one for each output, or null for none
	 */
	record Linear(FloatTensor weight, @Nullable FloatTensor bias) implements Node {
	}

	/**
	 * Integrate-and-fire neurons: NIR's IF.
	 *
	 * @param r resistance
	 * @param threshold v_threshold, one for all or one for each neuron
	 * @param reset v_reset, as the threshold, or null where the file has none
	 */
	record IntegrateAndFire(FloatTensor r, FloatTensor threshold, @Nullable FloatTensor reset) implements Node {
	}

	/**
	 * Pooling.
	 *
	 * @param average whether it divides the sum by the elements of its kernel
	 */
	record Pool2d(boolean average, Size2d kernel, Size2d stride, Size2d padding) implements Node {
	}

	/**
	 * Makes one dimension of several.
	 *
	 * @param startDim the first of them, without batch and time
	 * @param endDim the last of them; negative counts from the end
	 * @param inputShape shape of its input, or null if not known
	 */
	record Flatten(int startDim, int endDim, @Nullable Shape inputShape) implements Node {
	}

	/**
	 * A graph within the graph: what feeds it feeds its Input, and what it feeds is fed
	 * by its Output.
	 *
	 * @param network its nodes and edges
	 */
	record Graph(Network network) implements Node {
	}

	/**
	 * Any other node; its parameters are not read.
	 *
	 * @param type as the file names it
	 */
	record Other(String type) implements Node {
	}

}
