package dev.discretizer.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pages of the listed origins may use the API, and no others; who asks needs a key all
 * the same.
 */
class OriginsIT {

	/** SHA-256 of "abc". */
	private static final String KEY = "lab:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

	private static final String LISTED = "https://lab.example.org";

	private static final byte[] BODY = "{\"tensor\":[1.0]}".getBytes(StandardCharsets.UTF_8);

	private static Service service;

	@BeforeAll
	static void start() {
		service = Service.start("--discretizer.security.mode=api-key", "--discretizer.security.api-key.keys=" + KEY,
				"--discretizer.cors.allowed-origins=" + LISTED + ",http://localhost:3000");
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void preflightNeedsNoKey() throws IOException {
		Reply reply = preflight(LISTED, "POST", "authorization,content-type,x-api-key,x-request-id,traceparent");
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.body()).isEmpty();
		assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo(LISTED);
		assertThat(reply.header("Access-Control-Allow-Methods")).contains("POST");
		assertThat(reply.header("Access-Control-Allow-Headers").toLowerCase(Locale.ROOT)).contains("authorization",
				"content-type", "x-api-key", "x-request-id", "traceparent");
		assertThat(reply.header("Access-Control-Max-Age")).isEqualTo("3600");
		assertThat(reply.hasHeader("Access-Control-Allow-Credentials")).isFalse();
		assertThat(reply.header("X-Request-Id")).isNotEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://evil.example.org", "http://lab.example.org", "https://lab.example.org:8443",
			"https://lab.example.org.evil.example", "null", "https://xlab.example.org" })
	void preflightOfAnotherOriginIsAProblem(String origin) throws IOException {
		Reply reply = preflight(origin, "POST", "content-type");
		reply.problem(403, "forbidden");
		assertThat(reply.hasHeader("Access-Control-Allow-Origin")).isFalse();
	}

	@Test
	void preflightOfAnotherMethodOrHeaderIsAProblem() throws IOException {
		preflight(LISTED, "DELETE", "content-type").problem(403, "forbidden");
		preflight(LISTED, "POST", "x-made-up").problem(403, "forbidden");
	}

	@Test
	void answerMayBeReadWithItsHeaders() throws IOException {
		Reply reply = post(LISTED, "X-API-Key: abc").ok();
		assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo(LISTED);
		assertThat(reply.header("Access-Control-Expose-Headers")).contains("Discretizer-Scale",
				"Discretizer-Limited-By", "Discretizer-Findings", "Discretizer-Dtype", "Discretizer-Shape",
				"Discretizer-Version", "Retry-After", "X-Request-Id");
	}

	@Test
	void refusalMayBeReadToo() throws IOException {
		Reply reply = post(LISTED, "X-API-Key: wrong");
		reply.problem(401, "unauthorized");
		assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo(LISTED);
	}

	/** Behind a proxy that ends TLS, our own Swagger UI looks like one. */
	@Test
	void anotherOriginIsServedButMayNotRead() throws IOException {
		Reply reply = post("https://evil.example.org", "X-API-Key: abc").ok();
		assertThat(reply.hasHeader("Access-Control-Allow-Origin")).isFalse();
	}

	/** Else a cache would hand one origin the answer to another. */
	@Test
	void answersVaryByOrigin() throws IOException {
		for (String origin : List.of(LISTED, "https://evil.example.org")) {
			try (RawConnection connection = new RawConnection(service.port())) {
				connection.request("POST", "/api/v1/scale",
						List.of("Content-Type: application/json", "X-API-Key: abc", "Origin: " + origin), BODY);
				List<String> vary = connection.reply().ok().all("Vary");
				assertThat(vary.stream().flatMap((value) -> Arrays.stream(value.split(",\\s*")))).contains("Origin",
						"Accept");
			}
		}
	}

	@Test
	void withoutListedOriginsThereAreNone() throws IOException {
		try (Service closed = Service.start()) {
			try (RawConnection connection = new RawConnection(closed.port())) {
				Reply reply = connection
					.request("POST", "/api/v1/scale", List.of("Content-Type: application/json", "Origin: " + LISTED),
							BODY)
					.reply()
					.ok();
				assertThat(reply.hasHeader("Access-Control-Allow-Origin")).isFalse();
				Reply preflight = connection
					.request("OPTIONS", "/api/v1/scale",
							List.of("Origin: " + LISTED, "Access-Control-Request-Method: POST"), new byte[0])
					.reply();
				assertThat(preflight.hasHeader("Access-Control-Allow-Origin")).isFalse();
			}
		}
	}

	private static Reply preflight(String origin, String method, String headers) throws IOException {
		try (RawConnection connection = new RawConnection(service.port())) {
			return connection.request("OPTIONS", "/api/v1/scale", List.of("Origin: " + origin,
					"Access-Control-Request-Method: " + method, "Access-Control-Request-Headers: " + headers),
					new byte[0])
				.reply();
		}
	}

	private static Reply post(String origin, String header) throws IOException {
		try (RawConnection connection = new RawConnection(service.port())) {
			return connection
				.request("POST", "/api/v1/scale",
						List.of("Content-Type: application/json", "Origin: " + origin, header), BODY)
				.reply();
		}
	}

}
