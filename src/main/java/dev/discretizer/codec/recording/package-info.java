/**
 * Reads recordings of events and rasters from npz and npy files. May import
 * {@code tensor}, {@code codec} and {@code codec.npy} only.
 */
@NullMarked
package dev.discretizer.codec.recording;

import org.jspecify.annotations.NullMarked;
