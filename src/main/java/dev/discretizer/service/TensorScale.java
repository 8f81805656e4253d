package dev.discretizer.service;

import org.jspecify.annotations.Nullable;

/**
 * The scale of a tensor, and the values it is computed from.
 *
 * @param scale finite and above zero; null if all elements are zero, or so small that the
 * scale overflows binary32
 * @param bits the precision that the scale is for
 * @param min the smallest element
 * @param max the largest element
 */
public record TensorScale(@Nullable Float scale, int bits, float min, float max) {
}
