package dev.discretizer.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a controller's method with the endpoint it serves: what is read for its
 * {@link ApiRequest} and how its {@link Answer} may be written.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Accepts {

	Endpoint value();

}
