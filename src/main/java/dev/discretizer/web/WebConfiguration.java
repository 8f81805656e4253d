package dev.discretizer.web;

import java.util.List;

import dev.discretizer.budget.ComputePermits;
import dev.discretizer.budget.DrainPeriod;
import dev.discretizer.budget.HeapPlan;
import dev.discretizer.budget.Limits;
import dev.discretizer.budget.MemoryBudget;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Wires what reads requests and writes answers into Spring MVC and Tomcat.
 */
@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {

	private final ApiRequestResolver resolver;

	WebConfiguration(Limits limits, MemoryBudget memory, ComputePermits permits) {
		this.resolver = new ApiRequestResolver(new RequestReader(limits, memory), new AnswerWriter(permits));
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
	FilterRegistrationBean<RequestIdFilter> requestIdFilter() {
		FilterRegistrationBean<RequestIdFilter> registration = new FilterRegistrationBean<>(new RequestIdFilter());
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
		return registration;
	}

	@Bean
	ConnectionDrain connectionDrain(DrainPeriod period) {
		return new ConnectionDrain(period.duration());
	}

	@Bean
	FilterRegistrationBean<ConnectionDrain.CloseFilter> closeFilter(ConnectionDrain drain) {
		FilterRegistrationBean<ConnectionDrain.CloseFilter> registration = new FilterRegistrationBean<>(
				new ConnectionDrain.CloseFilter(drain));
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
		return registration;
	}

	@Bean
	FilterRegistrationBean<MemoryFilter> memoryFilter() {
		FilterRegistrationBean<MemoryFilter> registration = new FilterRegistrationBean<>(new MemoryFilter());
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 2);
		return registration;
	}

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> tomcat(Limits limits, HeapPlan plan,
			ConnectionDrain drain) {
		return (factory) -> {
			factory.addContextCustomizers((context) -> ((StandardHost) context.getParent())
				.setErrorReportValveClass(ProblemErrorValve.class.getName()));
			factory.addConnectorCustomizers(drain::add);
			factory.setProtocol(SocketProtocol.class.getName());
			factory.addEngineValves(new SocketProtocol.SocketValve(), new RefusedBodyValve(limits));
			factory.addConnectorCustomizers((connector) -> {
				connector.setProperty("maxConnections", Integer.toString(plan.connections()));
				// A client that waits for 100 Continue never sends a body that is refused
				// for what its head says.
				connector.setProperty("continueResponseTiming", "onRead");
				connector.setProperty("disableUploadTimeout", "false");
				connector.setProperty("connectionUploadTimeout", Long.toString(BodyStream.GRACE.toMillis()));
			});
		};
	}

}
