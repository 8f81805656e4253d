package dev.discretizer.security;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import org.jspecify.annotations.Nullable;

/**
 * Who may ask.
 *
 * @param mode how callers say who they are; {@link ModeCondition} has looked at it before
 * @param openDocs whether the API's document, Swagger UI and the examples' files are open
 * to all; the other modes than none keep them closed otherwise
 * @param apiKey the keys, in the mode of that name
 * @param jwt what a token must be, in the mode of that name
 */
@ConfigurationProperties("discretizer.security")
record SecurityProperties(@DefaultValue("none") Mode mode, boolean openDocs, @DefaultValue ApiKey apiKey,
		@DefaultValue Jwt jwt) {

	/**
	 * The keys: those of the file and those listed here, at least one.
	 *
	 * @param file a file with a key on each line, read again when it changes
	 * @param keys each an id, a colon, and the SHA-256 of a secret in hexadecimal
	 */
	record ApiKey(@Nullable Path file, @DefaultValue List<String> keys) {

		/** Without the hashes. */
		@Override
		public String toString() {
			return "ApiKey[file=%s, %d keys]".formatted(this.file, this.keys.size());
		}

	}

	/**
	 * What a token must be.
	 *
	 * @param issuerUri whom it must be from; where no {@code jwkSetUri} is given, its
	 * keys are found by OpenID Connect Discovery
	 * @param jwkSetUri where the issuer's public keys are
	 * @param audiences whom it must be for: one of these
	 * @param algorithms how it may be signed, of those with a public key
	 * @param clockSkew how far the clocks of issuer and service may be apart
	 * @param scope a scope that it must have, or null
	 * @param clientIds clients that are told apart in logs and metrics, by the claim
	 * {@code azp} or {@code client_id}; all others are "jwt" there
	 */
	record Jwt(@Nullable String issuerUri, @Nullable String jwkSetUri, @DefaultValue List<String> audiences,
			@DefaultValue( {
					"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
					"ES512" }) List<String> algorithms,
			@DefaultValue("30s") Duration clockSkew, @Nullable String scope, @DefaultValue List<String> clientIds){
	}

}
