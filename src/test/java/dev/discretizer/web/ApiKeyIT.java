package dev.discretizer.web;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import dev.discretizer.budget.MemoryBudget;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whoever has a key is served, nobody else is, and costs next to nothing.
 */
@ExtendWith(OutputCaptureExtension.class)
class ApiKeyIT {

	private static final String CHALLENGE = "Bearer realm=\"discretizer\"";

	private static final int MEBIBYTE = 1 << 20;

	@TempDir
	private static Path directory;

	private static Service service;

	@BeforeAll
	static void start() throws Exception {
		write("alice", "bob");
		service = Service.start("--discretizer.security.mode=api-key",
				"--discretizer.security.api-key.file=" + directory.resolve("keys"),
				"--discretizer.security.api-key.keys=listed:" + hash("secret of listed"),
				"--discretizer.log.requests=true", "--management.prometheus.metrics.export.enabled=true");
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	private static void write(String... ids) throws Exception {
		StringBuilder lines = new StringBuilder("# keys of the test\n");
		for (String id : ids) {
			lines.append("%s:%s\n".formatted(id, hash("secret of " + id)));
		}
		Files.writeString(directory.resolve("keys"), lines);
	}

	private static String hash(String secret) throws Exception {
		return HexFormat.of()
			.formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "alice", "bob", "listed" })
	void everyKeyOpens(String id) {
		service.send(service.scalar().header("Authorization", "Bearer secret of " + id)).ok();
		service.send(service.scalar().header("authorization", "bearer secret of " + id)).ok();
		service.send(service.scalar().header("X-API-Key", "secret of " + id)).ok();
		service.send(service.scalar().header("Authorization", "Basic eDp5").header("X-API-Key", "secret of " + id))
			.ok();
	}

	@Test
	void whoSendsNoneIsAskedForOne() {
		Reply reply = service.send(service.scalar());
		reply.problem(401, "unauthorized");
		assertThat(reply.header("WWW-Authenticate")).isEqualTo(CHALLENGE);
	}

	@ParameterizedTest
	@CsvSource({ "Authorization, Bearer secret of eve", "Authorization, Bearer alice", "X-API-Key, secret of eve",
			"X-API-Key, 'secret of alic'", "X-API-Key, Secret of alice", "X-API-Key, Bearer secret of alice" })
	void wrongKeyIsRefused(String header, String value) {
		Reply reply = service.send(service.scalar().header(header, value));
		Json problem = reply.problem(401, "unauthorized");
		assertThat(reply.header("WWW-Authenticate")).startsWith(CHALLENGE + ", error=\"invalid_token\"");
		assertThat(problem.toString()).doesNotContain("secret");
	}

	@Test
	void hashIsNoKey() throws Exception {
		service.send(service.scalar().header("X-API-Key", hash("secret of alice"))).problem(401, "unauthorized");
		service.send(service.scalar().header("X-API-Key", "alice:" + hash("secret of alice")))
			.problem(401, "unauthorized");
	}

