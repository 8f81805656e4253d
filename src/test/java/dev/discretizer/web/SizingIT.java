package dev.discretizer.web;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import dev.discretizer.budget.HeapPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The table of memory in {@code docs/sizing.md} is what the code reserves, and what a
 * service of that size does.
 *
 * <p>
 * {@code mvn -Pload verify -Dit.test=SizingIT} lets every storm break over a service of
 * every row; {@code -Dsizing.row=512} of one.
 */
class SizingIT {

	private static final long MEBIBYTE = 1 << 20;

	/** Beside a body. */
	private static final long BUFFERS = 256 * 1024;

	/** What the image takes of a container, at least. */
	private static final int HEAP_PERCENT = 55;

	private static final int THREADS = 700;

	private static final boolean ALL = Integer.getInteger("load.factor", 1) > 1;

	/** Enough of a body for the service to reserve memory for it. */
	private static final byte[] START = new byte[16 * 1024];

	private static final int[] SIZES = { 1, 4, 64, 256 };

	private static SizingTable.Row row(int container) throws Exception {
		return SizingTable.rows().stream().filter((row) -> row.container() == container).findFirst().orElseThrow();
	}

	@Test
	void tableFollowsFromTheContainer() throws Exception {
		for (SizingTable.Row row : SizingTable.rows()) {
			long container = row.container() * MEBIBYTE;
			long heap = Math.max(container * HEAP_PERCENT / 100, HeapPlan.heap(container, THREADS));
			assertThat(row.heap()).as("heap in %d MiB", row.container()).isEqualTo((int) (heap / MEBIBYTE));
			HeapPlan.Memory memory = new HeapPlan.Memory(row.usable() * MEBIBYTE, row.heap() * MEBIBYTE / 3 * 2,
					row.heap() * MEBIBYTE, container);
			long requests = HeapPlan.of(memory, 0.75, 2000, THREADS).requests();
			assertThat(row.requests()).as("for requests in %d MiB", row.container())
				.isEqualTo((int) (requests / MEBIBYTE));
			long large = requests - requests / 10;
			for (int i = 0; i < SIZES.length; i++) {
				assertThat(row.fitting().get(i)).as("%d MiB in %d MiB", SIZES[i], row.container())
					.isEqualTo((int) (large / (SIZES[i] * MEBIBYTE + BUFFERS)));
			}
		}
	}

	/** A pod of that size has that much, and holds so many of 64 MiB and not one more. */
	@ParameterizedTest
	@ValueSource(ints = { 1024, 2048 })
	void serviceOfThatSizeHoldsSoMany(int container) throws Exception {
		SizingTable.Row row = row(container);
		int count = row.fitting().get(2);
		List<RawConnection> held = new ArrayList<>();
		try (ServiceProcess service = start(row)) {
			assertThat(service.metric("discretizer.memory.capacity") / MEBIBYTE).isCloseTo(row.requests(), within(4.0));
			for (int i = 0; i < count; i++) {
				held.add(begin(service.port(), 64));
			}
			long deadline = System.nanoTime() + 4_000_000_000L;
			while (service.metric("discretizer.memory.used") < count * (64.0 * MEBIBYTE + BUFFERS)) {
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

	static Stream<Integer> stormy() throws Exception {
		int only = Integer.getInteger("sizing.row", ALL ? 0 : 512);
		return SizingTable.rows()
			.stream()
			.map(SizingTable.Row::container)
			.filter((container) -> only == 0 || only == container);
	}

	/** With a tenth of the container to spare. */
	@ParameterizedTest(name = "{0} MiB")
	@MethodSource("stormy")
	void containerOfThatSizeSurvivesEveryStorm(int container) throws Exception {
		SizingTable.Row row = row(container);
		try (ServiceProcess service = start(row)) {
			for (Storm storm : storms()) {
				storm.over(service, row.heap(), container);
			}
		}
	}

	private static List<Storm> storms() throws Exception {
		return ALL ? Storm.all() : List.of(new Storm(Storm.Kind.BOMB, 65, 40));
	}

	private static ServiceProcess start(SizingTable.Row row) throws Exception {
		return ServiceProcess.start("sizing-" + row.container(), "-Xmx" + row.heap() + "m",
				"-Ddiscretizer.limits.container=" + row.container() + "MB");
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
