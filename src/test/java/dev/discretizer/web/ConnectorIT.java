package dev.discretizer.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * What Tomcat refuses before it reaches a controller is a problem like all others, and a
 * client that sends all before it reads gets to read it.
 */
@ServiceTest
class ConnectorIT {

	private static final String HOST = "Host: localhost\r\n";

	private static final String SCALE = "POST /api/v1/scale HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\n";

	private static final String BODY = "{\"tensor\":[1.0]}";

	private static final int MEBIBYTE = 1024 * 1024;

	private final int port;

	private final int managementPort;

	private final Client client;

	ConnectorIT(@LocalServerPort int port, @LocalManagementPort int managementPort) {
		this.port = port;
		this.managementPort = managementPort;
		this.client = new Client(port);
	}

	@ParameterizedTest
	@MethodSource
	void whatIsNotHttpIsAProblem(String name, String request, int status, String code) throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			Reply reply = connection.send(request).finish().reply();
			reply.problem(status, code);
			assertThat(connection.interim()).isEmpty();
		}
		this.client.assertServes();
	}

	/** As the names of services in compose, and of nginx's upstreams. */
	@ParameterizedTest
	@ValueSource(strings = { "disc_retizer:8080", "disc_retizer", "_a.b_c_.d", "__", "1_2" })
	void hostWithAnUnderscoreIsAnswered(String host) throws IOException {
		for (int each : new int[] { this.port, this.managementPort }) {
			String path = (each == this.port) ? "/livez" : "/actuator/health/liveness";
			for (String target : List.of(path, "http://" + host + path)) {
				try (RawConnection connection = new RawConnection(each)) {
					connection.send("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(target, host));
					assertThat(connection.reply().status()).as(target).isEqualTo(200);
				}
			}
		}
	}

	static Stream<Arguments> whatIsNotHttpIsAProblem() {
		return Stream.of(arguments("no request line", "tensor\r\n\r\n", 400, "bad-request"),
				arguments("another protocol", "GET / FTP/1.1\r\n" + HOST + "\r\n", 400, "bad-request"),
				arguments("HTTP/3.0", "GET / HTTP/3.0\r\n" + HOST + "\r\n", 400, "bad-request"),
				arguments("HTTP/1.2", "GET /livez HTTP/1.2\r\n" + HOST + "\r\n", 400, "bad-request"),
				arguments("TLS", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n", 400, "bad-request"),
				arguments("a method with illegal characters", "PO(ST / HTTP/1.1\r\n" + HOST + "\r\n", 400,
						"bad-request"),
				arguments("illegal characters in the path", "GET /a<b> HTTP/1.1\r\n" + HOST + "\r\n", 400,
						"bad-request"),
				arguments("illegal characters in the query", "GET /a?b={c} HTTP/1.1\r\n" + HOST + "\r\n", 400,
						"bad-request"),
				arguments("a backslash", "GET /a\\b HTTP/1.1\r\n" + HOST + "\r\n", 400, "bad-request"),
				arguments("an encoded slash", "POST /api%2Fv1/scale HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n",
						400, "bad-request"),
				arguments("an encoded zero", "GET /api/v1/%00 HTTP/1.1\r\n" + HOST + "\r\n", 400, "bad-request"),
				arguments("half an escape", "GET /api/v1/%4 HTTP/1.1\r\n" + HOST + "\r\n", 400, "bad-request"),
				arguments("a path above the root", "GET /../../etc/passwd HTTP/1.1\r\n" + HOST + "\r\n", 400,
						"bad-request"),
				arguments("an encoded path above the root",
						"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + HOST + "\r\n", 400, "bad-request"),
				arguments("a long path", "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\n" + HOST + "\r\n", 400,
						"bad-request"),
				arguments("a long header", SCALE + "X-Long: " + "a".repeat(20_000) + "\r\n\r\n", 400, "bad-request"),
				arguments("many headers", SCALE + "X-Many: a\r\n".repeat(500) + "\r\n", 400, "bad-request"),
				arguments("a header without a colon", SCALE + "nonsense\r\n\r\n", 400, "bad-request"),
				arguments("a header with illegal characters", SCALE + "X-B(ad: a\r\n\r\n", 400, "bad-request"),
				arguments("a header with a control character", SCALE + "X-Bad: a\u0001b\r\n\r\n", 400, "bad-request"),
				arguments("no Host", "GET /livez HTTP/1.1\r\n\r\n", 400, "bad-request"),
				arguments("two Hosts", "GET /livez HTTP/1.1\r\n" + HOST + HOST + "\r\n", 400, "bad-request"),
				arguments("a Host that is none", "GET /livez HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "bad-request"),
				arguments("a Host with an underscore in its port", "GET /livez HTTP/1.1\r\nHost: a:8_0\r\n\r\n", 400,
						"bad-request"),
				arguments("a length that is no number", SCALE + "Content-Length: many\r\n\r\n" + BODY, 400,
						"bad-request"),
				arguments("a negative length", SCALE + "Content-Length: -1\r\n\r\n" + BODY, 400, "bad-request"),
				arguments("a length beyond a long", SCALE + "Content-Length: 99999999999999999999\r\n\r\n" + BODY, 400,
						"bad-request"),
				arguments("two lengths", SCALE + "Content-Length: 16\r\nContent-Length: 17\r\n\r\n" + BODY, 400,
						"bad-request"),
				arguments("an unknown transfer coding", SCALE + "Transfer-Encoding: gzip, chunked\r\n\r\n", 400,
						"bad-request"),
				arguments("identity as transfer coding", SCALE + "Transfer-Encoding: identity\r\n\r\n", 400,
						"bad-request"),
				arguments("a length beside chunks",
						SCALE + "Content-Length: 16\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" + BODY
								+ "\r\n0\r\n\r\n",
						400, "bad-request"),
				arguments("chunks beside a length",
						SCALE + "Transfer-Encoding: chunked\r\ncOnTent-lEngth : 16\r\n\r\n10\r\n" + BODY
								+ "\r\n0\r\n\r\n",
						400, "bad-request"),
				arguments("chunked not last", SCALE + "Transfer-Encoding: chunked, identity\r\n\r\n", 400,
						"bad-request"),
				arguments("a chunk size that is none", SCALE + "Transfer-Encoding: chunked\r\n\r\nten\r\n", 400,
						"broken-transfer"),
				arguments("a long extension of a chunk",
						SCALE + "Transfer-Encoding: chunked\r\n\r\n10;" + "a".repeat(129) + "\r\n" + BODY
								+ "\r\n0\r\n\r\n",
						400, "broken-transfer"),
				arguments("a long trailer",
						SCALE + "Transfer-Encoding: chunked\r\n\r\n10\r\n" + BODY + "\r\n0\r\nX-A: " + "a".repeat(256)
								+ "\r\n\r\n",
						400, "broken-transfer"),
				arguments("a chunk without its end",
						SCALE + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"ten}\r\n0\r\n\r\n", 400, "broken-transfer"),
				arguments("a chunk that breaks off", SCALE + "Transfer-Encoding: chunked\r\n\r\n10\r\n{\"ten", 400,
						"broken-transfer"),
				arguments("a body that breaks off", SCALE + "Content-Length: 100\r\n\r\n{\"ten", 400,
						"broken-transfer"),
				arguments("TRACE", "TRACE /api/v1/scale HTTP/1.1\r\n" + HOST + "\r\n", 405, "method-not-allowed"),
				arguments("CONNECT", "CONNECT localhost:80 HTTP/1.1\r\n" + HOST + "\r\n", 400, "bad-request"),
				arguments("an unknown method", "BREW /api/v1/scale HTTP/1.1\r\n" + HOST + "\r\n", 405,
						"method-not-allowed"),
				arguments("an unknown method elsewhere", "BREW /coffee HTTP/1.1\r\n" + HOST + "\r\n", 404, "not-found"),
				arguments("an expectation that is none", SCALE + "Expect: 200-ok\r\nContent-Length: 16\r\n\r\n" + BODY,
						400, "bad-request"));
	}

	@Test
	void shortExtensionAndTrailerAreIgnored() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			connection.send(SCALE + "Transfer-Encoding: chunked\r\n\r\n10;" + "a".repeat(100) + "\r\n" + BODY
					+ "\r\n0\r\nX-A: " + "a".repeat(100) + "\r\n\r\n");
			connection.reply().ok();
		}
	}

	/** RFC 9112 section 6.1: it may be an attempt to smuggle a request past a proxy. */
	@Test
	void lengthBesideChunksIsRefusedAndClosed() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			connection
				.request("POST", "/api/v1/scale", List.of("Content-Type: application/json"),
						BODY.getBytes(StandardCharsets.UTF_8))
				.reply()
				.ok();
			connection
				.send(SCALE + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" + BODY + "\r\n0\r\n\r\n");
			Reply reply = connection.reply();
			assertThat(reply.problem(400, "bad-request").get("detail").text()).contains("Content-Length");
			assertThat(reply.header("Connection")).isEqualTo("close");
			assertThat(connection.isClosed()).isTrue();
		}
	}

	/**
	 * A value that looks like the header is none, nor is a length of the request before.
	 */
	@Test
	void chunksWithoutALengthAreRead() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			byte[] body = BODY.getBytes(StandardCharsets.UTF_8);
			List<String> headers = List.of("Content-Type: application/json");
			for (int i = 0; i < 2; i++) {
				connection.request("POST", "/api/v1/scale", headers, body).reply().ok();
				connection
					.send(SCALE + "X-Note: content-length: 3\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" + BODY
							+ "\r\n0\r\n\r\n")
					.reply()
					.ok();
			}
		}
	}

	@Test
	void refusedExpectationIsNotContinued() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			Reply reply = connection
				.send("POST /api/v1/scale HTTP/1.1\r\n" + HOST
						+ "Content-Type: text/plain\r\nExpect: 100-continue\r\nContent-Length: 16\r\n\r\n")
				.reply();
			reply.problem(415, "unsupported-media-type");
			assertThat(connection.interim()).isEmpty();
			assertThat(reply.header("Connection")).isEqualTo("close");
			assertThat(connection.isClosed()).isTrue();
		}
	}

	@Test
	void bodyOverTheLimitIsNotContinued() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			Reply reply = connection.send(SCALE + "Expect: 100-continue\r\nContent-Length: 999999999\r\n\r\n").reply();
			reply.problem(413, "limit-exceeded");
			assertThat(connection.interim()).isEmpty();
		}
	}

	@Test
	void soundExpectationIsContinued() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			connection.send(SCALE + "Expect: 100-continue\r\nContent-Length: 16\r\n\r\n");
			connection.send(BODY).reply().ok();
			assertThat(connection.interim()).containsExactly(100);
		}
	}

	@Test
	void refusedBodyAfterAnExpectationIsDrained() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			connection.send(SCALE + "Expect: 100-continue\r\nContent-Length: %d\r\n\r\n".formatted(8 * MEBIBYTE));
			connection.send("{\"unknown\":1" + " ".repeat(8 * MEBIBYTE - 12));
			connection.reply().problem(400, "unknown-member");
			assertThat(connection.interim()).containsExactly(100);
		}
	}

	@ParameterizedTest
	@CsvSource({ "/api/v1/nowhere, application/json, 404, not-found", "/coffee, application/json, 404, not-found",
			"/api/v1/scale, text/plain, 415, unsupported-media-type",
			"/api/v1/discretize/conv, application/octet-stream, 415, unsupported-media-type",
			"/api/v1/scale, application/json, 400, malformed",
			"/api/v1/scale?bit=8, application/json, 400, unknown-member",
			"/api/v1/scale, application/vnd.safetensors, 400, malformed",
			"/api/v1/scale, application/x-npz, 400, malformed", "/api/v1/scale, application/x-npy, 400, malformed",
			"/livez, application/json, 405, method-not-allowed" })
	void bodyThatIsSentWholeBeforeReadingGetsItsAnswer(String target, String contentType, int status, String code)
			throws IOException {
		int size = 64 * MEBIBYTE;
		try (RawConnection connection = new RawConnection(this.port)) {
			connection.send("POST %s HTTP/1.1\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n".formatted(target,
					HOST, contentType, size));
			byte[] mebibyte = new byte[MEBIBYTE];
			Arrays.fill(mebibyte, (byte) '!');
			for (int sent = 0; sent < size; sent += MEBIBYTE) {
				connection.send(mebibyte);
			}
			connection.reply().problem(status, code);
		}
	}

	@Test
	void chunkedBodyOverTheLimitIsRefusedAndAnswered() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			connection.send("POST /api/v1/discretize/tensor?dtype=float32&shape=67108864 HTTP/1.1\r\n" + HOST
					+ "Content-Type: application/octet-stream\r\nContent-Length: 268435457\r\n\r\n");
			connection.reply().problem(413, "limit-exceeded");
		}
	}

	@Test
	void connectionGoesOnAfterARefusal() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			byte[] body = BODY.getBytes(StandardCharsets.UTF_8);
			for (int i = 0; i < 3; i++) {
				connection.request("POST", "/api/v1/scale", List.of("Content-Type: text/plain"), body)
					.reply()
					.problem(415, "unsupported-media-type");
				connection.request("POST", "/api/v1/scale", List.of("Content-Type: application/json"), body)
					.reply()
					.ok();
			}
		}
	}

	@Test
	void connectionGoesOnBeyondAHundredRequests() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			byte[] body = BODY.getBytes(StandardCharsets.UTF_8);
			for (int i = 0; i < 150; i++) {
				connection.request("POST", "/api/v1/scale", List.of("Content-Type: application/json"), body)
					.reply()
					.ok();
			}
		}
	}

	@Test
	void headOfARefusalHasNoBody() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			Reply reply = connection.request("HEAD", "/nowhere", List.of(), new byte[0]).headReply();
			assertThat(reply.status()).isEqualTo(404);
			assertThat(reply.contentType()).isEqualTo(Client.PROBLEM);
			connection.request("GET", "/nowhere", List.of(), new byte[0]).reply().problem(404, "not-found");
		}
	}

	@ParameterizedTest
	@CsvSource({ "a", "A-b_c.0", "0123456789abcdef-0123456789abcdef" })
	void soundRequestIdIsTakenEverywhere(String id) throws IOException {
		assertThat(idOf("POST /api/v1/scale HTTP/1.1\r\n", id, BODY)).isEqualTo(id);
		assertThat(idOf("POST /api/v1/scale HTTP/1.1\r\n", id, "{")).isEqualTo(id);
		assertThat(idOf("GET /livez HTTP/1.1\r\n", id, "")).isEqualTo(id);
		assertThat(idOf("GET /nowhere HTTP/1.1\r\n", id, "")).isEqualTo(id);
		assertThat(idOf("GET /api%2Fv1 HTTP/1.1\r\n", id, "")).isEqualTo(id);
		assertThat(idOf("TRACE /api/v1/scale HTTP/1.1\r\n", id, "")).isEqualTo(id);
	}

	@ParameterizedTest
	@MethodSource
	void unsoundRequestIdIsReplaced(String id) throws IOException {
		for (String line : List.of("POST /api/v1/scale HTTP/1.1\r\n", "GET /nowhere HTTP/1.1\r\n",
				"GET /api%2Fv1 HTTP/1.1\r\n")) {
			assertThat(idOf(line, id, BODY)).isNotEqualTo(id).matches("[0-9a-f-]{36}");
		}
	}

	static Stream<String> unsoundRequestIdIsReplaced() {
		return Stream.of("", "a b", "a,b", "<script>", "\u00e4", "a".repeat(129));
	}

	@Test
	void requestIdsThatAreMadeDiffer() throws IOException {
		assertThat(idOf("GET /livez HTTP/1.1\r\n", "", "")).isNotEqualTo(idOf("GET /livez HTTP/1.1\r\n", "", ""));
	}

	private String idOf(String line, String id, String body) throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			return connection.send(
					"%s%sX-Request-Id: %s\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
						.formatted(line, HOST, id, body.length(), body))
				.reply()
				.header("X-Request-Id");
		}
	}

}
