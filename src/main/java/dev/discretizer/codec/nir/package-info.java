/**
 * Networks in the Neuromorphic Intermediate Representation, which are HDF5 files. May
 * import {@code tensor}, {@code codec} and {@code graph} only.
 *
 * <p>
 * HDF5 is read and written by our own code, as far as NIR uses it. A library was weighed
 * and left: jHDF 0.13, the one in Java that is kept well. It inflates a chunk to whatever
 * length it has, takes memory for as many records as a B-tree claims, and follows loops
 * of B-trees and of header blocks until the stack ends, with no hook where these could be
 * stopped. To use it on files of strangers, every structure that it will read must be
 * walked before by code that reads it too; then the library is the second reader of each
 * byte, and where the two disagree is where it hurts. It does not read what HDF5 2.0
 * writes with {@code libver="latest"}, and it writes to a path only, with the name of the
 * operating system in each file. It serves as the witness in tests.
 */
@NullMarked
package dev.discretizer.codec.nir;

import org.jspecify.annotations.NullMarked;
