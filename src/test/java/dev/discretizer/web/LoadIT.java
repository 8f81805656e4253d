package dev.discretizer.web;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.discretizer.budget.HeapPlan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * More than fits, at once, to a service of its own process with a heap of 512 MiB: each
 * request is answered, small ones are served meanwhile, and afterwards all is as it was.
 *
 * <p>
 * {@code mvn -Pload verify} does four times as much; {@code -Dload.jvm=-XX:+UseSerialGC}
 * and the like give the service's JVM more options.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoadIT {

	private static final int MEBIBYTE = 1 << 20;

	private static final int LARGE = 64 * MEBIBYTE;

	/** Longer than the service takes to drain a body. */
	private static final int PATIENCE_MILLIS = 90_000;

	private static final long SECOND = 1_000_000_000;

	/** How many times as much as usual. */
	private static final int FACTOR = Integer.getInteger("load.factor", 1);

	private static final String RAW_TARGET = "/api/v1/discretize/tensor?dtype=float32&shape=" + LARGE / Float.BYTES;

	private static final byte[] BLOCK = Traffic.block();

	private final ServiceProcess service;

	LoadIT() throws Exception {
		this.service = ServiceProcess.start("load", "-Xmx512m");
	}

	@BeforeAll
	void startsWithinTheBase() throws Exception {
		assertThat(report("heap of the idle service, MiB", this.service.heap() / (double) MEBIBYTE))
			.isLessThan(HeapPlan.BASE / (double) MEBIBYTE);
	}

	@AfterEach
	void returnsToWhereItWas() throws Exception {
		this.service.awaitAllGivenBack();
		this.service.assertSound();
		this.service.client().assertServes();
		assertThat(report("heap after it, MiB", this.service.heap() / (double) MEBIBYTE))
			.isLessThan(HeapPlan.BASE / (double) MEBIBYTE);
	}

	@AfterAll
	void stop() {
		this.service.close();
	}

	@Test
	void largeBodiesAtOnceAreServedOrRefused() throws Exception {
		assertServedOrRefused("64 MiB of raw", 64 * FACTOR,
				() -> sendBlocks(head(Client.RAW, RAW_TARGET, LARGE), "%s", 64));
	}

	@Test
	void largeBodiesOfUnknownLengthAreServedOrRefused() throws Exception {
		assertServedOrRefused("64 MiB of raw in chunks", 16 * FACTOR,
				() -> sendBlocks(chunkedHead(Client.RAW, RAW_TARGET), "100000\r\n%s\r\n", 64));
	}

	/** 64 KiB that become 64 MiB. */
	@Test
	void archivesThatInflateAreServedOrRefused() throws Exception {
		byte[] elements = new byte[LARGE];
		for (int i = 0; i < LARGE; i += MEBIBYTE) {
			System.arraycopy(BLOCK, 0, elements, i, MEBIBYTE);
		}
		byte[] npz = Containers
			.zip(Map.of("tensor.npy", Containers.npy("<f4", false, "(%d,)".formatted(LARGE / Float.BYTES), elements)));
		assertThat(npz).hasSizeLessThan(MEBIBYTE);
		assertServedOrRefused("64 MiB in npz", 24 * FACTOR, () -> post(Client.NPZ, "/api/v1/scale", npz));
	}

	/** 16 MiB that become 32, and 64 while they grow. */
	@Test
	void decimalsOfOneDigitAreServedOrRefused() throws Exception {
		byte[] json = ("{\"tensor\":[1" + ",1".repeat(8 * MEBIBYTE) + "]}").getBytes(StandardCharsets.US_ASCII);
		assertServedOrRefused("16 MiB of JSON", 16 * FACTOR, () -> post(Client.JSON, "/api/v1/scale", json));
	}

	/** Nothing is taken for what is declared and does not come. */
	@Test
	void bodiesThatDeclareMoreThanTheyHoldAreMalformed() throws Exception {
		byte[] npy = Containers.npy("<f4", false, "(%d,)".formatted(LARGE / Float.BYTES), new byte[40_000]);
		String chunked = "%x\r\n".formatted(npy.length);
		List<Reply> replies = atOnce(64 * FACTOR, () -> {
			try (RawConnection connection = new RawConnection(this.service.port(), PATIENCE_MILLIS)) {
				return connection.send(chunkedHead(Client.NPY, "/api/v1/scale"))
					.send(chunked)
					.send(npy)
					.send("\r\n0\r\n\r\n")
					.reply();
			}
		});
		replies.forEach((reply) -> reply.problem(400, "truncated"));
	}

	/** They declare 32 GB in all, and hold up nobody. */
	@Test
	void tricklingBodiesAreTimedOutAndHoldNothing() throws Exception {
		int count = fitting(500);
		double refused = this.service.metric("discretizer.memory.refused");
		List<RawConnection> slow = new ArrayList<>();
		try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
			for (int i = 0; i < count; i++) {
				slow.add(new RawConnection(this.service.port(), PATIENCE_MILLIS)
					.send(head(Client.RAW, RAW_TARGET, LARGE)));
			}
			Future<?> trickle = threads.submit(() -> trickle(slow));
			LockSupport.parkNanos(SECOND);
			sendBlocks(head(Client.RAW, RAW_TARGET, LARGE), "%s", 64).ok();
			trickle.get();
			for (RawConnection connection : slow) {
				Reply reply = connection.reply();
				assertThat(reply.problem(408, "request-timeout").get("detail").text()).contains("body-min-rate");
				assertThat(reply.header("Connection")).isEqualTo("close");
			}
			assertThat(this.service.metric("discretizer.memory.refused")).isEqualTo(refused);
		}
		finally {
			closeAll(slow);
		}
	}

	/** These get memory, for as long as the grace and the time of their bytes last. */
	@Test
	void bodiesThatTrickleAfterAGoodStartAreTimedOutOrRefused() throws Exception {
		int count = fitting(50 * FACTOR);
		List<RawConnection> slow = new ArrayList<>();
		try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
			for (int i = 0; i < count; i++) {
				slow.add(new RawConnection(this.service.port(), PATIENCE_MILLIS)
					.send(head(Client.RAW, RAW_TARGET, LARGE))
					.send(new byte[64 * 1024]));
			}
			Future<?> trickle = threads.submit(() -> trickle(slow));
			Reply large = sendBlocks(head(Client.RAW, RAW_TARGET, LARGE), "%s", 64);
			while (large.status() == 503) {
				LockSupport.parkNanos(SECOND * Integer.parseInt(large.header("Retry-After")));
				large = sendBlocks(head(Client.RAW, RAW_TARGET, LARGE), "%s", 64);
			}
			large.ok();
			trickle.get();
			int timedOut = 0;
			for (RawConnection connection : slow) {
				int status = connection.reply().status();
				assertThat(status).isIn(408, 503);
				timedOut += (status == 408) ? 1 : 0;
			}
			assertThat(report("timed out of " + count, timedOut)).isPositive();
		}
		finally {
			closeAll(slow);
		}
	}

	/** Sends a byte a second to each that has no answer yet. */
	private static Void trickle(List<RawConnection> slow) throws IOException {
		List<RawConnection> left = new ArrayList<>(slow);
		while (!left.isEmpty()) {
			for (RawConnection connection : List.copyOf(left)) {
				if (connection.isAnswered()) {
					left.remove(connection);
				}
				else {
					connection.send(new byte[1]);
				}
			}
			LockSupport.parkNanos(SECOND);
		}
		return null;
	}

	@Test
	void connectionsHoldNoMoreThanIsCountedForThem() throws Exception {
		int count = fitting(600);
		String head = head(Client.RAW, RAW_TARGET, LARGE);
		// What Tomcat keeps of the first round is counted in the base.
		perConnection(count, head + "1234");
		double halfHead = perConnection(count, head.substring(0, head.length() - 2));
		assertThat(report("KiB a connection with half a head", halfHead)).isLessThan(HeapPlan.CONNECTION / 1024.0);
		double halfBody = perConnection(count, head + "1234");
		assertThat(report("KiB a connection with half a body", halfBody))
			.isLessThan((HeapPlan.CONNECTION + HeapPlan.READER) / 1024.0);
	}

	private double perConnection(int count, String text) throws Exception {
		long before = this.service.heap();
		List<RawConnection> idle = open(count, text);
		try {
			LockSupport.parkNanos(SECOND);
			return (this.service.heap() - before) / 1024.0 / count;
		}
		finally {
			closeAll(idle);
			this.service.awaitAllGivenBack();
		}
	}

	@Test
	void requestIsAnsweredBehindAllConnectionsAndAThousandMore() throws Exception {
		int count = fitting(3000);
		String head = head(Client.RAW, RAW_TARGET, LARGE);
		List<RawConnection> idle = open(count / 2, head.substring(0, head.length() - 2));
		try {
			idle.addAll(open(count / 2, head + "1234"));
			try (RawConnection connection = new RawConnection(this.service.port(), PATIENCE_MILLIS)) {
				connection
					.request("POST", "/api/v1/scale", List.of("Content-Type: application/json"),
							"{\"tensor\":[1.0]}".getBytes(StandardCharsets.US_ASCII))
					.reply()
					.ok();
			}
		}
		finally {
			closeAll(idle);
		}
	}

	private List<RawConnection> open(int count, String text) throws IOException {
		List<RawConnection> connections = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			connections.add(new RawConnection(this.service.port(), PATIENCE_MILLIS).send(text));
		}
		return connections;
	}

	private static void closeAll(List<RawConnection> connections) throws IOException {
		for (RawConnection connection : connections) {
			connection.close();
		}
	}

	/** As many connections as asked for, or as this process and the service may have. */
	private static int fitting(int connections) {
		long files = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class).getMaxFileDescriptorCount();
		int fitting = (int) Math.min(connections, files - 500);
		if (fitting < connections) {
			report("connections, as there may be no more open files (ulimit -n)", fitting);
		}
		return fitting;
	}

	/** What clients get that post at the same time, while small requests are served. */
	private List<Reply> atOnce(int count, Callable<Reply> client) throws Exception {
		try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
			List<Future<Reply>> clients = new ArrayList<>();
			for (Callable<Reply> one : Collections.nCopies(count, client)) {
				clients.add(threads.submit(one));
			}
			int small = 0;
			do {
				this.service.client().assertServes();
				small++;
				LockSupport.parkNanos(SECOND / 50);
			}
			while (!clients.stream().allMatch(Future::isDone));
			report("small requests served meanwhile", small);
			List<Reply> replies = new ArrayList<>();
			for (Future<Reply> one : clients) {
				replies.add(one.get());
			}
			return replies;
		}
	}

	/** Those that grow may refuse each other at once; one alone finds room. */
	private void assertServedOrRefused(String what, int count, Callable<Reply> client) throws Exception {
		int served = 0;
		for (Reply reply : atOnce(count, client)) {
			if (reply.status() == 503) {
				reply.problem(503, "unavailable");
				assertThat(reply.header("Retry-After")).matches("[1-5]");
			}
			else {
				reply.ok();
				served++;
			}
		}
		report(what + ": served of " + count, served);
		this.service.awaitAllGivenBack();
		client.call().ok();
	}

	private Reply post(String contentType, String target, byte[] body) throws IOException {
		try (RawConnection connection = new RawConnection(this.service.port(), PATIENCE_MILLIS)) {
			return connection.request("POST", target, List.of("Content-Type: " + contentType), body).reply();
		}
	}

	/**
	 * Sends a head and then so many blocks, all before it reads.
	 * @param frame what stands around each block
	 */
	private Reply sendBlocks(String head, String frame, int count) throws IOException {
		String[] around = frame.split("%s", -1);
		try (RawConnection connection = new RawConnection(this.service.port(), PATIENCE_MILLIS)) {
			connection.send(head);
			for (int i = 0; i < count; i++) {
				connection.send(around[0]).send(BLOCK).send(around[1]);
			}
			return connection.send(around[1].isEmpty() ? "" : "0\r\n\r\n").reply();
		}
	}

	private static String head(String contentType, String target, int length) {
		return "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n".formatted(target,
				contentType, length);
	}

	private static String chunkedHead(String contentType, String target) {
		return "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n"
			.formatted(target, contentType);
	}

	/** Figures are the point of these tests as much as the verdict. */
	private static <T extends Number> T report(String what, T value) {
		System.out.printf(Locale.ROOT, "LoadIT: %s: %.1f%n", what, value.doubleValue());
		return value;
	}

}
