/**
 * HTTP and nothing else: controllers, negotiation, reading bodies into tensors, writing
 * answers and problems. May import all of ours; package-private throughout, and holds no
 * arithmetic.
 */
@NullMarked
package dev.discretizer.web;

import org.jspecify.annotations.NullMarked;
