package dev.discretizer.security;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.proc.SecurityContext;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtGrantedAuthoritiesConverter;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;

import org.jspecify.annotations.Nullable;

/**
 * Configures Spring Security's resource server for tokens (RFC 7519, RFC 9068). A token
 * must be signed by a key of the issuer with a listed algorithm, be valid now, and name
 * the issuer and a listed audience.
 */
final class Tokens {

	/** The name, in logs and metrics, of all clients that are not listed. */
	private static final String ANY_CLIENT = "jwt";

	private static final String PREFIX = "discretizer.security.jwt.";

	/** The result for a token without a listed audience. */
	private static final OAuth2TokenValidatorResult WRONG_AUDIENCE = OAuth2TokenValidatorResult
		.failure(new OAuth2Error(OAuth2ErrorCodes.INVALID_TOKEN, "The aud claim is not valid", null));

	private static final OAuth2TokenValidatorResult WRONG_SCOPE = OAuth2TokenValidatorResult
		.failure(new OAuth2Error(OAuth2ErrorCodes.INVALID_TOKEN, "The scope claim is not valid", null));

	/** The claims that Spring Security takes scopes from. */
	private static final List<String> SCOPES = List.of("scope", "scp");

	private Tokens() {
	}

	/**
	 * The filter that authenticates requests by token. A request without a token passes
	 * on unauthenticated, a request with an invalid token is refused.
	 * @throws SettingsException if a setting is missing or invalid
	 */
	static BearerTokenAuthenticationFilter filter(SecurityProperties.Jwt properties, RefusalHandler refusals) {
		JwtAuthenticationProvider provider = new JwtAuthenticationProvider(decoder(properties));
		provider.setJwtAuthenticationConverter((jwt) -> caller(jwt, properties.clientIds()));
		BearerTokenAuthenticationFilter filter = new BearerTokenAuthenticationFilter(new ProviderManager(provider),
				Tokens::token);
		filter.setAuthenticationEntryPoint(refusals);
		filter.setAuthenticationFailureHandler(refusals);
		return filter;
	}

	private static @Nullable Authentication token(HttpServletRequest request) {
		String token = Caller.bearer(request);
		if (token == null) {
			return null;
		}
		if (token.isEmpty()) {
			throw new InvalidBearerTokenException("one token is expected");
		}
		return new BearerTokenAuthenticationToken(token);
	}

	private static AbstractAuthenticationToken caller(Jwt jwt, List<String> clients) {
		String client = jwt.hasClaim("azp") ? jwt.getClaimAsString("azp") : jwt.getClaimAsString("client_id");
		Collection<GrantedAuthority> scopes = new JwtGrantedAuthoritiesConverter().convert(jwt);
		return new JwtAuthenticationToken(jwt, scopes,
				(client != null && clients.contains(client)) ? client : ANY_CLIENT);
	}

	private static JwtDecoder decoder(SecurityProperties.Jwt properties) {
		String issuer = unlessBlank(properties.issuerUri());
		String keys = unlessBlank(properties.jwkSetUri());
		if (issuer == null && keys == null) {
			throw new SettingsException("discretizer.security.mode is jwt, and nothing says whose tokens are taken.",
					"Set %sissuer-uri, or %sjwk-set-uri to where the keys are.".formatted(PREFIX, PREFIX));
		}
		Set<SignatureAlgorithm> algorithms = algorithms(properties.algorithms());
		NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSource(IssuerKeys.of(issuer, keys)).jwsAlgorithms((all) -> {
			all.clear();
			all.addAll(algorithms);
		})
			// That of access tokens (RFC 9068 section 2.1), or of any.
			.jwtProcessorCustomizer((processor) -> processor
				.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<SecurityContext>(JOSEObjectType.JWT,
						new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt"), null)))
			.build();
		decoder.setJwtValidator(validator(properties, issuer));
		return decoder;
	}

	private static OAuth2TokenValidator<Jwt> validator(SecurityProperties.Jwt properties, @Nullable String issuer) {
		List<String> audiences = properties.audiences().stream().filter((name) -> !name.isBlank()).toList();
		if (audiences.isEmpty()) {
			throw new SettingsException("discretizer.security.mode is jwt, and nothing says whom tokens are for.",
					"Set %saudiences to the audience that the issuer puts into tokens for this service."
						.formatted(PREFIX));
		}
		JwtTimestampValidator time = new JwtTimestampValidator(properties.clockSkew());
		time.setAllowEmptyExpiryClaim(false);
		List<OAuth2TokenValidator<Jwt>> all = new ArrayList<>();
		all.add(time);
		if (issuer != null) {
			all.add(new JwtIssuerValidator(issuer));
		}
		all.add((jwt) -> isForOneOf(audiences, jwt) ? OAuth2TokenValidatorResult.success() : WRONG_AUDIENCE);
		all.add((jwt) -> SCOPES.stream().allMatch((claim) -> isScope(jwt.getClaims().get(claim)))
				? OAuth2TokenValidatorResult.success() : WRONG_SCOPE);
		return new DelegatingOAuth2TokenValidator<>(all);
	}

	/** RFC 8693 section 4.2 asks for text; some issuers write a list of texts. */
	private static boolean isScope(@Nullable Object claim) {
		return claim == null || claim instanceof String
				|| (claim instanceof Collection<?> names && names.stream().allMatch(String.class::isInstance));
	}

	private static boolean isForOneOf(List<String> audiences, Jwt jwt) {
		List<String> named = jwt.getAudience();
		return named != null && !Collections.disjoint(named, audiences);
	}

	private static Set<SignatureAlgorithm> algorithms(List<String> names) {
		Set<SignatureAlgorithm> algorithms = new LinkedHashSet<>();
		for (String name : names) {
			SignatureAlgorithm algorithm = SignatureAlgorithm.from(name.trim());
			if (algorithm == null) {
				throw new SettingsException("%salgorithms has one that is none with a public key.".formatted(PREFIX),
						"Use those of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 and ES512 that the issuer "
								+ "signs with.");
			}
			algorithms.add(algorithm);
		}
		if (algorithms.isEmpty()) {
			throw new SettingsException("%salgorithms is empty.".formatted(PREFIX), "Leave it out, or list RS256.");
		}
		return algorithms;
	}

	private static @Nullable String unlessBlank(@Nullable String text) {
		return (text == null || text.isBlank()) ? null : text;
	}

}
