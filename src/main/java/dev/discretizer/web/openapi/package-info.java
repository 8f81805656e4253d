/**
 * The API's document, made from what {@code web.api} declares, and the examples in it.
 * May import {@code web}, {@code web.api} and {@code web.server}, springdoc and
 * swagger-models; nothing imports it.
 */
@NullMarked
package dev.discretizer.web.openapi;

import org.jspecify.annotations.NullMarked;
