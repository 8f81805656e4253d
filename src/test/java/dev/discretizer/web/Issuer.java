package dev.discretizer.web;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * Signs tokens, and serves its keys over HTTP as an OpenID provider does.
 */
final class Issuer implements AutoCloseable {

	static final String AUDIENCE = "discretizer";

	private final List<JWK> published = new CopyOnWriteArrayList<>();

	private final AtomicInteger fetched = new AtomicInteger();

	private final HttpServer server;

	private volatile boolean down;

	private RSAKey key;

	Issuer() throws IOException, JOSEException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/keys", (exchange) -> {
			this.fetched.incrementAndGet();
			answer(exchange, new JWKSet(new ArrayList<>(this.published)).toString(true));
		});
		this.server.createContext("/.well-known/openid-configuration",
				(exchange) -> answer(exchange, "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}".formatted(uri(), keysUri())));
		this.server.start();
		this.key = rotate("first");
	}

	private void answer(HttpExchange exchange, String text) throws IOException {
		byte[] body = text.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", Client.JSON);
		exchange.sendResponseHeaders(this.down ? 503 : 200, body.length);
		try (OutputStream out = exchange.getResponseBody()) {
			out.write(body);
		}
	}

	String uri() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	String keysUri() {
		return uri() + "/keys";
	}

	/** How often its keys were fetched. */
	int fetched() {
		return this.fetched.get();
	}

	/** Whether it answers 503 from now on. */
	void down(boolean isDown) {
		this.down = isDown;
	}

	/** Signs with a new key, the only one that is published. */
	RSAKey rotate(String id) throws JOSEException {
		this.key = new RSAKeyGenerator(2048).keyID(id).generate();
		this.published.clear();
		this.published.add(this.key.toPublicJWK());
		return this.key;
	}

	/** The key it signs with. */
	RSAKey key() {
		return this.key;
	}

	/** The claims of a good token. */
	JWTClaimsSet.Builder claims() {
		Instant now = Instant.now();
		return new JWTClaimsSet.Builder().issuer(uri())
			.audience(AUDIENCE)
			.subject("someone@example.org")
			.issueTime(Date.from(now.minusSeconds(600)))
			.expirationTime(Date.from(now.plusSeconds(300)));
	}

	/** A token with these claims, as this issuer signs it. */
	String sign(JWTClaimsSet.Builder claims) throws JOSEException {
		return sign(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(this.key.getKeyID()), claims,
				new RSASSASigner(this.key));
	}

	/** A token with this head, signed by whom you like. */
	static String sign(JWSHeader.Builder header, JWTClaimsSet.Builder claims, JWSSigner signer) throws JOSEException {
		SignedJWT token = new SignedJWT(header.build(), claims.build());
		token.sign(signer);
		return token.serialize();
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
