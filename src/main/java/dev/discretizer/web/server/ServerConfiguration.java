package dev.discretizer.web.server;

import dev.discretizer.budget.HeapPlan;
import dev.discretizer.budget.Limits;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/**
 * Adds the filters and valves of this package to Tomcat, and sets up its connectors.
 */
@Configuration(proxyBeanMethods = false)
class ServerConfiguration {

	/** As many connections as Tomcat keeps processors for. */
	private static final String KEPT_BUFFERS = "200";

	@Bean
	FilterRegistrationBean<RequestIdFilter> requestIdFilter() {
		FilterRegistrationBean<RequestIdFilter> registration = new FilterRegistrationBean<>(new RequestIdFilter());
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
		return registration;
	}

	@Bean
	ConnectionDrain connectionDrain(ServerSettings settings) {
		return new ConnectionDrain(settings.drain());
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

	/** Runs after the filters that every answer needs. */
	@Bean
	FilterRegistrationBean<ReadinessFilter> readinessFilter(ApplicationAvailability availability) {
		FilterRegistrationBean<ReadinessFilter> registration = new FilterRegistrationBean<>(
				new ReadinessFilter(availability));
		registration.addUrlPatterns(ReadinessFilter.PATH);
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 3);
		return registration;
	}

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> tomcat(Limits limits, HeapPlan plan,
			ConnectionDrain drain, ServerSettings settings) {
		return (factory) -> {
			if (settings.socketBody()) {
				factory.setProtocol(SocketProtocol.class.getName());
				factory.addEngineValves(new SocketProtocol.SocketValve());
			}
			factory.addEngineValves(new RefusedBodyValve(limits));
			factory.addContextValves(new AmbiguousLengthValve());
			factory.addConnectorCustomizers(drain::add);
			factory.addConnectorCustomizers((connector) -> {
				connector.setProperty("maxConnections", Integer.toString(plan.connections()));
				connector.setProperty("maxThreads", Integer.toString(plan.threads()));
				// Otherwise Tomcat keeps the buffers of as many connections as were ever
				// open at once, up to 3 % of the heap.
				connector.setProperty("socket.bufferPool", KEPT_BUFFERS);
				// A client that waits for 100 Continue never sends a body that is refused
				// because of its head.
				connector.setProperty("continueResponseTiming", "onRead");
				connector.setProperty("disableUploadTimeout", "false");
				connector.setProperty("connectionUploadTimeout", Long.toString(BodyStream.GRACE.toMillis()));
			});
		};
	}

}
