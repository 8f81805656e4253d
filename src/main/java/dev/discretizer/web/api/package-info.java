/**
 * What the API consists of, each thing declared once: endpoints, the fields of requests,
 * the members and headers of answers, formats. {@code web} reads and writes by these
 * declarations, {@code web.openapi} describes them. May import {@code tensor},
 * {@code discretize}, {@code device}, {@code graph}, {@code network}, {@code service} and
 * {@code codec} of ours, and of Spring the names of HTTP; knows no servlets.
 */
@NullMarked
package dev.discretizer.web.api;

import org.jspecify.annotations.NullMarked;
