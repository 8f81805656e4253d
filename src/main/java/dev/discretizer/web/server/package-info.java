/**
 * Everything a request meets that does not depend on which endpoint it is for: sockets,
 * bodies, memory, deadlines, draining at shutdown, probes, the warm-up, the log line and
 * the meters of a request. May import {@code tensor}, {@code codec} and {@code budget} of
 * ours, Spring, Tomcat and Micrometer; knows no endpoints, formats or results.
 */
@NullMarked
package dev.discretizer.web.server;

import org.jspecify.annotations.NullMarked;
