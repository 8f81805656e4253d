/**
 * The safetensors format: a length, a JSON header and the elements of named tensors. May
 * import {@code tensor}, {@code codec} and Jackson's streaming core only.
 *
 * @see <a href="https://github.com/safetensors/safetensors#format">The format</a>
 */
@NullMarked
package dev.discretizer.codec.safetensors;

import org.jspecify.annotations.NullMarked;
