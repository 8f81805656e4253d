/**
 * Binds properties to plain values and creates the objects made of them. May import all
 * other packages; no other package imports it.
 */
@NullMarked
package dev.discretizer.config;

import org.jspecify.annotations.NullMarked;
