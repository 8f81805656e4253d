package dev.discretizer.security;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetRetrievalException;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.jwk.source.URLBasedJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jose.util.ResourceRetriever;

import org.jspecify.annotations.Nullable;

/**
 * Fetches and caches the public keys of an issuer, from the configured URL or the one
 * found by OpenID Connect Discovery 1.0 section 4. The first token triggers the first
 * fetch. Any client can trigger further fetches with an unknown key id, so they are
 * bounded: keys are cached, unknown ones are looked up at most twice in
 * {@link #RATE_MILLIS}, an answer is waited for no longer than {@link #TIMEOUT_MILLIS},
 * and no request waits longer than {@link #PATIENCE_MILLIS} for a fetch that another one
 * started. Cached keys stay valid while the issuer is down.
 */
final class IssuerKeys implements JWKSetSource<SecurityContext> {

	private static final int TIMEOUT_MILLIS = 2_000;

	private static final int PATIENCE_MILLIS = 5_000;

	private static final int KEEP_MILLIS = 5 * 60_000;

	private static final int OUTAGE_MILLIS = 60 * 60_000;

	private static final int RATE_MILLIS = 10_000;

	private static final int MOST_BYTES = 256 * 1024;

	private static final String DISCOVERY = "/.well-known/openid-configuration";

	private final ResourceRetriever retriever = new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS,
			MOST_BYTES);

	private final @Nullable String issuerUri;

	private volatile @Nullable URL url;

	private volatile boolean fetched;

	private IssuerKeys(@Nullable String issuerUri, @Nullable URL url) {
		this.issuerUri = issuerUri;
		this.url = url;
	}

	/**
	 * The cached keys.
	 * @param issuerUri the issuer, asked for the URL of its keys if {@code jwkSetUri} is
	 * null
	 * @param jwkSetUri the URL of the keys, or null
	 */
	static JWKSource<SecurityContext> of(@Nullable String issuerUri, @Nullable String jwkSetUri) {
		IssuerKeys keys = new IssuerKeys(issuerUri, (jwkSetUri != null) ? url(jwkSetUri, "jwk-set-uri") : null);
		if (issuerUri != null) {
			url(issuerUri, "issuer-uri");
		}
		JWKSource<SecurityContext> kept = JWKSourceBuilder.create(keys)
			.cache(KEEP_MILLIS, PATIENCE_MILLIS)
			.refreshAheadCache(false)
			.rateLimited(RATE_MILLIS)
			.outageTolerant(OUTAGE_MILLIS)
			.build();
		return (selector, context) -> {
			try {
				return kept.get(selector, context);
			}
			catch (RateLimitReachedException ex) {
				if (keys.fetched) {
					// It was not among the keys a moment ago.
					return List.of();
				}
				throw ex;
			}
		};
	}

	private static URL url(String text, String property) {
		try {
			URL url = URI.create(text).toURL();
			if (url.getProtocol().startsWith("http") && !url.getHost().isEmpty()) {
				return url;
			}
		}
		catch (IllegalArgumentException | MalformedURLException ex) {
			// Said below.
		}
		throw new SettingsException("discretizer.security.jwt.%s is no URL of HTTP.".formatted(property),
				"Set it to one such as https://issuer.example.org/realms/lab");
	}

	@Override
	public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator refresh, long time, SecurityContext context)
			throws KeySourceException {
		URL found = this.url;
		if (found == null) {
			found = discover();
			this.url = found;
		}
		JWKSet keys = new URLBasedJWKSetSource<>(found, this.retriever).getJWKSet(refresh, time, context);
		this.fetched = true;
		return keys;
	}

	private URL discover() throws KeySourceException {
		try {
			String issuer = String.valueOf(this.issuerUri);
			String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
			Map<String, Object> document = JSONObjectUtils
				.parse(this.retriever.retrieveResource(URI.create(base + DISCOVERY).toURL()).getContent());
			if (!issuer.equals(document.get("issuer"))) {
				throw new JWKSetRetrievalException("the discovery document is of another issuer", null);
			}
			return url(String.valueOf(document.get("jwks_uri")), "jwks_uri of the discovery document");
		}
		catch (IOException | ParseException | SettingsException ex) {
			throw new JWKSetRetrievalException("the issuer's keys were not found", ex);
		}
	}

	@Override
	public void close() {
		// Nothing is held open.
	}

}
