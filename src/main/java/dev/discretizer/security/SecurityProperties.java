package dev.discretizer.security;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import org.jspecify.annotations.Nullable;

/**
 * How requests are authenticated.
 *
 * @param mode how callers authenticate: {@code none}, {@code api-key} or {@code jwt}; in
 * the last two all paths but {@code /livez} and {@code /readyz} are closed to others
 * @param openDocs whether the page, Swagger UI, {@code /v3/api-docs} and the files of the
 * examples stay open to everyone in the modes {@code api-key} and {@code jwt}
 * @param apiKey the keys, for the mode {@code api-key}
 * @param jwt what a token must be, for the mode {@code jwt}
 */
@ConfigurationProperties("discretizer.security")
record SecurityProperties(@DefaultValue("none") Mode mode, boolean openDocs, @DefaultValue ApiKey apiKey,
		@DefaultValue Jwt jwt) {

	/**
	 * The keys: those in the file and those listed here, at least one.
	 *
	 * @param file a file with one key per line, as {@code id:sha256-of-secret}; read
	 * again when it changes
	 * @param keys further keys, each {@code id:sha256-of-secret} with the hash in
	 * hexadecimal
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
	 * @param issuerUri the issuer of tokens; without {@code jwk-set-uri} its keys are
	 * found by OpenID Connect Discovery
	 * @param jwkSetUri where the issuer's public keys are
	 * @param audiences required in the mode {@code jwt}: a token must be for one of these
	 * @param algorithms allowed signature algorithms; only those with a public key exist
	 * @param clockSkew largest difference between the clocks of issuer and service
	 * @param scope a scope that a token must have; none is required unless set
	 * @param clientIds clients that logs and metrics tell apart, by the claim {@code azp}
	 * or {@code client_id}; all others are called {@code jwt} there
	 */
	record Jwt(@Nullable String issuerUri, @Nullable String jwkSetUri, @DefaultValue List<String> audiences,
			@DefaultValue( {
					"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
					"ES512" }) List<String> algorithms,
			@DefaultValue("30s") Duration clockSkew, @Nullable String scope, @DefaultValue List<String> clientIds){
	}

}
