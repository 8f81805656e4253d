/**
 * NumPy's array files (npy) and their archives (npz), to tensors and back. May import
 * {@code tensor} and {@code codec}.
 */
@NullMarked
package dev.discretizer.codec.npy;

import org.jspecify.annotations.NullMarked;
