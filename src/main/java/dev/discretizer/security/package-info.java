/**
 * Who may ask: keys and tokens, the headers that browsers obey, and requests from other
 * origins. May import all of ours but {@code web} and {@code config}; package-private
 * throughout. What it finds out reaches {@code web} as attributes of the request, and
 * what it refuses is a bare status, of which {@code web} makes a problem.
 */
@NullMarked
package dev.discretizer.security;

import org.jspecify.annotations.NullMarked;
