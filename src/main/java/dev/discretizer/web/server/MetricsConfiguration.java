package dev.discretizer.web.server;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Counts requests for {@code /actuator/prometheus}, and logs them unless
 * {@code discretizer.log.requests} is false.
 */
@Configuration(proxyBeanMethods = false)
class MetricsConfiguration {

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> metricsValve(MeterRegistry registry,
			ServerSettings settings, EndpointPaths paths, Environment environment) {
		RequestLog.Form form = RequestLog.Form.of(environment.getProperty("logging.structured.format.console", ""));
		MetricsValve valve = new MetricsValve(new RequestMeters(registry),
				settings.logRequests() ? new RequestLog(form, paths) : null);
		// The host's valves follow the engine's, and precede the valve that answers
		// requests that reach no servlet.
		return (factory) -> factory
			.addContextCustomizers((context) -> context.getParent().getPipeline().addValve(valve));
	}

}
