package dev.discretizer.web;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import dev.discretizer.budget.HeapPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The table of memory in {@code docs/sizing.md} is what the code reserves, and what a
 * service of that size does.
 */
class SizingIT {

	private static final long MEBIBYTE = 1 << 20;

	/** Beside a body. */
	private static final long BUFFERS = 256 * 1024;

	/** What the image takes of a container. */
	private static final double HEAP_SHARE = 0.55;

	/** Enough of a body for the service to reserve memory for it. */
	private static final byte[] START = new byte[16 * 1024];

	/** A row: the container, usable heap, for requests, and how many of each size. */
	private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) ([GM])iB " + "\\| (\\d+) ".repeat(6) + "\\|$");

	private static final int[] SIZES = { 1, 4, 64, 256 };

	private static List<int[]> rows() throws Exception {
		List<int[]> rows = new ArrayList<>();
		for (MatchResult row : ROW.matcher(Files.readString(Path.of("docs", "sizing.md"))).results().toList()) {
			int[] numbers = new int[7];
			numbers[0] = Integer.parseInt(row.group(1)) * (row.group(2).equals("G") ? 1024 : 1);
			for (int i = 1; i < numbers.length; i++) {
				numbers[i] = Integer.parseInt(row.group(i + 2));
			}
			rows.add(numbers);
		}
		assertThat(rows).hasSize(5);
		return rows;
	}

	@Test
	void tableFollowsFromTheHeap() throws Exception {
		for (int[] row : rows()) {
			long heap = (long) (row[0] * HEAP_SHARE) * MEBIBYTE;
			HeapPlan.Memory memory = new HeapPlan.Memory(row[1] * MEBIBYTE, heap / 3 * 2, heap, row[0] * MEBIBYTE);
			long requests = HeapPlan.of(memory, 0.75, 2000, 700).requests();
			assertThat(row[2]).as("for requests of %d MiB", row[0]).isEqualTo((int) (requests / MEBIBYTE));
			long large = requests - requests / 10;
			for (int i = 0; i < SIZES.length; i++) {
				assertThat(row[3 + i]).as("%d MiB in %d MiB", SIZES[i], row[0])
					.isEqualTo((int) (large / (SIZES[i] * MEBIBYTE + BUFFERS)));
			}
		}
	}

	/** A pod of that size has that much, and holds so many of 64 MiB and not one more. */
	@ParameterizedTest
	@ValueSource(ints = { 1024, 2048 })
	void serviceOfThatSizeHoldsSoMany(int container) throws Exception {
		int[] row = rows().stream().filter((each) -> each[0] == container).findFirst().orElseThrow();
		int heap = (int) (container * HEAP_SHARE);
		List<RawConnection> held = new ArrayList<>();
		try (ServiceProcess service = ServiceProcess.start("sizing-" + container, "-Xmx" + heap + "m",
				"-Ddiscretizer.limits.container=" + container + "MB")) {
			assertThat(service.metric("discretizer.memory.capacity") / MEBIBYTE).isCloseTo(row[2], within(4.0));
			for (int i = 0; i < row[5]; i++) {
				held.add(begin(service.port(), 64));
			}
			long deadline = System.nanoTime() + 4_000_000_000L;
			while (service.metric("discretizer.memory.used") < row[5] * (64.0 * MEBIBYTE + BUFFERS)) {
				assertThat(System.nanoTime()).as("held").isLessThan(deadline);
				LockSupport.parkNanos(20_000_000);
			}
			try (RawConnection oneMore = begin(service.port(), 64)) {
				oneMore.reply().problem(503, "unavailable");
			}
			service.client().assertServes();
		}
		finally {
			for (RawConnection connection : held) {
				connection.close();
			}
		}
	}

	/** Sends the beginning of a body of float32. */
	private static RawConnection begin(int port, int mebibytes) throws Exception {
		RawConnection connection = new RawConnection(port);
		long length = mebibytes * MEBIBYTE;
		connection.send(("POST /api/v1/discretize/tensor?dtype=float32&shape=%d HTTP/1.1\r\nHost: localhost\r\n"
				+ "Content-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n")
			.formatted(length / Float.BYTES, length));
		return connection.send(START);
	}

}
