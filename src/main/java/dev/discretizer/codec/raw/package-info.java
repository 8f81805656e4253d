/**
 * The raw format: the elements of one tensor and nothing else, little-endian, in C order.
 * May import {@code tensor} and {@code codec} only.
 */
@NullMarked
package dev.discretizer.codec.raw;

import org.jspecify.annotations.NullMarked;
