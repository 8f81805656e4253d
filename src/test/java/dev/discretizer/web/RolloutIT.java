package dev.discretizer.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two instances are restarted one after the other, as a rollout does, while clients post
 * steadily through a balancer that asks {@code /readyz}: no request fails.
 *
 * <p>
 * Half of the clients are balanced by connection, as a Service of Kubernetes does, and
 * obey {@code Connection: close}; the others by request, as an Ingress does. HAProxy
 * retries nothing, so nothing that the service drops is made good.
 */
class RolloutIT {

	private static final int CLIENTS = 16;

	/** Between two requests of a client. */
	private static final long PAUSE_NANOS = 20_000_000;

	private static final int SIGTERM = 15;

	private static final byte[] JSON = "{\"tensor\":[1.0,-0.5]}".getBytes(StandardCharsets.UTF_8);

	/** Large enough to be under way for a while. */
	private static final byte[] RAW = raw(256 * 1024);

	private static final String RAW_TARGET = "/api/v1/discretize/tensor?dtype=float32&shape="
			+ RAW.length / Float.BYTES;

	private static final String CONFIGURATION = """
			defaults
			  timeout connect 2s
			  timeout client 30s
			  timeout server 30s
			  timeout check 5s
			  retries 0
			  option httpchk GET /readyz
			  http-check expect status 200
			  default-server check inter 250ms fall 2 rise 1

			listen connections
			  mode tcp
			  bind 127.0.0.1:%1$d
			  server one 127.0.0.1:%4$d
			  server two 127.0.0.1:%5$d

			listen requests
			  mode http
			  bind 127.0.0.1:%2$d
			  server one 127.0.0.1:%4$d
			  server two 127.0.0.1:%5$d

			listen status
			  mode http
			  bind 127.0.0.1:%3$d
			  stats enable
			  stats uri /
			""";

	private static byte[] raw(int length) {
		byte[] raw = new byte[length];
		Arrays.fill(raw, (byte) 0x3f);
		return raw;
	}

	@Test
	void restartsOneAfterTheOtherFailNoRequest() throws Exception {
		String haproxy = Balancer.program("haproxy").toString();
		int[] ports = Balancer.freePorts(7);
		AtomicBoolean over = new AtomicBoolean();
		try (ServiceProcess one = start("one", ports[3], ports[5]);
				ServiceProcess two = start("two", ports[4], ports[6]);
				Balancer balancer = Balancer.start(Path.of("target", "rollout"),
						CONFIGURATION.formatted(ports[0], ports[1], ports[2], ports[3], ports[4]), ports[2], haproxy,
						"-db", "-f");
				ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
			awaitUp(ports[2], 4);
			List<Future<Integer>> clients = new ArrayList<>();
			for (int i = 0; i < CLIENTS; i++) {
				int port = ports[i % 2];
				boolean large = i / 2 % 2 == 1;
				clients.add(threads.submit(() -> post(port, large, over)));
			}
			try (ServiceProcess first = restart(one, "one-anew", ports, 3);
					ServiceProcess second = restart(two, "two-anew", ports, 4)) {
				over.set(true);
				for (Future<Integer> client : clients) {
					assertThat(client.get()).as("requests of a client").isGreaterThan(50);
				}
				assertThat(first.metric("discretizer.requests")).isGreaterThan(CLIENTS);
				assertThat(second.metric("discretizer.requests")).isGreaterThan(CLIENTS);
				first.assertSound();
				second.assertSound();
				assertThat(balancer.log()).as("always one to send to").doesNotContain("[ALERT]");
			}
			finally {
				over.set(true);
			}
		}
	}

	private static ServiceProcess start(String name, int port, int managementPort) throws Exception {
		return ServiceProcess.start("rollout-" + name, port, managementPort, "-Xmx256m");
	}

	/** Stops an instance as a pod is stopped, and starts another in its place. */
	private static ServiceProcess restart(ServiceProcess old, String name, int[] ports, int at) throws Exception {
		old.terminate();
		assertThat(old.exitCode()).isEqualTo(128 + SIGTERM);
		assertThat(old.log()).doesNotContain(" ERROR ", " WARN ");
		ServiceProcess service = start(name, ports[at], ports[at + 2]);
		awaitUp(ports[2], 4);
		return service;
	}

	/** Waits until the balancer sends requests to so many, counted for both its ways. */
	private static void awaitUp(int statusPort, int servers) {
		Client status = new Client(statusPort);
		Traffic.until(() -> status.send(status.at("/;csv")).text().split(",UP,", -1).length - 1 >= servers);
	}

	/**
	 * Posts until it is over, with a new connection when one is closed by its last
	 * answer; any failure ends it.
	 * @return how many answers there were, each of them sound
	 */
	private static int post(int port, boolean large, AtomicBoolean over) throws IOException {
		int answers = 0;
		while (!over.get()) {
			try (RawConnection connection = new RawConnection(port)) {
				boolean close = false;
				while (!close && !over.get()) {
					Reply reply = large ? postRaw(connection) : postJson(connection);
					answers++;
					close = reply.header("Connection").equals("close");
					LockSupport.parkNanos(PAUSE_NANOS);
				}
			}
		}
		return answers;
	}

	private static Reply postJson(RawConnection connection) throws IOException {
		Reply reply = connection
			.request("POST", "/api/v1/discretize/tensor?report=none", List.of("Content-Type: application/json"), JSON)
			.reply()
			.ok();
		assertThat(reply.text()).contains("[127,-64]");
		return reply;
	}

	private static Reply postRaw(RawConnection connection) throws IOException {
		Reply reply = connection.request("POST", RAW_TARGET, List.of("Content-Type: application/octet-stream"), RAW)
			.reply()
			.ok();
		assertThat(reply.body()).hasSize(RAW.length / Float.BYTES).containsOnly(127);
		return reply;
	}

}
