/**
 * The two simulators, by steps and by events, over primitive arrays. May import
 * {@code tensor} and {@code graph} only.
 */
@NullMarked
package dev.discretizer.behaviour.simulator;

import org.jspecify.annotations.NullMarked;
