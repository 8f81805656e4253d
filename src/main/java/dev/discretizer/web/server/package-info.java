/**
 * The parts of request handling that do not depend on the endpoint: sockets, bodies,
 * memory, deadlines, draining at shutdown, probes, the warm-up, the log line and the
 * meters of a request. May import {@code tensor}, {@code codec} and {@code budget} of
 * ours, Spring, Tomcat and Micrometer; uses no endpoints, formats or results.
 */
@NullMarked
package dev.discretizer.web.server;

import org.jspecify.annotations.NullMarked;
