package dev.discretizer.web;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import dev.discretizer.budget.MemoryBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A body that comes too slowly, or no further, is answered and not waited for.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = { "discretizer.limits.body-min-rate=1MB",
		"server.tomcat.connection-timeout=2s", "discretizer.limits.queue-wait=20s" })
class SlowBodyIT {

	private static final long SECOND = 1_000_000_000;

	private final int port;

	private final MemoryBudget budget;

	SlowBodyIT(@LocalServerPort int port, @Autowired MemoryBudget budget) {
		this.port = port;
		this.budget = budget;
	}

	@Test
	void tricklingBodyIsTimedOut() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			connection.send(post("/api/v1/scale", "application/json", 1000));
			connection.send("{\"tensor\":[");
			// Past the grace of 5 s, with gaps far below the time a read may take.
			for (int i = 0; i < 6; i++) {
				LockSupport.parkNanos(SECOND);
				connection.send("1");
			}
			Reply reply = connection.reply();
			String detail = reply.problem(408, "request-timeout").get("detail").text();
			assertThat(detail).contains("bytes arrived", "at least 1048576 bytes a second", "limits.body-min-rate");
			assertThat(reply.header("Connection")).isEqualTo("close");
		}
	}

	/**
	 * The kernel of a client asks whether a window that a busy service has closed is open
	 * again at intervals that double: a client that behaves may pause for longer than the
	 * grace.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 8000000", "Transfer-Encoding: chunked" })
	void bodyThatIsAheadOfItsRateMayPause(String framing) throws IOException {
		byte[] most = new byte[7_999_996];
		boolean chunked = framing.endsWith("chunked");
		try (RawConnection connection = new RawConnection(this.port)) {
			connection.send("POST /api/v1/discretize/tensor?dtype=float32&shape=2000000 HTTP/1.1\r\nHost: localhost\r\n"
					+ "Content-Type: application/octet-stream\r\n" + framing + "\r\n\r\n");
			connection.send(chunked ? "7a11fc\r\n" : "").send(most).send(chunked ? "\r\n" : "");
			LockSupport.parkNanos(6 * SECOND);
			connection.send(chunked ? "4\r\n1234\r\n0\r\n\r\n" : "1234");
			assertThat(connection.reply().status()).isEqualTo(200);
			connection.send(post("/api/v1/scale", Client.JSON, 16)).send("{\"tensor\":[1.0]}");
			assertThat(connection.reply().status()).isEqualTo(200);
		}
	}

	/**
	 * Nothing is read meanwhile, which Tomcat takes for silence of the client.
	 */
	@Test
	void bodyMayPauseAfterAWaitForMemory() throws IOException {
		byte[] half = new byte[2_000_000];
		Arrays.fill(half, (byte) 0x3f);
		// All but the tenth for small requests.
		long most = this.budget.capacity() - this.budget.capacity() / 10;
		try (RawConnection connection = new RawConnection(this.port)) {
			try (MemoryBudget.Reservation all = this.budget.reserve(most, Duration.ZERO)) {
				connection
					.send(post("/api/v1/discretize/tensor?dtype=float32&shape=1000000", Client.RAW, 2 * half.length));
				connection.send(half);
				Traffic.until(() -> this.budget.waiting() == 1);
				LockSupport.parkNanos(6 * SECOND);
				assertThat(all.size()).isGreaterThanOrEqualTo(most);
			}
			LockSupport.parkNanos(3 * SECOND);
			connection.send(half);
			assertThat(connection.reply().status()).isEqualTo(200);
		}
	}

	/** At its deadline, 5 s and 1 s for each MiB, and not after the longest pause. */
	@Test
	void bodyThatIsAheadAndStopsIsTimedOut() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			long start = System.nanoTime();
			connection.send(post("/api/v1/discretize/tensor?dtype=float32&shape=1000000", Client.RAW, 4_000_000));
			connection.send(new byte[2 << 20]);
			assertTimesOut(connection);
			assertThat((System.nanoTime() - start) / 1e9).isBetween(6.9, 25.0);
		}
	}

	@Test
	void bodyThatStopsIsTimedOut() throws IOException {
		try (RawConnection json = new RawConnection(this.port);
				RawConnection npy = new RawConnection(this.port);
				RawConnection npz = new RawConnection(this.port);
				RawConnection safetensors = new RawConnection(this.port);
				RawConnection raw = new RawConnection(this.port);
				RawConnection chunked = new RawConnection(this.port)) {
			json.send(post("/api/v1/scale", Client.JSON, 1000)).send("{\"ten");
			npy.send(post("/api/v1/scale", Client.NPY, 1000));
			npz.send(post("/api/v1/scale", Client.NPZ, 1000));
			safetensors.send(post("/api/v1/scale", Client.SAFETENSORS, 1000));
			raw.send(post("/api/v1/scale?dtype=int8&shape=1000", Client.RAW, 1000)).send("1234");
			chunked.send("POST /api/v1/scale HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
					+ "Transfer-Encoding: chunked\r\n\r\n10\r\n{\"ten");
			for (RawConnection connection : List.of(json, npy, npz, safetensors, raw, chunked)) {
				assertTimesOut(connection);
			}
		}
	}

	@Test
	void refusedBodyThatStopsHasItsAnswerAtOnce() throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			connection.send(post("/api/v1/scale", "text/plain", 1000));
			connection.reply().problem(415, "unsupported-media-type");
		}
	}

	private static void assertTimesOut(RawConnection connection) throws IOException {
		Reply reply = connection.reply();
		assertThat(reply.problem(408, "request-timeout").get("detail").text()).contains("nothing arrived");
		assertThat(reply.header("Connection")).isEqualTo("close");
		assertThat(connection.isClosed()).isTrue();
	}

	private static String post(String target, String contentType, int length) {
		return "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n".formatted(target,
				contentType, length);
	}

}
