/**
 * The API's declarations: endpoints, the fields of requests, the members and headers of
 * answers, formats, each declared once. {@code web} reads and writes by these
 * declarations, {@code web.openapi} describes them. May import {@code tensor},
 * {@code discretize}, {@code device}, {@code graph}, {@code network}, {@code service} and
 * {@code codec} of ours, and Spring's names of HTTP; uses no servlets.
 */
@NullMarked
package dev.discretizer.web.api;

import org.jspecify.annotations.NullMarked;
