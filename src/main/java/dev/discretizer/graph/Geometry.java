package dev.discretizer.graph;

import dev.discretizer.tensor.Shape;

/**
 * The sizes of a layer.
 *
 * @param input channels, height and width of its input
 * @param output channels, height and width of its neurons, before pooling
 * @param stride of the convolution
 * @param padding of the convolution, on each side
 */
public record Geometry(Shape input, Shape output, Size2d stride, Size2d padding) {
}
