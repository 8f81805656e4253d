/**
 * Nodes and edges of a network: plans its layers, their order, their sources and their
 * pooling factors. No arithmetic on tensors. May import {@code tensor} only, and does no
 * input or output.
 */
@NullMarked
package dev.discretizer.graph;

import org.jspecify.annotations.NullMarked;
