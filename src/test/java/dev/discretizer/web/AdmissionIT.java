package dev.discretizer.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

import dev.discretizer.budget.MemoryBudget;
import dev.discretizer.web.server.BodyStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A request is served when there is memory for it, and gives it back whatever comes of
 * it.
 */
@Timeout(60)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "discretizer.limits.queue-wait=3s", "server.tomcat.connection-timeout=2s" })
class AdmissionIT {

	private static final int MEBIBYTE = 1 << 20;

	/** All but the tenth for small requests. */
	private static final int MOST = 18 * MEBIBYTE;

	private final int port;

	private final Client client;

	private final MemoryBudget budget;

	AdmissionIT(@LocalServerPort int port, @Autowired MemoryBudget budget) {
		this.port = port;
		this.client = new Client(port);
		this.budget = budget;
	}

	/** Less than the heap would give. */
	@TestConfiguration(proxyBeanMethods = false)
	static class SmallBudget {

		@Bean
		@Primary
		MemoryBudget smallBudget() {
			return new MemoryBudget(20 * MEBIBYTE);
		}

	}

	@AfterEach
	void allIsGivenBack() {
		Traffic.until(() -> this.budget.used() == 0);
		assertThat(this.budget.waiting()).isZero();
	}

	@Test
	void requestAboveAllThereIsIsTooLargeAndToldBothNumbers() {
		long refused = this.budget.refused();
		String detail = raw("float32", MOST).problem(413, "limit-exceeded").get("detail").text();
		assertThat(detail).contains("about %d bytes".formatted(MOST + 256 * 1024), "at most %d".formatted(MOST),
				"discretizer.limits.memory-share");
		// Four bytes of memory for each of the body.
		raw("int8", 5 * MEBIBYTE).problem(413, "limit-exceeded");
		assertThat(this.budget.refused()).isEqualTo(refused);
	}

	@Test
	void requestThatGrowsAboveAllThereIsIsTooLarge() {
		byte[] npz = Containers
			.zip(Map.of("tensor.npy", Containers.npy("<f4", false, "(%d,)".formatted(MOST / 4), new byte[MOST])));
		assertThat(npz).hasSizeLessThan(MEBIBYTE);
		String detail = this.client.post("/scale", Client.NPZ, npz).problem(413, "limit-exceeded").get("detail").text();
		assertThat(detail).contains("at most %d".formatted(MOST), "discretizer.limits.memory-share");
	}

	@Test
	void requestWithoutRoomIsRefusedWhileSmallOnesAreServed() throws Exception {
		long refused = this.budget.refused();
		try (MemoryBudget.Reservation all = this.budget.reserve(MOST, Duration.ZERO);
				ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			Future<Reply> large = threads.submit(() -> raw("float32", 2 * MEBIBYTE));
			Traffic.until(() -> this.budget.waiting() == 1);
			this.client.assertServes();
			assertRefused(large.get());
			this.client.assertServes();
			assertThat(all.size()).isEqualTo(MOST);
		}
		assertThat(this.budget.refused()).isEqualTo(refused + 1);
		raw("float32", 2 * MEBIBYTE).ok();
	}

	@Test
	void requestWaitsForRoom() throws Exception {
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			Future<Reply> large;
			try (MemoryBudget.Reservation all = this.budget.reserve(MOST, Duration.ZERO)) {
				large = threads.submit(() -> raw("float32", 2 * MEBIBYTE));
				Traffic.until(() -> this.budget.waiting() == 1);
				assertThat(all.size()).isEqualTo(MOST);
			}
			large.get().ok();
		}
	}

	@Test
	void bodyOfUnknownLengthIsRefusedWhereItFindsNoMoreRoom() {
		long refused = this.budget.refused();
		try (MemoryBudget.Reservation most = this.budget.reserve(MOST - MEBIBYTE, Duration.ZERO)) {
			assertRefused(chunked(4 * MEBIBYTE));
			assertThat(most.size()).isEqualTo(MOST - MEBIBYTE);
		}
		assertThat(this.budget.refused()).isEqualTo(refused + 1);
		chunked(4 * MEBIBYTE).ok();
	}

	private static void assertRefused(Reply reply) {
		reply.problem(503, "unavailable");
		assertThat(reply.header("Retry-After")).matches("[1-5]");
	}

	@Test
	void answersOfAllKindsGiveBack() {
		raw("float32", 4 * MEBIBYTE).ok();
		this.client.json("/scale", "{\"tensor\":[1,2").problem(400, "truncated");
		this.client.json("/scale", "{\"tensor\":[]}").problem(422, "empty-tensor");
		this.client.post("/scale", "text/plain", new byte[10]).problem(415, "unsupported-media-type");
	}

	@Test
	void bodyHoldsNothingUntilItBegins() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			connection.send(head(10 * MEBIBYTE)).send(new byte[BodyStream.START - 1]);
			LockSupport.parkNanos(300_000_000);
			assertThat(this.budget.used()).isZero();
			connection.send(new byte[1]);
			Traffic.until(() -> this.budget.used() > 10 * MEBIBYTE);
			connection.send(floats(10 * MEBIBYTE - BodyStream.START)).reply().ok();
		}
	}

	@Test
	void bodyThatStopsGivesBack() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			connection.send(head(10 * MEBIBYTE)).send(new byte[2 * BodyStream.START]);
			Traffic.until(() -> this.budget.used() > 10 * MEBIBYTE);
			connection.reply().problem(408, "request-timeout");
		}
	}

	@Test
	void clientThatGoesGivesBack() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			connection.send(head(10 * MEBIBYTE)).send(new byte[2 * BodyStream.START]);
			Traffic.until(() -> this.budget.used() > 10 * MEBIBYTE);
		}
	}

	/** Neither reads its answer nor closes. */
	@Test
	void clientThatDoesNotReadGivesBack() throws IOException {
		try (Socket socket = new Socket()) {
			socket.setReceiveBufferSize(4096);
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port));
			socket.getOutputStream()
				.write(head("/api/v1/discretize/tensor?dtype=float32&to_int=false&shape=", 16 * MEBIBYTE)
					.getBytes(StandardCharsets.US_ASCII));
			socket.getOutputStream().write(floats(16 * MEBIBYTE));
			Traffic.until(() -> this.budget.used() > 16 * MEBIBYTE);
			Traffic.until(() -> this.budget.used() == 0);
		}
	}

	private Reply raw(String dtype, int bytes) {
		int elements = dtype.equals("int8") ? bytes : bytes / Float.BYTES;
		return this.client.post("/discretize/tensor?dtype=%s&shape=%d".formatted(dtype, elements), Client.RAW,
				floats(bytes));
	}

	private Reply chunked(int bytes) {
		return this.client.send(this.client.request("/discretize/tensor?dtype=float32&shape=" + bytes / Float.BYTES)
			.header("Content-Type", Client.RAW)
			.POST(Client.chunked(floats(bytes))));
	}

	private static byte[] floats(int bytes) {
		ByteBuffer floats = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
		while (floats.remaining() >= 8) {
			floats.putFloat(1).putFloat(-0.5f);
		}
		return floats.array();
	}

	private static String head(int bytes) {
		return head("/api/v1/discretize/tensor?dtype=float32&shape=", bytes);
	}

	private static String head(String target, int bytes) {
		return ("POST %s%d HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
				+ "Content-Length: %d\r\n\r\n")
			.formatted(target, bytes / Float.BYTES, bytes);
	}

}
