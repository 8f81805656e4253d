/**
 * Authentication by key or token, security headers for browsers, and requests from other
 * origins. May import all of ours but {@code web} and {@code config}; package-private
 * throughout. Hands the caller's name to {@code web} as a request attribute, and refusals
 * as a bare status that {@code web} turns into a problem.
 */
@NullMarked
package dev.discretizer.security;

import org.jspecify.annotations.NullMarked;
