package dev.discretizer.web;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import dev.discretizer.budget.ComputePermits;
import dev.discretizer.budget.Limits;
import dev.discretizer.budget.MemoryBudget;
import dev.discretizer.service.DiscretizationService;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.server.EndpointPaths;
import dev.discretizer.web.server.WarmUpSample;
import org.apache.catalina.core.StandardHost;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.info.GitProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.RequestContextFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.boot.webmvc.autoconfigure.WebMvcRegistrations;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Registers with Spring MVC and Tomcat the classes that read requests, write answers and
 * report problems.
 */
@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {

	private final ApiRequestResolver resolver;

	WebConfiguration(Limits limits, MemoryBudget memory, ComputePermits permits, DiscretizationService service,
			@Nullable BuildProperties build, @Nullable GitProperties git) {
		Origins origins = new Origins(service, (build != null) ? build.getVersion() : null,
				(git != null) ? git.getCommitId() : null);
		this.resolver = new ApiRequestResolver(new RequestReader(limits, memory), new ResponseWriter(permits, origins));
	}

	/** Maps controllers by their endpoints. */
	@Bean
	WebMvcRegistrations endpointMapping() {
		return new WebMvcRegistrations() {
			@Override
			public RequestMappingHandlerMapping getRequestMappingHandlerMapping() {
				return new EndpointMapping();
			}
		};
	}

	/**
	 * Leaves the filter out: the dispatcher servlet sets the same context, for which no
	 * other filter asks.
	 */
	@Bean
	FilterRegistrationBean<RequestContextFilter> requestContextFilter() {
		FilterRegistrationBean<RequestContextFilter> registration = new FilterRegistrationBean<>(
				new RequestContextFilter());
		registration.setEnabled(false);
		return registration;
	}

	@Override
	public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
		resolvers.add(this.resolver);
	}

	@Override
	public void addReturnValueHandlers(List<HandlerMethodReturnValueHandler> handlers) {
		handlers.add(this.resolver);
	}

	@Bean
	EndpointPaths endpointPaths() {
		return new EndpointPaths(
				Arrays.stream(Endpoint.values()).collect(Collectors.toMap(Endpoint::path, Endpoint::label)));
	}

	@Bean
	WarmUpSample.Source warmUpRequests() {
		return WarmUpRequests::all;
	}

	/** Answers with problems the requests that Tomcat refuses before any servlet. */
	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemErrorValve() {
		return (factory) -> factory.addContextCustomizers((context) -> ((StandardHost) context.getParent())
			.setErrorReportValveClass(ProblemErrorValve.class.getName()));
	}

}
