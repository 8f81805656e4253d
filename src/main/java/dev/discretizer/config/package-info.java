/**
 * Binds properties to the plain values that the rest is made of. May import all of ours,
 * and nothing of ours imports it.
 */
@NullMarked
package dev.discretizer.config;

import org.jspecify.annotations.NullMarked;
