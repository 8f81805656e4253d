/**
 * Discretizes a planned network layer by layer, makes the findings of the network as a
 * whole, and fits it on a chip. May import {@code tensor}, {@code discretize},
 * {@code device} and {@code graph} only.
 */
@NullMarked
package dev.discretizer.network;

import org.jspecify.annotations.NullMarked;
