package dev.discretizer.config;

import java.util.List;

import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

import org.jspecify.annotations.Nullable;

/**
 * Excludes all auto-configurations of OpenTelemetry unless an endpoint for spans is set:
 * Spring Boot would create spans anyway, at a cost to every request and to the start.
 */
final class TracingFilter implements AutoConfigurationImportFilter, EnvironmentAware {

	/** Spring Boot also sets it where OTEL_EXPORTER_OTLP_ENDPOINT is set. */
	static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";

	private static final List<String> PACKAGES = List.of("org.springframework.boot.opentelemetry.",
			"org.springframework.boot.micrometer.tracing.");

	private boolean traced;

	@Override
	public void setEnvironment(Environment environment) {
		this.traced = StringUtils.hasText(environment.getProperty(ENDPOINT));
	}

	@Override
	public boolean[] match(@Nullable String[] classes, AutoConfigurationMetadata metadata) {
		boolean[] match = new boolean[classes.length];
		for (int i = 0; i < classes.length; i++) {
			String name = classes[i];
			match[i] = this.traced || name == null || PACKAGES.stream().noneMatch(name::startsWith);
		}
		return match;
	}

}
