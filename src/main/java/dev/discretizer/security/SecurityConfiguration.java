package dev.discretizer.security;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

import org.springframework.boot.web.servlet.DelegatingFilterProxyRegistrationBean;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.web.context.WebApplicationContext;

import org.jspecify.annotations.Nullable;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;

/**
 * Configures authentication. In the mode none nothing of Spring Security is created.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

	/**
	 * After request ids, metrics and the release of memory; before everything that reads
	 * a body.
	 */
	private static final int ORIGINS_ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

	private static final int CALLERS_ORDER = ORIGINS_ORDER + 10;

	@Bean
	FilterRegistrationBean<HeadersFilter> headersFilter() {
		FilterRegistrationBean<HeadersFilter> registration = new FilterRegistrationBean<>(new HeadersFilter());
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
		return registration;
	}

	@Bean
	@Conditional(OriginsFilter.Listed.class)
	FilterRegistrationBean<OriginsFilter> originsFilter(CorsProperties properties) {
		FilterRegistrationBean<OriginsFilter> registration = new FilterRegistrationBean<>(
				new OriginsFilter(properties));
		registration.setOrder(ORIGINS_ORDER);
		return registration;
	}

	/**
	 * The modes with authentication.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableWebSecurity
	@Conditional(ModeCondition.class)
	static class Callers {

		@Bean
		SecurityFilterChain callers(HttpSecurity http, SecurityProperties properties,
				WebApplicationContext application) {
			boolean jwt = properties.mode() == Mode.JWT;
			String scope = jwt ? scope(properties) : null;
			RefusalHandler refusals = new RefusalHandler(
					jwt ? "a token in Authorization: Bearer" : "a key in Authorization: Bearer or " + Caller.KEY_HEADER,
					scope);
			Filter known = jwt ? Tokens.filter(properties.jwt(), refusals)
					: new ApiKeyFilter(new ApiKeys(keys(properties.apiKey())), refusals);
			return http.securityMatcher(new ClosedMatcher(application, properties.openDocs()))
				.addFilterBefore(known, AnonymousAuthenticationFilter.class)
				.addFilterBefore(new CallerFilter(), AuthorizationFilter.class)
				.authorizeHttpRequests((requests) -> {
					if (scope != null) {
						requests.anyRequest().hasAuthority("SCOPE_" + scope);
					}
					else {
						requests.anyRequest().authenticated();
					}
				})
				.exceptionHandling(
						(failures) -> failures.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
				.anonymous((anonymous) -> anonymous.principal(Caller.NOBODY))
				.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
				// There are no cookies that another site could misuse.
				.csrf(AbstractHttpConfigurer::disable)
				.headers(AbstractHttpConfigurer::disable)
				.logout(AbstractHttpConfigurer::disable)
				.requestCache(AbstractHttpConfigurer::disable)
				.build();
		}

		private static @Nullable String scope(SecurityProperties properties) {
			String scope = properties.jwt().scope();
			return (scope == null || scope.isBlank()) ? null : scope;
		}

		private static Supplier<List<ApiKeys.Key>> keys(SecurityProperties.ApiKey properties) {
			List<ApiKeys.Key> listed = List.copyOf(
					ApiKeys.checked(ApiKeys.parseAll(properties.keys(), "discretizer.security.api-key.keys, entry")));
			Path file = properties.file();
			if (file != null && !file.toString().isBlank()) {
				return new KeyFile(file, listed, System::nanoTime);
			}
			if (listed.isEmpty()) {
				throw new SettingsException("discretizer.security.mode is api-key, and there is no key.",
						"Set discretizer.security.api-key.file to a file with id:sha256-of-secret on each line, or "
								+ "discretizer.security.api-key.keys to such keys.");
			}
			return () -> listed;
		}

		@Bean
		DelegatingFilterProxyRegistrationBean callersFilter() {
			DelegatingFilterProxyRegistrationBean registration = new DelegatingFilterProxyRegistrationBean(
					"springSecurityFilterChain");
			registration.setOrder(CALLERS_ORDER);
			registration.setDispatcherTypes(DispatcherType.REQUEST);
			return registration;
		}

		/** No measurements of its own: requests are measured as a whole. */
		@Bean
		SecurityObservationSettings observations() {
			return SecurityObservationSettings.noObservations();
		}

		@Bean
		SecurityDocument securityDocument(SecurityProperties properties) {
			return new SecurityDocument(properties.mode());
		}

	}

}
