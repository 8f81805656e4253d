/**
 * Shared by all codecs: reading and writing elements, names in messages, and the closed
 * set of causes for malformed bytes. May import {@code tensor} only.
 */
@NullMarked
package dev.discretizer.codec;

import org.jspecify.annotations.NullMarked;
