package dev.discretizer.web;

import java.lang.reflect.Method;

import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Format;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import org.jspecify.annotations.Nullable;

/**
 * Maps methods marked with {@link Serves} to the path of their endpoint, and all other
 * methods by Spring's own annotations.
 */
final class EndpointMapping extends RequestMappingHandlerMapping {

	@Override
	protected @Nullable RequestMappingInfo getMappingForMethod(Method method, Class<?> handlerType) {
		Serves serves = AnnotatedElementUtils.findMergedAnnotation(method, Serves.class);
		return (serves == null) ? super.getMappingForMethod(method, handlerType) : mapping(serves.value());
	}

	private RequestMappingInfo mapping(Endpoint endpoint) {
		RequestMappingInfo.Builder mapping = RequestMappingInfo.paths(endpoint.path())
			.methods(RequestMethod.valueOf(endpoint.method().name()));
		if (endpoint.body() == Endpoint.Body.NONE) {
			// For endpoints with a body, Negotiation chooses the answer's format.
			mapping.produces(Format.JSON.mediaType().toString());
		}
		return mapping.options(getBuilderConfiguration()).build();
	}

}
