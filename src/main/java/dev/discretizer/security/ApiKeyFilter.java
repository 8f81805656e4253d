package dev.discretizer.security;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Authenticates requests by API key. A request without a key passes on unauthenticated, a
 * request with a wrong key is refused.
 */
final class ApiKeyFilter extends OncePerRequestFilter {

	private final ApiKeys keys;

	private final AuthenticationEntryPoint refusal;

	ApiKeyFilter(ApiKeys keys, AuthenticationEntryPoint refusal) {
		this.keys = keys;
		this.refusal = refusal;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String secret = Caller.key(request);
		if (secret != null) {
			String id = this.keys.idOf(secret);
			if (id == null) {
				this.refusal.commence(request, response, new BadCredentialsException("the key is none of those known"));
				return;
			}
			SecurityContext context = SecurityContextHolder.createEmptyContext();
			context.setAuthentication(
					UsernamePasswordAuthenticationToken.authenticated(id, null, AuthorityUtils.NO_AUTHORITIES));
			SecurityContextHolder.setContext(context);
		}
		chain.doFilter(request, response);
	}

}
