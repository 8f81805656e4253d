package dev.discretizer.web.server;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Has requests counted for {@code /actuator/prometheus}, and logged unless
 * {@code discretizer.log.requests} is false.
 */
@Configuration(proxyBeanMethods = false)
class MetricsConfiguration {

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> metricsValve(MeterRegistry registry,
			ServerSettings settings, Environment environment) {
		boolean structured = !environment.getProperty("logging.structured.format.console", "").isBlank();
		MetricsValve valve = new MetricsValve(new RequestMeters(registry),
				settings.logRequests() ? new RequestLog(structured) : null);
		// The host's valves come after the engine's, and before the one that answers for
		// requests that no servlet gets.
		return (factory) -> factory
			.addContextCustomizers((context) -> context.getParent().getPipeline().addValve(valve));
	}

}
