package dev.discretizer.web;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The service starts in a small heap with the limits as they are, serves what fits and
 * refuses what does not. 55 % of a container of 256 MiB are above 128 MiB.
 */
class SmallHeapIT {

	private static final int MEBIBYTE = 1 << 20;

	private static final int PATIENCE_MILLIS = 60_000;

	@ParameterizedTest
	@CsvSource({ "128, 8", "256, 16" })
	void heapServesWhatFitsAndRefusesWhatDoesNot(int heap, int mebibytes) throws Exception {
		try (ServiceProcess service = ServiceProcess.start("heap-" + heap, "-Xmx" + heap + "m")) {
			post(service, mebibytes).ok();
			post(service, heap).problem(413, "limit-exceeded");
			int served = 0;
			for (Reply reply : atOnce(service, 24, mebibytes)) {
				assertThat(reply.status()).isIn(200, 503);
				served += (reply.status() == 200) ? 1 : 0;
			}
			assertThat(served).isPositive();
			service.awaitAllGivenBack();
			service.assertSound();
		}
	}

	private static List<Reply> atOnce(ServiceProcess service, int count, int mebibytes) throws Exception {
		List<Reply> replies = new ArrayList<>();
		try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
			List<Future<Reply>> clients = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				clients.add(threads.submit(() -> post(service, mebibytes)));
			}
			for (Future<Reply> client : clients) {
				replies.add(client.get());
			}
		}
		return replies;
	}

	/** Sends all of a raw body of that size before it reads. */
	private static Reply post(ServiceProcess service, int mebibytes) throws Exception {
		byte[] block = new byte[MEBIBYTE];
		Arrays.fill(block, (byte) 0x3f);
		try (RawConnection connection = new RawConnection(service.port(), PATIENCE_MILLIS)) {
			connection.send(("POST /api/v1/discretize/tensor?dtype=float32&shape=%d HTTP/1.1\r\nHost: localhost\r\n"
					+ "Content-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n")
				.formatted(mebibytes * MEBIBYTE / Float.BYTES, mebibytes * MEBIBYTE));
			for (int i = 0; i < mebibytes; i++) {
				connection.send(block);
			}
			return connection.reply();
		}
	}

}
