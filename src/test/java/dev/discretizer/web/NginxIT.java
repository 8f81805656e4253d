package dev.discretizer.web;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import dev.discretizer.budget.MemoryBudget;
import dev.discretizer.budget.NoMemoryException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Behind nginx as {@code docs/nginx.conf} sets it up, the service is what it is without.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "discretizer.limits.queue-wait=100ms")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NginxIT {

	private static final int MEBIBYTE = 1 << 20;

	private static final int LARGE = 64 * MEBIBYTE;

	private static final Path FOLDER = Path.of("target", "nginx").toAbsolutePath();

	/** What an installation has around the snippet; root is who starts it in CI. */
	private static final String AROUND = """
			daemon off;
			%s
			pid %2$s/pid;
			error_log stderr warn;
			events {}
			http {
			  access_log off;
			  client_body_temp_path %2$s/body;
			  proxy_temp_path %2$s/proxy;
			  fastcgi_temp_path %2$s/fastcgi;
			  uwsgi_temp_path %2$s/uwsgi;
			  scgi_temp_path %2$s/scgi;
			  %3$s
			}
			""";

	private final int servicePort;

	private final MemoryBudget memory;

	private int port;

	private Client client;

	private Balancer nginx;

	NginxIT(@LocalServerPort int servicePort, @Autowired MemoryBudget memory) {
		this.servicePort = servicePort;
		this.memory = memory;
	}

	@BeforeAll
	void startNginx() throws IOException {
		String program = Balancer.program("nginx").toString();
		this.port = Balancer.freePorts(1)[0];
		this.client = new Client(this.port);
		String snippet = Files.readString(Path.of("docs", "nginx.conf"));
		assertThat(snippet).contains("server 127.0.0.1:8080 ", "listen 8088;");
		String user = System.getProperty("user.name").equals("root") ? "user root;" : "";
		Files.createDirectories(FOLDER);
		this.nginx = Balancer.start(FOLDER,
				AROUND.formatted(user, FOLDER,
						snippet.replace("127.0.0.1:8080", "127.0.0.1:" + this.servicePort)
							.replace("listen 8088;", "listen 127.0.0.1:" + this.port + ";")),
				this.port, program, "-p", FOLDER.toString(), "-e", "stderr", "-c");
	}

	@AfterAll
	void stopNginx() {
		if (this.nginx != null) {
			this.nginx.close();
			assertThat(this.nginx.log()).doesNotContain("[emerg]", "[alert]", "[crit]");
		}
	}

	@Test
	void largeBodyIsServed() {
		Reply reply = this.client.post(raw(LARGE), Client.RAW, filled(LARGE)).ok();
		assertThat(reply.body()).hasSize(LARGE / Float.BYTES);
		assertThat(reply.body()[LARGE / Float.BYTES - 1]).isEqualTo((byte) 127);
	}

	@Test
	void chunkedBodyIsServed() {
		byte[] body = filled(3 * MEBIBYTE);
		Reply reply = this.client
			.send(this.client.request(raw(body.length)).header("Content-Type", Client.RAW).POST(Client.chunked(body)))
			.ok();
		assertThat(reply.body()).hasSize(body.length / Float.BYTES);
	}

	/** The service has begun before the client is done: nginx keeps nothing back. */
	@Test
	void bodyReachesTheServiceAsItArrives() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			byte[] body = filled(4 * MEBIBYTE);
			connection.send(head(body.length)).send(Arrays.copyOf(body, MEBIBYTE));
			Traffic.until(() -> this.memory.used() >= body.length);
			assertThat(connection.isAnswered()).isFalse();
			connection.send(Arrays.copyOfRange(body, MEBIBYTE, body.length)).reply().ok();
		}
	}

	/** What they cost is nginx's, not the service's. */
	@Test
	void halfSentHeadsDoNotReachTheService() throws IOException {
		List<RawConnection> halves = new ArrayList<>();
		double before = connections();
		try {
			for (int i = 0; i < 250; i++) {
				halves.add(new RawConnection(this.port).send("POST /api/v1/scale HTTP/1.1\r\nHost: local"));
			}
			this.client.assertServes();
			assertThat(connections()).isLessThan(before + 10);
		}
		finally {
			closeAll(halves);
		}
	}

	/**
	 * As many bodies under way as limit_conn says, and no more; others are served after.
	 */
	@Test
	void oneAddressHoldsNoMoreConnectionsThanLimitConnSays() throws IOException {
		List<RawConnection> slow = new ArrayList<>();
		try {
			for (int i = 0; i < 64; i++) {
				slow.add(new RawConnection(this.port).send(head(MEBIBYTE)).send(filled(32 * 1024)));
			}
			Traffic.until(() -> this.memory.used() >= 64 * (long) MEBIBYTE);
			try (RawConnection oneMore = new RawConnection(this.port)) {
				assertThat(oneMore.send(head(MEBIBYTE)).reply().status()).isEqualTo(429);
			}
		}
		finally {
			closeAll(slow);
		}
		Traffic.until(() -> this.memory.used() == 0);
		this.client.assertServes();
	}

	/** Open connections of the service's main port, as Linux counts them. */
	private double connections() throws IOException {
		String local = ":%04X ".formatted(this.servicePort);
		return Files.readAllLines(Path.of("/proc/self/net/tcp6"))
			.stream()
			.filter((line) -> line.substring(0, Math.min(50, line.length())).contains(local))
			.count();
	}

	private static void closeAll(List<RawConnection> connections) throws IOException {
		for (RawConnection connection : connections) {
			connection.close();
		}
	}

	@Test
	void slowBodyIsServedAtTheRateThatTheServiceAsksFor() throws IOException {
		byte[] body = filled(MEBIBYTE);
		try (RawConnection connection = new RawConnection(this.port)) {
			connection.send(head(body.length));
			// 128 KiB a second, twice what must be.
			for (int at = 0; at < body.length; at += 32 * 1024) {
				connection.send(Arrays.copyOfRange(body, at, at + 32 * 1024));
				LockSupport.parkNanos(250_000_000);
			}
			connection.reply().ok();
		}
	}

	@Test
	void bodyThatStopsIsRefusedByTheService() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			connection.send(head(MEBIBYTE)).send(filled(32 * 1024));
			connection.reply().problem(408, "request-timeout");
			Traffic.until(() -> this.memory.used() == 0);
		}
	}

	@Test
	void refusalForMemoryPassesWithItsRetryAfter() {
		List<MemoryBudget.Reservation> all = takeAll();
		try {
			for (int size : new int[] { 2 * MEBIBYTE, LARGE }) {
				Reply reply = this.client.post(raw(size), Client.RAW, filled(size));
				reply.problem(503, "unavailable");
				assertThat(reply.header("Retry-After")).matches("[1-5]");
			}
			this.client.assertServes();
		}
		finally {
			all.forEach(MemoryBudget.Reservation::close);
		}
		this.client.post(raw(LARGE), Client.RAW, filled(LARGE)).ok();
	}

	/** Not by nginx, whose answer would be a page of HTML. */
	@Test
	void bodyOverTheLimitIsRefusedByTheServiceWhenItIsAnnounced() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			connection.send(head(257 * MEBIBYTE)).reply().problem(413, "limit-exceeded");
		}
	}

	@Test
	void problemsAndRequestIdsPass() {
		Reply reply = this.client.send(this.client.request("/scale")
			.header("Content-Type", Client.JSON)
			.header("X-Request-Id", "through-nginx")
			.POST(BodyPublishers.ofString("{")));
		assertThat(reply.problem(400, "truncated").get("request_id").text()).isEqualTo("through-nginx");
	}

	private static String raw(int length) {
		return "/discretize/tensor?dtype=float32&shape=" + length / Float.BYTES;
	}

	private static String head(int length) {
		return ("POST /api/v1%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
				+ "Content-Length: %d\r\n\r\n")
			.formatted(raw(length), length);
	}

	private static byte[] filled(int length) {
		byte[] body = new byte[length];
		Arrays.fill(body, (byte) 0x3f);
		return body;
	}

	/** Of what large requests may have. */
	private List<MemoryBudget.Reservation> takeAll() {
		List<MemoryBudget.Reservation> all = new ArrayList<>();
		try {
			while (true) {
				all.add(this.memory.reserve(MemoryBudget.SMALL, Duration.ZERO));
			}
		}
		catch (NoMemoryException ex) {
			return all;
		}
	}

}
