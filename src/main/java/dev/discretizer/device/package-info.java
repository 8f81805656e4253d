/**
 * The chips that sinabs supports: their limits, the memory a layer takes, and the mapping
 * of layers to cores. May import {@code tensor} only, and does no input or output.
 */
@NullMarked
package dev.discretizer.device;

import org.jspecify.annotations.NullMarked;
