package dev.discretizer.security;

import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * What the settings make of the service, or why it does not start.
 */
class SettingsTests {

	private static final String MODE = "discretizer.security.mode=";

	private static final String JWT = "discretizer.security.jwt.";

	private static final String KEY = "discretizer.security.api-key.keys=lab:" + ApiKeysTests.hash("secret");

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withUserConfiguration(Subject.class);

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties({ SecurityProperties.class, CorsProperties.class })
	@Import(SecurityConfiguration.class)
	static class Subject {

	}

	@Test
	void withoutAModeThereIsNothingOfSpringSecurity() {
		for (String mode : new String[] { "unrelated=1", MODE + "none", MODE + "NONE" }) {
			this.runner.withPropertyValues(mode).run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean("springSecurityFilterChain");
				assertThat(context.getBeanNamesForType(SecurityFilterChain.class)).isEmpty();
				assertThat(context).doesNotHaveBean("originsFilter");
			});
		}
	}

	/** What Spring Boot's binding takes for the mode must close the service. */
	@ParameterizedTest
	@CsvSource({ "api-key", "API_KEY", "apiKey", "Api-Key", "apikey" })
	void modeIsUnderstoodInAllItsSpellings(String mode) {
		this.runner.withPropertyValues(MODE + mode, KEY)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(SecurityFilterChain.class));
	}

	@Test
	void tokensNeedAnIssuerOrKeysAndAnAudience() {
		for (String whose : new String[] { "issuer-uri=https://issuer.example.org",
				"jwk-set-uri=https://issuer.example.org/jwks" }) {
			this.runner.withPropertyValues(MODE + "jwt", JWT + whose, JWT + "audiences=discretizer")
				.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(SecurityFilterChain.class));
		}
	}

	@ParameterizedTest
	@MethodSource
	void modeWithoutItsSettingsDoesNotStartAndSaysWhy(String why, String[] properties) {
		this.runner.withPropertyValues(properties).run((context) -> {
			assertThat(context).hasFailed();
			var analysis = Objects.requireNonNull(
					new SettingsFailureAnalyzer().analyze(Objects.requireNonNull(context.getStartupFailure())));
			assertThat(analysis.getDescription()).contains(why);
			assertThat(analysis.getAction()).isNotBlank();
			assertThat(analysis.getDescription() + analysis.getAction()).doesNotContain("plain-secret");
		});
	}

	static Stream<Arguments> modeWithoutItsSettingsDoesNotStartAndSaysWhy() {
		String issuer = JWT + "issuer-uri=https://issuer.example.org";
		String audience = JWT + "audiences=discretizer";
		return Stream.of(failing("mode is empty", MODE), failing("there is no key", MODE + "api-key"),
				failing("there is no key", MODE + "api-key", "discretizer.security.api-key.keys=",
						"discretizer.security.api-key.file="),
				failing("entry 1 is no key", MODE + "api-key", "discretizer.security.api-key.keys=lab:plain-secret"),
				failing("/nowhere/keys", MODE + "api-key", "discretizer.security.api-key.file=/nowhere/keys"),
				failing("whose tokens", MODE + "jwt", audience), failing("whom tokens are for", MODE + "jwt", issuer),
				failing("whom tokens are for", MODE + "jwt", issuer, JWT + "audiences="),
				failing("issuer-uri is no URL", MODE + "jwt", audience, JWT + "issuer-uri=issuer.example.org"),
				failing("jwk-set-uri is no URL", MODE + "jwt", audience, JWT + "jwk-set-uri=file:///etc/passwd"),
				failing("algorithms has one", MODE + "jwt", issuer, audience, JWT + "algorithms=RS256,none"),
				failing("algorithms has one", MODE + "jwt", issuer, audience, JWT + "algorithms=HS256"),
				failing("algorithms is empty", MODE + "jwt", issuer, audience, JWT + "algorithms="),
				failing("the service would be open", KEY),
				failing("the service would be open", "discretizer.security.api-key.file=/etc/keys"),
				failing("the service would be open", issuer, audience),
				failing("which is no origin", "discretizer.cors.allowed-origins=lab.example.org"),
				failing("which is no origin", "discretizer.cors.allowed-origins=https://lab.example.org/path"));
	}

	private static Arguments failing(String why, String... properties) {
		return arguments(why, properties);
	}

	@Test
	void unknownModeDoesNotStart() {
		this.runner.withPropertyValues(MODE + "key").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).hasStackTraceContaining("discretizer.security.mode");
		});
	}

	@Test
	void listedOriginsAreLetIn() {
		this.runner.withPropertyValues("discretizer.cors.allowed-origins=https://lab.example.org,http://localhost:3000")
			.run((context) -> assertThat(context).hasNotFailed().hasBean("originsFilter"));
	}

}
