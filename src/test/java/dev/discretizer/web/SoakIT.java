package dev.discretizer.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

import dev.discretizer.budget.HeapPlan;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Traffic of all kinds at full speed, good and bad, for as long as {@code -Dsoak.seconds}
 * says, to a service of its own process with a heap of 512 MiB: nothing fails, and
 * nothing grows. {@code mvn -Psoak verify} writes the figures to {@code target/soak.md}
 * for bench/RESULTS.md.
 */
@Tag("soak")
class SoakIT {

	private static final long SECONDS = Long.getLong("soak.seconds", 600);

	private static final long SEED = Long.getLong("soak.seed", 7);

	private static final int CLIENTS = 16;

	/** Times that the service is looked at, with nothing under way. */
	private static final int LOOKS = 10;

	private static final int MEBIBYTE = 1 << 20;

	private static final int LARGE = 16 * MEBIBYTE;

	private static final byte[] LARGE_BODY = large();

	/** Bodies that are held as a whole while they are read. */
	private static final List<Storm.Body> WHOLE = whole();

	private final AtomicLong next = new AtomicLong();

	private final Map<Integer, LongAdder> outcomes = new ConcurrentHashMap<>();

	private final LongAdder cut = new LongAdder();

	private final List<Look> looks = new ArrayList<>();

	/** What the service holds, after a collection, when all clients have gone. */
	private record Look(double heapMiB, double threads, double files, double residentMiB) {
	}

	private static byte[] large() {
		ByteBuffer bytes = ByteBuffer.allocate(LARGE).order(ByteOrder.LITTLE_ENDIAN);
		for (int i = 0; bytes.hasRemaining(); i++) {
			bytes.putFloat((float) Math.sin(i));
		}
		return bytes.array();
	}

	private static List<Storm.Body> whole() {
		try {
			return List.of(Storm.body(Storm.Kind.NPZ, LARGE), Storm.body(Storm.Kind.NPZ_DEFLATED, LARGE),
					Storm.body(Storm.Kind.HDF5, LARGE), Storm.body(Storm.Kind.BOMB, LARGE));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void nothingFailsAndNothingGrows() throws Exception {
		try (ServiceProcess service = ServiceProcess.start("soak", "-Xmx512m")) {
			for (int i = 0; i < LOOKS; i++) {
				traffic(service, TimeUnit.SECONDS.toNanos(SECONDS) / LOOKS);
				this.looks.add(look(service));
			}
			service.assertSound();
		}
		Files.writeString(Path.of("target", "soak.md"), table());
		assertThat(this.outcomes.keySet()).as(this.outcomes::toString)
			.allMatch((status) -> status < 500 || status == 503);
		assertThat(this.outcomes).containsKey(200);
		assertNoGrowth();
	}

	/** The first look is past the growth that any start has. */
	private void assertNoGrowth() {
		Look first = this.looks.getFirst();
		assertThat(this.looks).as(this::table).allSatisfy((look) -> {
			assertThat(look.heapMiB()).isLessThan(HeapPlan.BASE / (double) MEBIBYTE);
			assertThat(look.threads()).isLessThanOrEqualTo(first.threads() + CLIENTS);
			assertThat(look.files()).isLessThanOrEqualTo(first.files() + CLIENTS);
		});
		assertThat(this.looks.getLast().heapMiB()).as(this::table).isLessThan(first.heapMiB() + 5);
	}

	private static Look look(ServiceProcess service) throws Exception {
		service.awaitAllGivenBack();
		double heap = service.heap() / (double) MEBIBYTE;
		return new Look(heap, service.metric("jvm.threads.live"), service.metric("process.files.open"),
				service.resident() / (double) MEBIBYTE);
	}

	private void traffic(ServiceProcess service, long nanos) throws Exception {
		long end = System.nanoTime() + nanos;
		try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
			List<Future<?>> clients = new ArrayList<>();
			for (int i = 0; i < CLIENTS; i++) {
				clients.add(threads.submit(() -> {
					while (System.nanoTime() < end) {
						one(service, this.next.getAndIncrement());
					}
					return null;
				}));
			}
			for (Future<?> client : clients) {
				client.get();
			}
		}
	}

	/**
	 * Mostly fuzzed requests of all endpoints and formats, a third of them broken; beside
	 * them what the fuzzer does not do: large bodies, slow ones, and those who hang up.
	 */
	private void one(ServiceProcess service, long index) throws IOException {
		switch ((int) (index % 64)) {
			case 0 -> count(service.client()
				.post("/discretize/tensor?dtype=float32&shape=" + LARGE / Float.BYTES, Client.RAW, LARGE_BODY));
			case 1 -> hangUp(service, LARGE / 2);
			case 2 -> hangUp(service, 100);
			case 3 -> hangUpOnAnswer(service);
			case 4 -> slowly(service);
			case 5, 6, 7, 8 -> count(WHOLE.get((int) (index % 64) - 5).post(service.port()));
			default -> count(service.client().send(FuzzCase.of(SEED, index)));
		}
	}

	private void count(Reply reply) {
		count(reply.status());
	}

	private void count(int status) {
		this.outcomes.computeIfAbsent(status, (each) -> new LongAdder()).increment();
	}

	/** Goes away in the middle of a body. */
	private void hangUp(ServiceProcess service, int after) throws IOException {
		try (RawConnection connection = new RawConnection(service.port())) {
			connection.send(head());
			connection.send(Arrays.copyOf(LARGE_BODY, after));
			this.cut.increment();
		}
	}

	/** Goes away without reading the answer. */
	private void hangUpOnAnswer(ServiceProcess service) throws IOException {
		try (RawConnection connection = new RawConnection(service.port())) {
			connection.send(head());
			connection.send(LARGE_BODY);
			this.cut.increment();
		}
		catch (IOException ex) {
			// The service may have refused the body and closed first.
			this.cut.increment();
		}
	}

	private void slowly(ServiceProcess service) throws IOException {
		byte[] body = "{\"tensor\":[1.0,-0.5]}".getBytes(StandardCharsets.US_ASCII);
		try (RawConnection connection = new RawConnection(service.port(), 60_000)) {
			connection.send("POST /api/v1/scale HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
					+ "Content-Length: %d\r\n\r\n".formatted(body.length));
			for (byte one : body) {
				connection.send(new byte[] { one });
				LockSupport.parkNanos(1_000_000);
			}
			count(connection.reply());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String head() {
		return ("POST /api/v1/discretize/tensor?dtype=float32&shape=%d HTTP/1.1\r\nHost: localhost\r\n"
				+ "Content-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n")
			.formatted(LARGE / Float.BYTES, LARGE);
	}

	private String table() {
		StringBuilder text = new StringBuilder();
		text.append("%d s with %d clients, heap of 512 MiB: ".formatted(SECONDS, CLIENTS));
		this.outcomes.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByKey())
			.forEach((entry) -> text.append("%s x %d, ".formatted(entry.getValue(), entry.getKey())));
		text.append("%s hung up.\n\n".formatted(this.cut));
		text.append("| after s | heap MiB | threads | open files | resident MiB |\n|---|---|---|---|---|\n");
		for (int i = 0; i < this.looks.size(); i++) {
			Look look = this.looks.get(i);
			text.append("| %d | %.1f | %.0f | %.0f | %.0f |\n".formatted((i + 1) * SECONDS / LOOKS, look.heapMiB(),
					look.threads(), look.files(), look.residentMiB()));
		}
		return text.toString();
	}

}
