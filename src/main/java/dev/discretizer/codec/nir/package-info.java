/**
 * Networks in the Neuromorphic Intermediate Representation, which are HDF5 files. May
 * import {@code tensor}, {@code codec} and {@code graph} only.
 *
 * <p>
 * HDF5 is read and written by our own code, as far as NIR uses it. A library was weighed
 * and left: jHDF, the one in Java that is kept well (0.13, 2026), takes memory by numbers
 * of the file before it looks whether so many bytes are there (buffers of a file channel,
 * records of a B-tree, what a chunk inflates to), follows loops of B-trees and of header
 * blocks until the stack ends, and has no hook where either could be stopped. To use it
 * on files of strangers, every structure that it will read must be walked before by code
 * that reads it too; then the library is the second reader of each byte, and where the
 * two disagree is where it hurts. It writes to a path only, with the version of the
 * system in each file. It serves as the witness in tests.
 */
@NullMarked
package dev.discretizer.codec.nir;

import org.jspecify.annotations.NullMarked;
