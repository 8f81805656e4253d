package dev.discretizer.config;

import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Misspelt properties stop the start, in one paragraph that names the right one.
 */
class PropertyCheckTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Subject.class);

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties({ LimitsProperties.class, ServerProperties.class })
	static class Subject {

		@Bean
		static PropertyCheck propertyCheck(ConfigurableEnvironment environment) {
			return new PropertyCheck(environment);
		}

	}

	@ParameterizedTest
	@CsvSource({ "discretizer.limits.bodi,discretizer.limits.body",
			"discretizer.limits.body-min-rates,discretizer.limits.body-min-rate",
			"discretizer.limit.elements,discretizer.limits.elements",
			"discretizer.log.request,discretizer.log.requests", "discretizer.socket-bodies,discretizer.socket-body" })
	void misspeltOneIsNamedWithTheNearest(String misspelt, String right) {
		this.runner.withPropertyValues(misspelt + "=1").run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = Objects.requireNonNull(
					new StartFailures.UnknownProperty().analyze(Objects.requireNonNull(context.getStartupFailure())));
			assertThat(analysis.getDescription())
				.isEqualTo("%s is no property of the service; the nearest is %s.".formatted(misspelt, right));
			assertThat(analysis.getAction()).contains("docs/reference.md");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "discretizer.limits.body-min-rate=1KB", "discretizer.limits.bodyMinRate=1KB",
			"discretizer.limits.body_min_rate=1KB", "discretizer.warm-up.enabled=false", "discretizers.limits.bodi=1" })
	void knownOnesMayBeSpeltInEveryWay(String property) {
		this.runner.withPropertyValues(property).run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@CsvSource({ "DISCRETIZER_LIMITS_BODYMINRATE,true", "DISCRETIZER_LIMITS_BODY_MIN_RATE,true",
			"DISCRETIZER_WARM_UP_TIME,true", "DISCRETIZER_LIMITS_BODI,false", "DISCRETIZER_LOGS_REQUESTS,false",
			"DISCRETIZER_URL,true", "DISCRETIZER_API_KEY,true", "DISCRETIZER_PORT,true",
			"DISCRETIZER_SERVICE_PORT_HTTP,true", "DISCRETIZER_PORT_8080_TCP_ADDR,true" })
	void variablesOfOthersAreNoneOfOurs(String variable, boolean starts) {
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", Map.of(variable, "1s"))))
			.withPropertyValues("discretizer.limits.body-min-rate=1KB")
			.run((context) -> {
				Throwable failure = context.getStartupFailure();
				boolean refused = failure instanceof UnknownPropertyException;
				assertThat(refused).isNotEqualTo(starts);
			});
	}

	@Test
	void bundleThatIsNotDefinedIsToldInOneParagraph() {
		FailureAnalysis analysis = Objects
			.requireNonNull(new StartFailures.UnknownBundle().analyze(new IllegalStateException(
					new NoSuchSslBundleException("web", "SSL bundle name 'web' cannot be found"))));
		assertThat(analysis.getDescription()).contains("The SSL bundle web is named").doesNotContain("\n");
		assertThat(analysis.getAction()).contains("spring.ssl.bundle.pem.web.keystore.certificate");
	}

}
