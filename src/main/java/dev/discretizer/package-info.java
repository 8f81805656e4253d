/**
 * The application's entry point, and nothing else. May import Spring Boot only.
 */
@NullMarked
package dev.discretizer;

import org.jspecify.annotations.NullMarked;
