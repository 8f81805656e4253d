/**
 * The arithmetic of sinabs' discretize module: scale, tensor, scalar and layer, with the
 * report and the findings that explain a result. May import {@code tensor} only.
 */
@NullMarked
package dev.discretizer.discretize;

import org.jspecify.annotations.NullMarked;
