/**
 * Tests of the built image, run as in production. They may import what the tests of
 * {@code web} speak HTTP with, and Testcontainers.
 */
@NullMarked
package dev.discretizer.image;

import org.jspecify.annotations.NullMarked;
