/**
 * The limits of a request as plain values, the memory budget, deadlines of bodies and
 * compute permits. May import {@code tensor} only; knows neither Spring nor servlets.
 */
@NullMarked
package dev.discretizer.budget;

import org.jspecify.annotations.NullMarked;
