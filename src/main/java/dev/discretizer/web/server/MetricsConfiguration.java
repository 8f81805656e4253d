package dev.discretizer.web.server;

import java.time.Duration;

import ch.qos.logback.classic.Logger;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.LoggerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Counts requests for {@code /actuator/prometheus}, and logs them unless
 * {@code discretizer.log.requests} is false, with what the console needs for many lines.
 */
@Configuration(proxyBeanMethods = false)
class MetricsConfiguration {

	@Bean
	ConsoleBatches consoleBatches() {
		return new ConsoleBatches((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME),
				Duration.ofMillis(100));
	}

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
