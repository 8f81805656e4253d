/**
 * Networks in the Neuromorphic Intermediate Representation, which are HDF5 files. May
 * import {@code tensor}, {@code codec} and {@code graph} only.
 *
 * <p>
 * The package has its own reader and writer of HDF5, as far as NIR uses it. jHDF 0.13,
 * the only maintained HDF5 library for Java, was considered and rejected: it inflates a
 * chunk without a limit, allocates memory for as many records as a B-tree declares, and
 * follows cycles of B-trees and of header blocks until the stack overflows, with no hook
 * to stop it. To use it on untrusted files, other code would have to check every
 * structure first, and any difference between the two readers would be a hole. It does
 * not read what HDF5 2.0 writes with {@code libver="latest"}, and it writes to a path
 * only, with the name of the operating system in each file. The tests use it to read what
 * this package writes.
 */
@NullMarked
package dev.discretizer.codec.nir;

import org.jspecify.annotations.NullMarked;
