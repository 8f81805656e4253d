package dev.discretizer.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.discretizer.web.api.Endpoint;

/**
 * Marks a controller's method with the endpoint it serves. The endpoint declares the
 * path, the content of the method's {@link ApiRequest}, and how the return value is
 * written.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Serves {

	Endpoint value();

}
