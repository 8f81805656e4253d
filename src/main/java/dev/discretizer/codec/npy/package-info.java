/**
 * NumPy's array files (npy) and their archives (npz), to tensors and back. May import
 * {@code tensor}, {@code codec} and commons-compress.
 */
@NullMarked
package dev.discretizer.codec.npy;

import org.jspecify.annotations.NullMarked;
