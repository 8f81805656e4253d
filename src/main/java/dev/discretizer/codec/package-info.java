/**
 * What all codecs share: the elements between bytes and tensors, and the one closed set
 * of what can be wrong with bytes. May import {@code tensor} only.
 */
@NullMarked
package dev.discretizer.codec;

import org.jspecify.annotations.NullMarked;
