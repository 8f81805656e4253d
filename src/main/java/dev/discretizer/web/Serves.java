package dev.discretizer.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.discretizer.web.api.Endpoint;

/**
 * Marks a controller's method with the endpoint it serves: the endpoint says at which
 * path, what is read for the method's {@link ApiRequest}, and how what it returns is
 * written.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Serves {

	Endpoint value();

}
