/**
 * NumPy's array files (npy) and their archives (npz), read into tensors and written from
 * tensors. May import {@code tensor} and {@code codec}.
 */
@NullMarked
package dev.discretizer.codec.npy;

import org.jspecify.annotations.NullMarked;
