/**
 * Tables as comma-separated values (RFC 4180). May import {@code tensor} and
 * {@code codec} only.
 */
@NullMarked
package dev.discretizer.codec.csv;

import org.jspecify.annotations.NullMarked;
