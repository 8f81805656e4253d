package dev.discretizer.security;

import java.io.IOException;
import java.util.List;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets pages of the listed origins use the API from a browser, by cross-origin resource
 * sharing (CORS) without cookies. Answers preflight requests before authentication, since
 * browsers send no credentials with them.
 *
 * <p>
 * Other requests from an unlisted origin are served without the CORS headers: the browser
 * then hides the answer from the page. Refusing them would break Swagger UI behind a
 * proxy that ends TLS, where it appears as another origin.
 */
final class OriginsFilter extends OncePerRequestFilter {

	private final CorsConfiguration configuration;

	private final DefaultCorsProcessor processor = new DefaultCorsProcessor() {

		@Override
		protected void rejectRequest(ServerHttpResponse response) {
			// Answered below.
		}

	};

	/**
	 * Whether any origin is listed.
	 */
	static final class Listed implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			List<String> origins = Binder.get(context.getEnvironment())
				.bind("discretizer.cors.allowed-origins", Bindable.listOf(String.class))
				.orElse(List.of());
			return !checked(origins).isEmpty();
		}

	}

	/**
	 * Makes it.
	 * @throws SettingsException if an entry is not an origin
	 */
	OriginsFilter(CorsProperties properties) {
		this.configuration = new CorsConfiguration();
		this.configuration.setAllowedOrigins(checked(properties.allowedOrigins()));
		this.configuration.setAllowedMethods(List.of("GET", "HEAD", "POST"));
		this.configuration
			.setAllowedHeaders(List.of(HttpHeaders.ACCEPT, HttpHeaders.AUTHORIZATION, HttpHeaders.CONTENT_TYPE,
					HttpHeaders.IF_NONE_MATCH, Caller.KEY_HEADER, "X-Request-Id", "traceparent", "tracestate"));
		this.configuration
			.setExposedHeaders(List.of("Discretizer-Scale", "Discretizer-Limited-By", "Discretizer-Findings",
					"Discretizer-Dtype", "Discretizer-Shape", "Discretizer-Version", HttpHeaders.CONTENT_DISPOSITION,
					HttpHeaders.ETAG, HttpHeaders.RETRY_AFTER, HttpHeaders.WWW_AUTHENTICATE, "X-Request-Id"));
		this.configuration.setMaxAge(properties.maxAge());
	}

	/** The listed origins, without blank entries. */
	private static List<String> checked(List<String> origins) {
		List<String> listed = origins.stream().filter((origin) -> !origin.isBlank()).map(String::trim).toList();
		for (String origin : listed) {
			if (!origin.matches("\\*|https?://[A-Za-z0-9.-]+(:[0-9]+)?|https?://\\[[0-9A-Fa-f:.]+](:[0-9]+)?")) {
				throw new SettingsException(
						"discretizer.cors.allowed-origins has %s, which is no origin.".formatted(origin),
						"An origin is a scheme, a host and maybe a port: https://lab.example.org; or * for all.");
			}
		}
		return listed;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		boolean preflight = CorsUtils.isPreFlightRequest(request);
		String origin = request.getHeader(HttpHeaders.ORIGIN);
		if (!preflight && origin != null && this.configuration.checkOrigin(origin) == null) {
			response.addHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
			chain.doFilter(request, response);
			return;
		}
		if (!this.processor.processRequest(this.configuration, request, response)) {
			RefusalHandler.refuse(HttpStatus.FORBIDDEN,
					"the origin, the method or a header is not among those that pages may use", request, response);
		}
		else if (!preflight) {
			chain.doFilter(request, response);
		}
	}

}
