package dev.discretizer.security;

import java.io.IOException;
import java.util.Set;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;

/**
 * Sets the security headers of every answer. X-Content-Type-Options is set by
 * {@code web.RequestIdFilter}.
 */
final class HeadersFilter implements Filter {

	/** For data: a browser must load nothing for it and must not frame it. */
	private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

	/** Swagger UI puts styles into elements, and its icons into data URLs. */
	private static final String SWAGGER_UI = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
			+ "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
			+ "frame-ancestors 'none'";

	/** The page and its style sheet, scripts and calls all come from this service. */
	private static final String PAGE = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
			+ "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

	private static final Set<String> PAGES = Set.of("/", "/index.html");

	/** A year. */
	private static final String TLS_ONLY = "max-age=31536000";

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		set((HttpServletRequest) request, (HttpServletResponse) response);
		chain.doFilter(request, response);
	}

	private static void set(HttpServletRequest request, HttpServletResponse response) {
		response.setHeader("Content-Security-Policy",
				policy(request.getRequestURI().substring(request.getContextPath().length())));
		response.setHeader("X-Frame-Options", "DENY");
		response.setHeader("Referrer-Policy", "no-referrer");
		response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
		if (request.isSecure()) {
			response.setHeader("Strict-Transport-Security", TLS_ONLY);
		}
		if (request.getMethod().equals("POST")) {
			// Answers hold what one client sent and must not be cached.
			response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
		}
	}

	private static String policy(String path) {
		if (PAGES.contains(path)) {
			return PAGE;
		}
		return path.startsWith("/swagger-ui") ? SWAGGER_UI : NOTHING;
	}

}
