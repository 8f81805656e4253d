/**
 * The limits of a request as plain values, and who keeps them while it is read and
 * computed. May import {@code tensor} only; knows neither Spring nor servlets.
 */
@NullMarked
package dev.discretizer.budget;

import org.jspecify.annotations.NullMarked;
