/**
 * JSON bodies: requests streamed into tensors and options, answers written as they are
 * computed. May import {@code tensor}, {@code codec} and Jackson's streaming core.
 */
@NullMarked
package dev.discretizer.codec.json;

import org.jspecify.annotations.NullMarked;
