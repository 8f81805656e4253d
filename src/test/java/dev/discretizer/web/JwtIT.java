package dev.discretizer.web;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.PlainJWT;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tokens are taken that the issuer has signed for us and now, and no others. Its keys
 * come over HTTP.
 */
class JwtIT {

	private static Issuer issuer;

	private static Service service;

	@BeforeAll
	static void start() throws Exception {
		issuer = new Issuer();
		service = start(issuer, "--discretizer.security.jwt.issuer-uri=" + issuer.uri(),
				"--discretizer.security.jwt.client-ids=pipeline",
				"--management.prometheus.metrics.export.enabled=true");
	}

	private static Service start(Issuer issuer, String... more) {
		List<String> all = new ArrayList<>(List.of("--discretizer.security.mode=jwt",
				"--discretizer.security.jwt.audiences=" + Issuer.AUDIENCE + ",another"));
		all.addAll(List.of(more));
		return Service.start(all.toArray(String[]::new));
	}

	@AfterAll
	static void stop() {
		service.close();
		issuer.close();
	}

	private static Reply send(String token) {
		return service.send(service.scalar().header("Authorization", "Bearer " + token));
	}

	private static void refused(String token, String description) {
		Reply reply = send(token);
		Json problem = reply.problem(401, "unauthorized");
		assertThat(reply.header("WWW-Authenticate"))
			.startsWith("Bearer realm=\"discretizer\", error=\"invalid_token\", error_description=\"" + description);
		assertThat(problem.get("detail").text()).contains(description);
	}

	@Test
	void goodTokenIsTaken() throws Exception {
		send(issuer.sign(issuer.claims())).ok();
		send(issuer.sign(issuer.claims().audience(List.of("elsewhere", "another")))).ok();
	}

	@Test
	void accessTokenIsTaken() throws Exception {
		send(Issuer.sign(new JWSHeader.Builder(JWSAlgorithm.PS256).keyID(issuer.key().getKeyID())
			.type(new JOSEObjectType("at+jwt")), issuer.claims(), new RSASSASigner(issuer.key()))).ok();
	}

