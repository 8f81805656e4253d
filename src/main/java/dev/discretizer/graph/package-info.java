/**
 * Nodes and edges of a network: the order in which data flows, which neurons a weight
 * feeds, what pools lie between. No arithmetic on tensors. May import {@code tensor}
 * only, and does no input or output.
 */
@NullMarked
package dev.discretizer.graph;

import org.jspecify.annotations.NullMarked;
