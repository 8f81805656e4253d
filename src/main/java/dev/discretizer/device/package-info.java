/**
 * The chips that sinabs knows: their limits, what a layer takes of them, and which layers
 * go on which cores. May import {@code tensor} only, and does no input or output.
 */
@NullMarked
package dev.discretizer.device;

import org.jspecify.annotations.NullMarked;
