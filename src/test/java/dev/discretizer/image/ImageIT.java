package dev.discretizer.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.MemoryStatsConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.discretizer.web.Client;
import dev.discretizer.web.GoldenIT;
import dev.discretizer.web.RawConnection;
import dev.discretizer.web.Reply;
import dev.discretizer.web.Traffic;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The built image in a container as in production: it computes what sinabs does, outlives
 * more than fits, and stops without failing anyone. {@code .ci/image.sh} builds it.
 */
@EnabledIf(value = "dev.discretizer.image.Engine#hasImage",
		disabledReason = "no container engine with the image discretizer:test, which .ci/image.sh builds")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImageIT {

	private static final int MEBIBYTE = 1 << 20;

	private static final int LARGE = 64 * MEBIBYTE;

	/** Longer than the service takes to drain a body. */
	private static final int PATIENCE_MILLIS = 90_000;

	private static final byte[] BLOCK = Traffic.block();

	/** What compose and the chart give it. */
	private static final int GRACE_SECONDS = 45;

	/** Clients reconnect in the first half of it, as long as a balancer may need. */
	private static final Duration DRAIN = Duration.ofSeconds(5);

	private static final int STOP_CLIENTS = 16;

	/** 128 and the number of SIGTERM. */
	private static final Long TERMINATED = 143L;

	private static final byte[] SMALL = "{\"tensor\":[1.0,-0.5]}".getBytes(StandardCharsets.UTF_8);

	private @Nullable ProductionContainer started;

	@BeforeAll
	void start() {
		this.started = new ProductionContainer();
	}

	@AfterAll
	void stop() {
		if (this.started != null) {
			this.started.close();
		}
	}

	private ProductionContainer container() {
		return Objects.requireNonNull(this.started);
	}

	@AfterEach
	void isAlive() {
		ContainerState state = container().state();
		assertThat(state.getRunning()).as(() -> container().log()).isTrue();
		assertThat(state.getOOMKilled()).isFalse();
		assertThat(container().log()).doesNotContain("OutOfMemoryError", " ERROR ", " WARN ", "Read-only file system");
		container().client().assertServes();
	}

	@ParameterizedTest
	@EnumSource(names = { "FLAT", "SAFETENSORS" })
	void tensorsAreThoseOfSinabs(GoldenIT.TensorWay way) {
		GoldenIT golden = new GoldenIT(container().port());
		golden.scaleIsThatOfSinabs(way);
		golden.tensorIsThatOfSinabs(way);
	}

	@ParameterizedTest
	@EnumSource(names = { "FLAT", "SAFETENSORS" })
	void layersAreThoseOfSinabs(GoldenIT.LayerWay way) {
		GoldenIT golden = new GoldenIT(container().port());
		golden.convIsThatOfSinabs(way);
		golden.spikeIsThatOfSinabs(way);
		golden.convSpikeIsThatOfSinabs(way);
	}

	@Test
	void scalarsAreThoseOfSinabs() {
		new GoldenIT(container().port()).scalarIsThatOfSinabs();
	}

	@Test
	void imageSaysWhatItIsAndNeedsNoShellAndNoRoot() {
		ContainerConfig image = Objects
			.requireNonNull(Engine.client().inspectImageCmd(Engine.IMAGE).exec().getConfig());
		assertThat(image.getUser()).isEqualTo("10001:10001");
		assertThat(image.getEntrypoint()).startsWith("java").contains("-XX:MaxRAMPercentage=55");
		assertThat(image.getCmd()).isNull();
		assertThat(Objects.requireNonNull(image.getHealthcheck()).getTest()).startsWith("CMD", "java");
		Map<String, String> labels = Objects.requireNonNull(image.getLabels());
		assertThat(labels).containsEntry("org.opencontainers.image.title", "Discretizer")
			.containsKeys("org.opencontainers.image.description", "org.opencontainers.image.revision",
					"org.opencontainers.image.source");
		Client management = container().management();
		assertThat(management.send(management.at("/actuator/info")).text())
			.contains("\"version\":\"%s\"".formatted(labels.get("org.opencontainers.image.version")));
	}

	/** That it is healthy otherwise was waited for. */
	@Test
	void healthCheckFailsWhereNothingIsReady() throws Exception {
		List<String> check = Objects.requireNonNull(
				Objects
					.requireNonNull(
							Objects.requireNonNull(Engine.client().inspectImageCmd(Engine.IMAGE).exec().getConfig())
								.getHealthcheck())
					.getTest());
		String[] command = check.subList(1, check.size()).toArray(String[]::new);
		assertThat(container().run(Map.of(), command)).isZero();
		String port = "MANAGEMENT_SERVER_PORT";
		assertThat(container().run(Map.of(port, "9"), command)).as("nobody listens").isNotZero();
		assertThat(container().run(Map.of(port, "8080"), command)).as("another answer than 200").isNotZero();
	}

	@Test
	void heapIsTheShareOfTheContainersMemory() {
		Client management = container().management();
		String max = management.send(management.at("/actuator/prometheus"))
			.text()
			.lines()
			.filter((line) -> line.startsWith("jvm_gc_max_data_size_bytes "))
			.findFirst()
			.orElseThrow();
		// The old generation is two thirds of it.
		assertThat(Double.parseDouble(max.substring(max.indexOf(' ')))).isBetween(0.3 * ProductionContainer.MEMORY,
				0.4 * ProductionContainer.MEMORY);
	}

	/** 4 GiB for 512 MiB, with the health check's own JVM in them. */
	@Test
	void largeBodiesAtOnceAreServedOrRefused() throws Exception {
		int clients = 64;
		int served = 0;
		for (Reply reply : atOnce(clients, this::postLarge)) {
			if (reply.status() == 503) {
				reply.problem(503, "unavailable");
				assertThat(reply.header("Retry-After")).matches("[1-5]");
			}
			else {
				reply.ok();
				served++;
			}
		}
		MemoryStatsConfig memory = container().memory();
		// At most: where the kernel counts it, in cgroup v1.
		System.out.printf("ImageIT: 64 MiB of raw: served %d of %d; bytes of memory now %d, at most %s, of %d%n",
				served, clients, memory.getUsage(), memory.getMaxUsage(), ProductionContainer.MEMORY);
		assertThat(served).isPositive();
	}

	private Reply postLarge() throws IOException {
		try (RawConnection connection = new RawConnection(container().port(), PATIENCE_MILLIS)) {
			connection.send(("POST /api/v1/discretize/tensor?dtype=float32&shape=%d HTTP/1.1\r\nHost: localhost\r\n"
					+ "Content-Type: %s\r\nContent-Length: %d\r\n\r\n")
				.formatted(LARGE / Float.BYTES, Client.RAW, LARGE));
			for (int i = 0; i < LARGE / MEBIBYTE; i++) {
				connection.send(BLOCK);
			}
			return connection.reply();
		}
	}

	private static List<Reply> atOnce(int count, Callable<Reply> client) throws Exception {
		try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
			List<Reply> replies = new ArrayList<>();
			for (Future<Reply> reply : threads.invokeAll(Collections.nCopies(count, client))) {
				replies.add(reply.get());
			}
			return replies;
		}
	}

	@Test
	void stopUnderLoadFailsNoClientThatObeysClose() throws Exception {
		try (ProductionContainer stopping = new ProductionContainer();
				ExecutorService threads = Executors.newFixedThreadPool(STOP_CLIENTS)) {
			CountDownLatch warm = new CountDownLatch(STOP_CLIENTS);
			AtomicLong lastConnect = new AtomicLong(Long.MAX_VALUE);
			List<Future<Integer>> clients = new ArrayList<>();
			for (int i = 0; i < STOP_CLIENTS; i++) {
				clients.add(threads.submit(() -> Traffic.post(stopping.port(), warm, lastConnect)));
			}
			assertThat(warm.await(60, TimeUnit.SECONDS)).isTrue();
			lastConnect.set(System.nanoTime() + DRAIN.toNanos() / 2);
			stopping.stop(GRACE_SECONDS);
			for (Future<Integer> client : clients) {
				assertThat(client.get(60, TimeUnit.SECONDS)).as("connections closed").isPositive();
			}
			ContainerState state = stopping.state();
			assertThat(state.getExitCodeLong()).isEqualTo(TERMINATED);
			assertThat(state.getOOMKilled()).isFalse();
			assertThat(stopping.log()).contains("Graceful shutdown complete").doesNotContain(" ERROR ", " WARN ");
		}
	}

}