	@Test
	void whoSendsNoneIsAskedForOne() {
		Reply reply = service.send(service.scalar());
		reply.problem(401, "unauthorized");
		assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"discretizer\"");
		service.send(service.scalar().header("X-API-Key", "secret")).problem(401, "unauthorized");
	}

	@Test
	void expiredTokenIsRefused() throws Exception {
		refused(issuer.sign(issuer.claims().expirationTime(in(-60))), "Jwt expired at");
	}

	@Test
	void clocksMayBeALittleApart() throws Exception {
		send(issuer.sign(issuer.claims().expirationTime(in(-10)))).ok();
		send(issuer.sign(issuer.claims().notBeforeTime(in(10)))).ok();
	}

	@Test
	void tokenThatNeverExpiresIsRefused() throws Exception {
		refused(issuer.sign(issuer.claims().expirationTime(null)), "exp");
	}

	@Test
	void tokenOfLaterIsRefused() throws Exception {
		refused(issuer.sign(issuer.claims().notBeforeTime(in(120))), "Jwt used before");
	}

	@Test
	void wrongAudienceIsRefused() throws Exception {
		refused(issuer.sign(issuer.claims().audience("elsewhere")), "The aud claim is not valid");
		refused(issuer.sign(issuer.claims().audience((String) null)), "The aud claim is not valid");
	}

	@Test
	void wrongIssuerIsRefused() throws Exception {
		refused(issuer.sign(issuer.claims().issuer("https://elsewhere.example.org")), "The iss claim is not valid");
		refused(issuer.sign(issuer.claims().issuer(null)), "The iss claim is not valid");
		refused(issuer.sign(issuer.claims().issuer(issuer.uri() + "/")), "The iss claim is not valid");
	}

	@Test
	void tokenOfAnotherKeyIsRefused() throws Exception {
		RSAKey other = new RSAKeyGenerator(2048).keyID(issuer.key().getKeyID()).generate();
		refused(Issuer.sign(head(JWSAlgorithm.RS256), issuer.claims(), new RSASSASigner(other)), "the credentials");
	}

	@Test
	void unsignedTokenIsRefused() throws Exception {
		refused(new PlainJWT(issuer.claims().build()).serialize(), "the credentials");
		String signed = issuer.sign(issuer.claims());
		refused(signed.substring(0, signed.lastIndexOf('.') + 1), "the credentials");
		String none = encoded("{\"alg\":\"none\",\"kid\":\"%s\"}".formatted(issuer.key().getKeyID()));
		refused(none + signed.substring(signed.indexOf('.')), "the credentials");
	}

	/** The public key is known to all, so it must not pass for a shared secret. */
	@Test
	void tokenSignedWithThePublicKeyAsASecretIsRefused() throws Exception {
		for (byte[] secret : List.of(issuer.key().toRSAPublicKey().getEncoded(),
				issuer.key().toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))) {
			refused(Issuer.sign(head(JWSAlgorithm.HS256), issuer.claims(), new MACSigner(secret)), "the credentials");
		}
	}

	/** A token must not say itself who vouches for it. */
	@Test
	void keyWithinTheTokenIsNotTaken() throws Exception {
		RSAKey own = new RSAKeyGenerator(2048).keyID(issuer.key().getKeyID()).generate();
		refused(Issuer.sign(head(JWSAlgorithm.RS256).jwk(own.toPublicJWK()), issuer.claims(), new RSASSASigner(own)),
				"the credentials");
	}

	@Test
	void changedTokenIsRefused() throws Exception {
		String[] parts = issuer.sign(issuer.claims()).split("\\.");
		String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
		refused(parts[0] + "." + encoded(claims.replace("someone", "another")) + "." + parts[2], "the credentials");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "a.b", "a.b.c", "..", "a.b.c.d.e", "eyJhbGciOiJSUzI1NiJ9.e30.", "{}", "%00",
			"eyJhbGciOiJSUzI1NiJ9.bm90IGpzb24.AAAA" })
	void whatIsNoTokenIsRefused(String token) {
		refused(token, "the credentials");
	}

	@Test
	void tokenInTheQueryIsNotTaken() throws Exception {
		Reply reply = service.get("/api/v1/scale?access_token=" + issuer.sign(issuer.claims()));
		reply.problem(401, "unauthorized");
	}

	@Test
	void twoTokensAreRefused() throws Exception {
		String token = issuer.sign(issuer.claims());
		service.send(
				service.scalar().header("Authorization", "Bearer " + token).header("Authorization", "Bearer " + token))
			.problem(401, "unauthorized");
	}

	@Test
	void clientsAreCountedByNameIfTheyAreListed() throws Exception {
		Meters before = Meters.read(service.managementPort());
		send(issuer.sign(issuer.claims().claim("azp", "pipeline"))).ok();
		send(issuer.sign(issuer.claims().claim("client_id", "pipeline"))).ok();
		send(issuer.sign(issuer.claims().claim("azp", "made-up").claim("client_id", "pipeline"))).ok();
		send(issuer.sign(issuer.claims().claim("azp", List.of("pipeline")))).ok();
		Map<String, Double> more = Map.of();
		for (int tries = 0; tries < 100 && more.values().stream().mapToDouble((v) -> v).sum() < 4; tries++) {
			Thread.sleep(50);
			more = Meters.read(service.managementPort()).since(before, "discretizer_key_requests_total");
		}
		assertThat(more).containsOnly(
				Map.entry("discretizer_key_requests_total{code=\"ok\",key=\"pipeline\",status=\"200\"}", 2.0),
				Map.entry("discretizer_key_requests_total{code=\"ok\",key=\"jwt\",status=\"200\"}", 2.0));
	}

	@Test
	void rotatedKeyIsFetchedAndTheOldOneForgotten() throws Exception {
		try (Issuer own = new Issuer();
				Service other = start(own, "--discretizer.security.jwt.jwk-set-uri=" + own.keysUri())) {
			String old = own.sign(own.claims());
			other.send(other.scalar().header("Authorization", "Bearer " + old)).ok();
			own.rotate("second");
			String fresh = own.sign(own.claims());
			other.send(other.scalar().header("Authorization", "Bearer " + fresh)).ok();
			assertThat(own.fetched()).isEqualTo(2);
			other.send(other.scalar().header("Authorization", "Bearer " + old)).problemOf(401);
		}
	}

	/** Unknown keys make us ask the issuer, but not as often as strangers like. */
	@Test
	void madeUpKeyIdsDoNotFloodTheIssuer() throws Exception {
		try (Issuer own = new Issuer();
				Service other = start(own, "--discretizer.security.jwt.issuer-uri=" + own.uri())) {
			other.send(other.scalar().header("Authorization", "Bearer " + own.sign(own.claims()))).ok();
			for (int i = 0; i < 20; i++) {
				String token = Issuer.sign(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("made-up-" + i),
						own.claims(), new RSASSASigner(own.key()));
				assertThat(other.send(other.scalar().header("Authorization", "Bearer " + token)).status()).isIn(401,
						503);
			}
			assertThat(own.fetched()).isBetween(1, 6);
			other.send(other.scalar().header("Authorization", "Bearer " + own.sign(own.claims()))).ok();
		}
	}

	@Test
	void issuerThatIsDownIsNoFaultOfTheCaller() throws Exception {
		try (Issuer own = new Issuer();
				Service other = start(own, "--discretizer.security.jwt.issuer-uri=" + own.uri())) {
			own.down(true);
			String token = own.sign(own.claims());
			Reply reply = other.send(other.scalar().header("Authorization", "Bearer " + token));
			reply.problem(503, "unavailable");
			assertThat(reply.header("Retry-After")).matches("[1-5]");
			assertThat(other.get("/readyz").status()).isEqualTo(200);
			own.down(false);
			Thread.sleep(10_500);
			other.send(other.scalar().header("Authorization", "Bearer " + token)).ok();
			own.down(true);
			other.send(other.scalar().header("Authorization", "Bearer " + token)).ok();
		}
	}

	@Test
	void algorithmThatIsNotListedIsRefused() throws Exception {
		try (Issuer own = new Issuer();
				Service other = start(own, "--discretizer.security.jwt.issuer-uri=" + own.uri(),
						"--discretizer.security.jwt.algorithms=RS256")) {
			other.send(other.scalar().header("Authorization", "Bearer " + own.sign(own.claims()))).ok();
			String token = Issuer.sign(new JWSHeader.Builder(JWSAlgorithm.PS256).keyID(own.key().getKeyID()),
					own.claims(), new RSASSASigner(own.key()));
			other.send(other.scalar().header("Authorization", "Bearer " + token)).problem(401, "unauthorized");
		}
	}

	/** Whoever signs such a token, it is none of this service's faults. */
	@Test
	void scopeThatIsNoTextIsRefused() throws Exception {
		for (Object scope : List.of(Arrays.asList(1, null), Arrays.asList("read", null), 7, Map.of("a", 1))) {
			for (String claim : List.of("scope", "scp")) {
				service
					.send(service.scalar()
						.header("Authorization", "Bearer " + issuer.sign(issuer.claims().claim(claim, scope))))
					.problem(401, "unauthorized");
			}
		}
		service
			.send(service.scalar()
				.header("Authorization", "Bearer " + issuer.sign(issuer.claims().claim("scp", List.of("a", "b")))))
			.ok();
	}

	@Test
	void scopeIsAskedForIfOneIsSet() throws Exception {
		try (Issuer own = new Issuer();
				Service other = start(own, "--discretizer.security.jwt.issuer-uri=" + own.uri(),
						"--discretizer.security.jwt.scope=discretize", "--discretizer.security.open-docs=true")) {
			other
				.send(other.scalar()
					.header("Authorization", "Bearer " + own.sign(own.claims().claim("scope", "read discretize"))))
				.ok();
			Reply reply = other.send(
					other.scalar().header("Authorization", "Bearer " + own.sign(own.claims().claim("scope", "read"))));
			reply.problem(403, "forbidden");
			assertThat(reply.header("WWW-Authenticate"))
				.isEqualTo("Bearer realm=\"discretizer\", error=\"insufficient_scope\", scope=\"discretize\"");
			other.send(other.scalar()).problem(401, "unauthorized");
			Json document = other.get("/v3/api-docs").json();
			Json schemes = document.get("components", "securitySchemes");
			assertThat(schemes.members()).hasSize(1);
			assertThat(schemes.get("token", "scheme").text()).isEqualTo("bearer");
			assertThat(schemes.get("token", "bearerFormat").text()).isEqualTo("JWT");
			assertThat(document.get("security").elements()).hasSize(1);
			assertThat(other.get("/swagger-ui/index.html").status()).isEqualTo(200);
			assertThat(other.get("/api/v1/examples/layer-full.npz").status()).isEqualTo(200);
		}
	}

	private static JWSHeader.Builder head(JWSAlgorithm algorithm) {
		return new JWSHeader.Builder(algorithm).keyID(issuer.key().getKeyID());
	}

	private static Date in(long seconds) {
		return Date.from(Instant.now().plusSeconds(seconds));
	}

	private static String encoded(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

}
