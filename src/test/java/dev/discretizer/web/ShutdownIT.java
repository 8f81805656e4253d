package dev.discretizer.web;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import dev.discretizer.DiscretizerApplication;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client that closes its connection when it is told to sees no failure when the service
 * stops.
 */
class ShutdownIT {

	private static final int CLIENTS = 16;

	/** The signal's number. */
	private static final int SIGTERM = 15;

	private static final byte[] BODY = "{\"tensor\":[1.0,-0.5]}".getBytes(StandardCharsets.UTF_8);

	/** Clients that reconnect do so in the first half of it. */
	private static final Duration DRAIN = Duration.ofSeconds(3);

	@Test
	void clientsThatObeyCloseSeeNoFailure() throws Exception {
		ConfigurableApplicationContext context = start(DRAIN.toMillis() + "ms");
		int port = port(context);
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			CountDownLatch warm = new CountDownLatch(CLIENTS);
			AtomicLong lastConnect = new AtomicLong(Long.MAX_VALUE);
			List<Future<Integer>> clients = new ArrayList<>();
			for (int i = 0; i < CLIENTS; i++) {
				clients.add(threads.submit(() -> Traffic.post(port, warm, lastConnect)));
			}
			assertThat(warm.await(30, TimeUnit.SECONDS)).isTrue();
			lastConnect.set(System.nanoTime() + DRAIN.toNanos() / 2);
			context.close();
			for (Future<Integer> client : clients) {
				assertThat(client.get(30, TimeUnit.SECONDS)).as("connections closed").isPositive();
			}
		}
	}

	@Test
	void requestThatRunsWhenTheDrainEndsIsAnswered() throws Exception {
		ConfigurableApplicationContext context = start("0s");
		int port = port(context);
		try (RawConnection connection = new RawConnection(port);
				ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			connection.send("POST /api/v1/scale HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
					+ "Content-Length: %d\r\n\r\n{\"tensor\"".formatted(BODY.length));
			// Time for the request to begin, and then for the connector to stop.
			Thread.sleep(500);
			Future<?> closed = threads.submit(context::close);
			Thread.sleep(500);
			connection.send(":[1.0,-0.5]}").reply().ok();
			closed.get(30, TimeUnit.SECONDS);
		}
	}

	/** The real process and the real signal, with the drain as it is. */
	@Test
	void terminatedProcessFailsNoClientThatObeysClose() throws Exception {
		try (ServiceProcess service = ServiceProcess.start("shutdown", "-Xmx256m");
				ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
			CountDownLatch warm = new CountDownLatch(CLIENTS);
			List<Future<Integer>> clients = new ArrayList<>();
			for (int i = 0; i < CLIENTS; i++) {
				clients.add(threads.submit(() -> postUntilClosed(service.port(), warm)));
			}
			assertThat(warm.await(30, TimeUnit.SECONDS)).isTrue();
			service.terminate();
			for (Future<Integer> client : clients) {
				assertThat(client.get(30, TimeUnit.SECONDS)).isGreaterThan(5);
			}
			assertThat(service.exitCode()).isEqualTo(128 + SIGTERM);
			assertThat(service.log()).doesNotContain(" ERROR ", " WARN ");
		}
	}

	/**
	 * Those that reconnect at once to the very end are answered until they are refused.
	 */
	@Test
	void connectionsMadeBeforeTheListenerClosesAreServed() throws Exception {
		ConfigurableApplicationContext context = start("1s");
		int port = port(context);
		try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
			CountDownLatch warm = new CountDownLatch(CLIENTS);
			List<Future<Boolean>> clients = new ArrayList<>();
			for (int i = 0; i < CLIENTS; i++) {
				clients.add(threads.submit(() -> isServedUntilRefused(port, warm)));
			}
			assertThat(warm.await(30, TimeUnit.SECONDS)).isTrue();
			context.close();
			int reset = 0;
			for (Future<Boolean> client : clients) {
				reset += client.get(30, TimeUnit.SECONDS) ? 0 : 1;
			}
			assertThat(reset).as("clients that were reset, of " + CLIENTS).isZero();
		}
	}

	/**
	 * Whether each of one connection after the other was answered until one is refused.
	 */
	private static boolean isServedUntilRefused(int port, CountDownLatch warm) throws IOException {
		for (int i = 0;; i++) {
			RawConnection connection;
			try {
				connection = new RawConnection(port);
			}
			catch (ConnectException ex) {
				return true;
			}
			try (connection) {
				connection
					.request("POST", "/api/v1/discretize/tensor",
							List.of("Content-Type: application/json", "Connection: close"), BODY)
					.reply()
					.ok();
			}
			catch (SocketException | EOFException ex) {
				return false;
			}
			if (i == 5) {
				warm.countDown();
			}
		}
	}

	/**
	 * Posts on one connection until it is told to close it.
	 * @return how many answers there were, each of them sound
	 */
	private static int postUntilClosed(int port, CountDownLatch warm) throws IOException {
		try (RawConnection connection = new RawConnection(port)) {
			int answers = 0;
			while (true) {
				Reply reply = connection
					.request("POST", "/api/v1/discretize/tensor", List.of("Content-Type: application/json"), BODY)
					.reply()
					.ok();
				answers++;
				if (answers == 5) {
					warm.countDown();
				}
				if (reply.header("Connection").equals("close")) {
					return answers;
				}
			}
		}
	}

	private static ConfigurableApplicationContext start(String drain) {
		SpringApplication application = new SpringApplication(DiscretizerApplication.class);
		return application.run("--server.port=0", "--management.server.port=0",
				"--discretizer.shutdown.drain=" + drain);
	}

	private static int port(ConfigurableApplicationContext context) {
		return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
	}

}
