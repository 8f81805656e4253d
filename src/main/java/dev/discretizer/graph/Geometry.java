package dev.discretizer.graph;

import dev.discretizer.tensor.Shape;

/**
 * The sizes of what a layer takes and gives.
 *
 * @param input channels, height and width of what arrives
 * @param output channels, height and width of its neurons, before pooling
 * @param stride of the convolution
 * @param padding of the convolution, on each side
 * @param pool kernel and stride of the one sum pool that all pools between its neurons
 * and the next layer amount to; 1x1 for none
 */
public record Geometry(Shape input, Shape output, Size2d stride, Size2d padding, Size2d pool) {
}
