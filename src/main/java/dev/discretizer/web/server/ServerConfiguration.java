package dev.discretizer.web.server;

import java.time.Duration;

import ch.qos.logback.classic.Logger;
import dev.discretizer.budget.HeapPlan;
import dev.discretizer.budget.Limits;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/**
 * Adds the filters and valves of this package to Tomcat, and sets up its connectors and
 * the console.
 */
@Configuration(proxyBeanMethods = false)
class ServerConfiguration {

	/**
	 * How long a line of the log waits for others at most: nobody who reads the console
	 * notices that, and a busy service writes hundreds of lines meanwhile.
	 */
	private static final Duration CONSOLE_PERIOD = Duration.ofMillis(100);

	@Bean
	ConsoleBatches consoleBatches() {
		return new ConsoleBatches((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME), CONSOLE_PERIOD);
	}

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
				// Otherwise Tomcat keeps, in a heap above 2 GiB, the buffers of as many
				// connections as were ever open at once, up to 3 % of the heap.
				connector.setProperty("socket.bufferPool", "0");
				// Tomcat reads what stands between chunks by itself, and each byte of it
				// may take as long as a pause.
				connector.setProperty("maxExtensionSize", "128");
				connector.setProperty("maxTrailerSize", "256");
				// A client that waits for 100 Continue never sends a body that is refused
				// because of its head.
				connector.setProperty("continueResponseTiming", "onRead");
				connector.setProperty("disableUploadTimeout", "false");
				connector.setProperty("connectionUploadTimeout", Long.toString(BodyStream.GRACE.toMillis()));
			});
		};
	}

}
