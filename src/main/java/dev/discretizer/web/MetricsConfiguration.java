package dev.discretizer.web;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Has requests counted for {@code /actuator/prometheus}, and logged unless
 * {@code discretizer.log.requests} is false.
 */
@Configuration(proxyBeanMethods = false)
class MetricsConfiguration {

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> metricsValve(MeterRegistry registry,
			@Value("${discretizer.log.requests}") boolean log,
			@Value("${logging.structured.format.console:}") String structured) {
		MetricsValve valve = new MetricsValve(new RequestMeters(registry),
				log ? new RequestLog(!structured.isBlank()) : null);
		// The host's valves come after the engine's, and before the one that answers for
		// requests that no servlet gets.
		return (factory) -> factory
			.addContextCustomizers((context) -> context.getParent().getPipeline().addValve(valve));
	}

}
