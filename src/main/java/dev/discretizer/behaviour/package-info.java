/**
 * Simulates a discretized network by steps, as sinabs does, and by events, as the chip
 * does, compares both with the network as trained, and calibrates min_v_mem. May import
 * {@code tensor}, {@code discretize}, {@code network}, {@code graph} and its own
 * {@code simulator} only.
 */
@NullMarked
package dev.discretizer.behaviour;

import org.jspecify.annotations.NullMarked;
