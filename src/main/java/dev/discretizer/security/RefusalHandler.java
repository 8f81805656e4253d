package dev.discretizer.security;

import java.io.IOException;
import java.util.stream.Collectors;

import dev.discretizer.budget.RequestAttributes;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;

import org.jspecify.annotations.Nullable;

/**
 * Refuses unauthenticated requests before their body is read, with the challenge of RFC
 * 6750 section 3 and a status that {@code web} turns into a problem.
 */
final class RefusalHandler implements AuthenticationEntryPoint, AuthenticationFailureHandler, AccessDeniedHandler {

	private static final String CHALLENGE = "Bearer realm=\"discretizer\"";

	private final String expected;

	private final @Nullable String scope;

	/**
	 * Makes it.
	 * @param expected the expected credentials, for messages
	 * @param scope the scope that a token must have, or null
	 */
	RefusalHandler(String expected, @Nullable String scope) {
		this.expected = expected;
		this.scope = scope;
	}

	@Override
	public void onAuthenticationFailure(HttpServletRequest request, HttpServletResponse response,
			AuthenticationException failure) throws IOException {
		if (failure instanceof AuthenticationServiceException) {
			Caller.name(Caller.NOBODY, request);
			// Not the caller's fault: it may try again.
			refuse(HttpStatus.SERVICE_UNAVAILABLE,
					"the token cannot be checked now, as its issuer's keys are not to be had; "
							+ "try again after Retry-After seconds",
					request, response);
			return;
		}
		commence(request, response, failure);
	}

	@Override
	public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
			throws IOException {
		Caller.name(Caller.NOBODY, request);
		if (failure instanceof InsufficientAuthenticationException) {
			response.setHeader(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
			refuse(HttpStatus.UNAUTHORIZED,
					"the request carries no credentials, %s is expected".formatted(this.expected), request, response);
			return;
		}
		String reason = reason(failure);
		response.setHeader(HttpHeaders.WWW_AUTHENTICATE,
				CHALLENGE + ", error=\"invalid_token\", error_description=\"%s\"".formatted(reason));
		refuse(HttpStatus.UNAUTHORIZED, "%s, %s is expected".formatted(reason, this.expected), request, response);
	}

	/** From our own texts and those of the validators only, never from the token's. */
	private static String reason(AuthenticationException failure) {
		if (failure.getCause() instanceof JwtValidationException invalid) {
			return invalid.getErrors()
				.stream()
				.map(OAuth2Error::getDescription)
				.collect(Collectors.joining(", "))
				.replaceAll("[^A-Za-z0-9 .,:_-]", "");
		}
		return "the credentials are not valid";
	}

	@Override
	public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException failure)
			throws IOException {
		response.setHeader(HttpHeaders.WWW_AUTHENTICATE,
				CHALLENGE + ", error=\"insufficient_scope\", scope=\"%s\"".formatted(this.scope));
		refuse(HttpStatus.FORBIDDEN, "the token lacks the scope %s".formatted(this.scope), request, response);
	}

	/**
	 * Refuses a request.
	 * @param detail the detail of the problem
	 */
	static void refuse(HttpStatus status, String detail, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		request.setAttribute(RequestAttributes.REFUSAL, detail);
		response.sendError(status.value());
	}

}
