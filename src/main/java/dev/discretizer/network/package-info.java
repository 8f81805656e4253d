/**
 * Discretizes a network layer by layer, says what is to be known of it as a whole, and
 * asks whether a chip can hold it. May import {@code tensor}, {@code discretize},
 * {@code device} and {@code graph} only.
 */
@NullMarked
package dev.discretizer.network;

import org.jspecify.annotations.NullMarked;
