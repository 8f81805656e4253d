/**
 * Shapes, data types, float tensors over primitive arrays, discrete tensors that yield
 * their values slice by slice, and the small interfaces through which a decoder asks for
 * memory. May import the JDK only, and does no input or output.
 */
@NullMarked
package dev.discretizer.tensor;

import org.jspecify.annotations.NullMarked;