	@Test
	void twoKeysAtOnceAreRefusedEvenIfBothAreRight() {
		service
			.send(service.scalar()
				.header("X-API-Key", "secret of alice")
				.header("Authorization", "Bearer secret of alice"))
			.problem(401, "unauthorized");
		service.send(service.scalar().header("X-API-Key", "secret of alice").header("X-API-Key", "secret of bob"))
			.problem(401, "unauthorized");
		service
			.send(service.scalar()
				.header("Authorization", "Bearer secret of alice")
				.header("Authorization", "Bearer secret of alice"))
			.problem(401, "unauthorized");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/livez", "/readyz" })
	void healthIsOpen(String path) {
		assertThat(service.get(path).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/index.html", "/page/main.js", "/favicon.ico", "/webjars/uplot/dist/uPlot.min.css",
			"/swagger-ui.html", "/swagger-ui/index.html", "/v3/api-docs", "/v3/api-docs.yaml", "/api/v1/scale",
			"/api/v1/devices", "/api/v1/examples/layer-full.npz", "/error", "/actuator", "/actuator/health",
			"/actuator/env", "/nothing" })
	void allElseIsClosed(String path) {
		service.get(path).problem(401, "unauthorized");
	}

	@ParameterizedTest
	@ValueSource(strings = { "//api/v1/scale", "/api/v1//scale", "/livez/../api/v1/scale", "/livez/..;/api/v1/scale",
			"/api/v1/scale;x=/livez", "/livez;/../api/v1/scale", "/api/v1/scale/", "/api/v1/./scale", "/API/v1/scale",
			"/api/v1/%73cale", "/%61pi/v1/scale", "/livez%2f..%2fapi/v1/scale", "/livez%00/api/v1/scale",
			"/livez/../swagger-ui/index.html", "/./v3/api-docs", "/v3/api-docs;.css", "/%2e/v3/api-docs",
			"/v3/%61pi-docs" })
	void noSpellingOfAPathGetsAround(String path) throws IOException {
		for (String method : List.of("GET", "POST")) {
			try (RawConnection connection = new RawConnection(service.port())) {
				Reply reply = connection
					.request(method, path, List.of("Content-Type: application/json"),
							"{}".getBytes(StandardCharsets.UTF_8))
					.reply();
				assertThat(reply.status()).as(method + " " + path).isIn(400, 401, 404);
				assertThat(reply.contentType()).isEqualTo(Client.PROBLEM);
				assertThat(reply.text()).doesNotContain("openapi");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "X-Original-URL: /livez", "X-Rewrite-URL: /livez", "X-HTTP-Method-Override: GET",
			"X-Forwarded-Prefix: /livez", "X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1",
			"Discretizer-Warm-Up: 00000000-0000-0000-0000-000000000000", "X-Forwarded-User: alice" })
	void noHeaderGetsAround(String header) throws IOException {
		try (RawConnection connection = new RawConnection(service.port())) {
			connection.request("GET", "/api/v1/scale", List.of(header), new byte[0])
				.reply()
				.problem(401, "unauthorized");
		}
	}

	@Test
	void methodsThatAreNoneAreRefused() throws IOException {
		for (String method : List.of("BREW", "OPTIONS", "PUT", "HEAD", "PROPFIND")) {
			try (RawConnection connection = new RawConnection(service.port())) {
				connection.request(method, "/api/v1/scale", List.of(), new byte[0]);
				Reply reply = method.equals("HEAD") ? connection.headReply() : connection.reply();
				assertThat(reply.status()).as(method).isIn(400, 401);
			}
		}
	}

	/** Of a body that never comes, the answer comes all the same. */
	@Test
	void refusalNeedsNoByteOfTheBodyAndReservesNothing() throws IOException {
		MemoryBudget memory = service.bean(MemoryBudget.class);
		for (int i = 0; i < 3; i++) {
			try (RawConnection connection = new RawConnection(service.port())) {
				connection
					.send("POST /api/v1/discretize/tensor?dtype=float32&shape=67108864 HTTP/1.1\r\nHost: localhost\r\n"
							+ "Content-Type: application/octet-stream\r\nContent-Length: 268435456\r\n\r\n");
				connection.reply().problem(401, "unauthorized");
				assertThat(memory.used()).isZero();
			}
		}
	}

	@Test
	void refusedExpectationIsNotContinued() throws IOException {
		try (RawConnection connection = new RawConnection(service.port())) {
			connection.send("POST /api/v1/scale HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
					+ "Expect: 100-continue\r\nContent-Length: 16\r\n\r\n");
			connection.reply().problem(401, "unauthorized");
			assertThat(connection.interim()).isEmpty();
		}
	}

	@Test
	void whoSendsAllBeforeReadingGetsTheAnswer() throws IOException {
		int size = 64 * MEBIBYTE;
		try (RawConnection connection = new RawConnection(service.port())) {
			connection.send("POST /api/v1/scale?dtype=float32&shape=16777216 HTTP/1.1\r\nHost: localhost\r\n"
					+ "X-API-Key: wrong\r\nContent-Type: application/octet-stream\r\nContent-Length: " + size
					+ "\r\n\r\n");
			byte[] mebibyte = new byte[MEBIBYTE];
			for (int sent = 0; sent < size; sent += MEBIBYTE) {
				connection.send(mebibyte);
			}
			connection.reply().problem(401, "unauthorized");
		}
	}

	/** Of forty bodies of strangers that do not come, most are not waited for. */
	@Test
	void strangersDoNotHoldThreadsWithTheirBodies() throws IOException {
		List<RawConnection> connections = new ArrayList<>();
		try {
			for (int i = 0; i < 40; i++) {
				// Less than the 5 s for which bodies are waited for.
				RawConnection connection = new RawConnection(service.port(), 3_000);
				connections.add(connection);
				connection.send("POST /api/v1/scale HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
						+ "Content-Length: 268435456\r\n\r\n");
				connection.reply().problem(401, "unauthorized");
			}
			int closed = 0;
			for (RawConnection connection : connections.reversed()) {
				closed += isClosed(connection) ? 1 : 0;
				if (closed == 24) {
					return;
				}
			}
			throw new AssertionError("%d of 40 connections are closed, 24 are expected".formatted(closed));
		}
		finally {
			for (RawConnection connection : connections) {
				connection.close();
			}
		}
	}

	private static boolean isClosed(RawConnection connection) throws IOException {
		try {
			return connection.isClosed();
		}
		catch (SocketTimeoutException ex) {
			return false;
		}
	}

	@Test
	void fileIsReadAgainWhenItChanges() throws Exception {
		write("alice", "bob", "carol");
		Traffic.until(() -> service.send(service.scalar().header("X-API-Key", "secret of carol")).status() == 200);
		write("alice", "bob");
		Traffic.until(() -> service.send(service.scalar().header("X-API-Key", "secret of carol")).status() == 401);
		service.send(service.scalar().header("X-API-Key", "secret of alice")).ok();
		Files.writeString(directory.resolve("keys"), "half a li");
		Thread.sleep(1100);
		service.send(service.scalar().header("X-API-Key", "secret of alice")).ok();
		write("alice", "bob");
	}

	@Test
	void documentOffersTheKey() {
		Json document = service
			.send(new Client(service.port()).at("/v3/api-docs").header("X-API-Key", "secret of alice").GET())
			.json();
		Json schemes = document.get("components", "securitySchemes");
		assertThat(schemes.get("key", "scheme").text()).isEqualTo("bearer");
		assertThat(schemes.get("keyHeader", "type").text()).isEqualTo("apiKey");
		assertThat(schemes.get("keyHeader", "name").text()).isEqualTo("X-API-Key");
		assertThat(schemes.members()).hasSize(2);
		assertThat(document.get("security").toString()).contains("key", "keyHeader");
		assertThat(document.get("paths", "/api/v1/scale", "post", "responses").members()).containsKeys("200", "401")
			.doesNotContainKey("403");
	}

	@Test
	void requestsAreCountedByKeyAndOutcome() {
		Meters before = Meters.read(service.managementPort());
		service.send(service.scalar().header("X-API-Key", "secret of bob")).ok();
		service.send(service.scalar().header("X-API-Key", "secret of bob")).ok();
		service
			.send(new Client(service.port()).request("/discretize/scalar")
				.header("X-API-Key", "secret of bob")
				.header("Content-Type", Client.JSON)
				.POST(HttpRequest.BodyPublishers.ofString("{")))
			.problem(400, "truncated");
		for (int i = 0; i < 5; i++) {
			service.send(service.scalar().header("X-API-Key", "made up " + i)).problem(401, "unauthorized");
		}
		Map<String, Double> expected = Map.of(sample("bob", 200, "ok"), 2.0, sample("bob", 400, "truncated"), 1.0,
				sample("none", 401, "unauthorized"), 5.0);
		Traffic.until(() -> Meters.read(service.managementPort())
			.since(before, "discretizer_key_requests_total")
			.equals(expected));
	}

	private static String sample(String key, int status, String code) {
		return "discretizer_key_requests_total{code=\"%s\",key=\"%s\",status=\"%d\"}".formatted(code, key, status);
	}

	@Test
	void actuatorOnItsOwnPortNeedsNoKeyAndShowsNone() {
		for (String path : List.of("health", "info", "metrics", "prometheus", "metrics/discretizer.key.requests")) {
			Reply reply = service.manage("/actuator/" + path);
			assertThat(reply.status()).as(path).isEqualTo(200);
			assertThat(reply.text()).as(path).doesNotContain("secret of");
		}
	}

	/** After requests that hold secrets wherever one may put them. */
	@Test
	void noSecretIsInLogsMetricsOrProblems(CapturedOutput output) throws Exception {
		String secret = "secret of alice";
		List<Reply> replies = List.of(service.send(service.scalar().header("X-API-Key", secret)),
				service.send(service.scalar().header("Authorization", "Bearer " + secret + " x")),
				service.send(service.scalar().header("Authorization", "Basic " + secret.replace(' ', '+'))),
				service.send(service.scalar().header("X-Request-Id", secret)),
				service.get("/nothing?key=" + secret.replace(' ', '+')), service.get("/" + secret.replace(' ', '+')),
				service.send(new Client(service.port()).request("/scale").header("X-API-Key", secret).GET()),
				service.send(new Client(service.port()).request("/scale?" + secret.replace(' ', '+') + "=1")
					.header("X-API-Key", secret)
					.header("Content-Type", Client.JSON)
					.POST(HttpRequest.BodyPublishers.ofString("{\"tensor\":[1.0]}"))));
		String lastId = replies.getLast().header("X-Request-Id");
		Traffic.until(() -> output.getAll().contains(lastId));
		assertThat(output.getAll()).contains("key_id=alice").doesNotContain(secret, hash(secret), "secret+of");
		for (Reply reply : replies.subList(0, 4)) {
			assertThat(reply.text()).doesNotContain(secret, hash(secret));
		}
		assertThat(service.manage("/actuator/prometheus").text()).contains("key=\"alice\"")
			.doesNotContain("secret", hash(secret));
		assertThat(service.beans()).hasSizeGreaterThan(10)
			.extracting(Object::toString)
			.allSatisfy((text) -> assertThat(text).doesNotContain("secret of", hash("secret of listed")));
	}

}
