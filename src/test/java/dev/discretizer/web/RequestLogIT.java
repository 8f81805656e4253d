package dev.discretizer.web;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The log as JSON, in a process of its own: one line a request, that no client can break
 * or put anything of its own into.
 */
class RequestLogIT {

	/** Whatever a client writes that is no id. */
	private static final String MARK = "Mark7f3a";

	private static ServiceProcess service;

	@BeforeAll
	static void start() throws Exception {
		service = ServiceProcess.start("request-log", "-Dlogging.structured.format.console=ecs",
				"-Ddiscretizer.log.requests=true", "-Ddiscretizer.shutdown.drain=0s");
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void lineSaysWhatWasAskedAndWhatBecameOfIt() {
		byte[] body = Values.vector(1, 2, 3).bytes();
		Reply reply = service.client()
			.send(service.client()
				.request("/discretize/tensor?dtype=float32&shape=3")
				.header("Content-Type", Client.RAW)
				.header("Accept", Client.NPY)
				.header("X-Request-Id", "line-1")
				.header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
				.POST(HttpRequest.BodyPublishers.ofByteArray(body)))
			.ok();
		Json line = line("line-1");
		assertThat(line.get("message").text()).isEqualTo("request");
		assertThat(line.get("key_id").text()).isEqualTo("none");
		assertThat(member(line, "client.ip").text()).isEqualTo("127.0.0.1");
		assertThat(member(line, "url.path").text()).isEqualTo("/api/v1/discretize/tensor");
		assertThat(member(line, "http.request.method").text()).isEqualTo("POST");
		assertThat(line.get("endpoint").text()).isEqualTo("tensor");
		assertThat(line.get("format").text()).isEqualTo("raw");
		assertThat(line.get("answer_format").text()).isEqualTo("npy");
		assertThat(member(line, "http.response.status_code").integer()).isEqualTo(200);
		assertThat(line.get("code").text()).isEqualTo("ok");
		assertThat(member(line, "http.request.body.bytes").integer()).isEqualTo(body.length);
		assertThat(member(line, "http.response.body.bytes").integer()).isEqualTo(reply.body().length);
		assertThat(line.get("elements").integer()).isEqualTo(3);
		assertThat(member(line, "trace.id").text()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
		double phases = 0;
		for (String phase : List.of("read_ms", "compute_ms", "write_ms")) {
			assertThat(line.get(phase).binary64()).isNotNegative();
			phases += line.get(phase).binary64();
		}
		assertThat(member(line, "event.duration").integer() / 1e6).isGreaterThanOrEqualTo(phases);
	}

	@Test
	void lineHasTheIdAndTheCodeOfTheProblem() {
		Reply reply = service.client().json("/scale", "{\"tensor\":[1.0],\"bits\":99}");
		Json problem = reply.problem(422, "bits-out-of-range");
		Json line = line(problem.get("request_id").text());
		assertThat(line.get("code").text()).isEqualTo(problem.get("code").text());
		assertThat(member(line, "http.response.status_code").integer()).isEqualTo(422);
		assertThat(reply.header("X-Request-Id")).isEqualTo(problem.get("request_id").text());
	}

	@Test
	void refusalBeforeTheEndpointNamesIt() {
		Reply reply = service.client().send(service.client().request("/scale").header("X-Request-Id", "get-1").GET());
		reply.problem(405, "method-not-allowed");
		assertThat(line("get-1").get("endpoint").text()).isEqualTo("scale");
		assertThat(reply.header("Discretizer-Version")).matches("[0-9]+\\.[0-9]+\\.[0-9]+");
	}

	@Test
	void warmUpAndSoundProbesAreNotLogged() {
		service.client().send(service.client().at("/readyz"));
		line(service.client().json("/scale", "{\"tensor\":[1.0]}").header("X-Request-Id"));
		assertThat(service.log()).contains("Warmed up with");
		assertThat(lines()).allSatisfy(
				(line) -> assertThat(line.get("endpoint").text() + member(line, "http.response.status_code").integer())
					.isNotEqualTo("other200"));
	}

	/** Hostile heads, and what follows in the log. */
	@Test
	void noHeadBreaksTheLog() throws IOException {
		line(service.client().json("/scale", "{\"tensor\":[1.0]}").header("X-Request-Id"));
		int before = lines().size();
		List<String> heads = List.of("GET /%0d%0a{\"message\":\"" + MARK + "\"} HTTP/1.1\r\nHost: localhost\r\n\r\n",
				"GET /%0a" + MARK + "%0d%1b%5b2J HTTP/1.1\r\nHost: localhost\r\n\r\n",
				"GET /" + MARK + "?q=%0a" + MARK + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
				"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: a\",\"" + MARK + "\":\"b\r\nX: 1\r\n\r\n",
				"POST /api/v1/scale HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: ok\u001b[31m" + MARK
						+ "\r\nContent-Length: 0\r\n\r\n",
				"POST /api/v1/scale HTTP/1.1\r\nHost: localhost\r\ntraceparent: 00-" + MARK
						+ "4bf92f3577b34da6a3ce92-00f067aa0ba902b7-01\r\nContent-Length: 0\r\n\r\n",
				"POST /api/v1/scale HTTP/1.1\r\nHost: localhost\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-"
						+ MARK + "\r\nContent-Length: 0\r\n\r\n",
				"POST /api/v1/scale HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + MARK
						+ "/\u0085\u2028x\r\nContent-Length: 0\r\n\r\n",
				"POST /api/v1/scale HTTP/1.1\r\nHost: localhost\r\nUser-Agent: " + MARK
						+ "\"}\\n{\"a\r\nReferer: ${jndi:ldap://" + MARK + "}\r\nContent-Length: 0\r\n\r\n",
				"POST /api/v1/scale HTTP/1.1\r\nHost: localhost\r\nAccept: " + MARK
						+ "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
				MARK + " /api/v1/scale HTTP/1.1\r\nHost: localhost\r\n\r\n",
				"GET /x HTTP/1.1\r\nHost: localhost\r\n" + MARK + ": a\n\tfolded\r\n\r\n",
				"GET /x HTTP/1.1\r\nHost: localhost\r\nX: a\r{\"message\":\"" + MARK + "\"}\r\n\r\n",
				"GET /x HTTP/1.1\nHost: localhost\n\n", "GET / HTTP/1.1\r\nHost: " + MARK + " x\r\n\r\n");
		for (String head : heads) {
			try (RawConnection connection = new RawConnection(service.port())) {
				connection.send(head).finish().reply();
			}
		}
		await(before + heads.size() - 1);
		assertThat(service.log()).doesNotContain(MARK);
		assertThat(lines()).allSatisfy((line) -> {
			assertThat(line.get("request_id").text()).matches("[A-Za-z0-9._-]{1,128}");
			assertThat(member(line, "http.request.method").text()).matches("[A-Z]+|other");
		});
	}

	@Test
	void contentsAreNotLogged() {
		String secret = Base64.getEncoder().encodeToString(MARK.getBytes(StandardCharsets.UTF_8));
		service.client().json("/scale", "{\"tensor\":[0.123456789]}").ok();
		service.client().json("/scale", "{\"" + MARK + "\":[1.0]}").problemOf(400);
		service.client().json("/scale?" + MARK + "=1", "{\"tensor\":[1.0]}").problemOf(400);
		service.client()
			.json("/scale", "{\"tensor\":{\"dtype\":\"" + MARK + "\",\"shape\":[1],\"base64\":\"" + secret + "\"}}");
		service.client()
			.post("/discretize/conv", Client.NPZ, Containers.npz(Map.of(MARK, Values.vector(1))))
			.problemOf(400);
		service.client()
			.post("/scale", Client.SAFETENSORS, ("        {\"" + MARK + "\":").getBytes(StandardCharsets.UTF_8));
		line(service.client().json("/scale", "{\"" + MARK).problem(400, "truncated").get("request_id").text());
		assertThat(service.log()).doesNotContain(MARK, "0.1234567", secret);
	}

	/** A field of ECS, which is a member of a member. */
	private static Json member(Json line, String name) {
		return line.get(name.split("\\."));
	}

	/** Every line of the log is one JSON object; the last one may still be written. */
	private static List<Json> lines() {
		String log = service.log();
		return log.substring(0, log.lastIndexOf('\n') + 1)
			.lines()
			.map((line) -> Json.parse(line.getBytes(StandardCharsets.UTF_8)))
			.filter((line) -> line.has("request_id"))
			.toList();
	}

	private static Json line(String requestId) {
		for (int i = 0; i < 100; i++) {
			for (Json line : lines()) {
				if (line.get("request_id").text().equals(requestId)) {
					return line;
				}
			}
			LockSupport.parkNanos(100_000_000);
		}
		throw new AssertionError("no line of request " + requestId);
	}

	private static void await(int count) {
		Traffic.until(() -> lines().size() >= count);
	}

}
