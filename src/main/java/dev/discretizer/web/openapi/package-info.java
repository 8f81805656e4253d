/**
 * The API's document, made from the declarations of {@code web.api}, with its examples.
 * May import {@code web}, {@code web.api} and {@code web.server}, springdoc and
 * swagger-models; no package imports it.
 */
@NullMarked
package dev.discretizer.web.openapi;

import org.jspecify.annotations.NullMarked;
