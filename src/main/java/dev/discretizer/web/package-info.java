/**
 * HTTP only: controllers, negotiation, reading bodies into tensors, writing answers and
 * problems. May import all packages of ours; package-private throughout, and holds no
 * arithmetic.
 */
@NullMarked
package dev.discretizer.web;

import org.jspecify.annotations.NullMarked;
