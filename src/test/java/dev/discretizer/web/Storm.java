package dev.discretizer.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import dev.discretizer.budget.HeapPlan;
import dev.discretizer.codec.nir.NirWriter;
import dev.discretizer.graph.Node;
import dev.discretizer.graph.TestNetwork;
import dev.discretizer.tensor.Shape;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many clients that send a body of one kind at the same time, each all of it before it
 * reads. Prints the figures that docs/sizing.md and bench/RESULTS.md state.
 */
public final class Storm {

	/** Those whose bodies are as large as they say, and come as fast as they can. */
	public static final List<Kind> KINDS = List.of(Kind.NPZ, Kind.NPZ_DEFLATED, Kind.HDF5, Kind.JSON, Kind.RAW,
			Kind.CHUNKED);

	private static final int MEBIBYTE = 1 << 20;

	private static final int PATIENCE_MILLIS = 120_000;

	/**
	 * How soon after the last answer the service has given everything back. Beside other
	 * tests a machine may be late, and {@code -Dstorm.calm=60} says so of another.
	 */
	private static final long CALM_NANOS = 1_000_000_000L
			* Long.getLong("storm.calm", (Integer.getInteger("load.factor", 1) > 1) ? 10 : 60);

	/** What slow clients send every 100 ms. */
	private static final int SIP = 7000;

	private final Kind kind;

	private final double mebibytes;

	private final int clients;

	private final Body body;

	public Storm(Kind kind, double mebibytes, int clients) throws IOException {
		this.kind = kind;
		this.mebibytes = mebibytes;
		this.clients = clients;
		this.body = body(kind, (int) (mebibytes * MEBIBYTE));
	}

	/** Kinds of bodies. */
	public enum Kind {

		NPZ, NPZ_DEFLATED, HDF5, JSON, RAW, CHUNKED,

		/** An npz that becomes so large. */
		BOMB,

		/** Raw, at 70 KB/s. */
		SLOW

	}

	/** A storm of every kind that a row of docs/sizing.md is tried with. */
	public static List<Storm> all() throws IOException {
		List<Storm> storms = new ArrayList<>(List.of(new Storm(Kind.BOMB, 65, 150)));
		for (double mebibytes : new double[] { 9.5, 26, 65 }) {
			for (Kind kind : KINDS) {
				storms.add(new Storm(kind, mebibytes, 150));
			}
		}
		storms.add(new Storm(Kind.SLOW, 1, 690));
		return storms;
	}

	/** A body with the head that it is sent behind. */
	static final class Body {

		private final byte[] head;

		private final byte[] bytes;

		private final Kind kind;

		Body(String target, String contentType, byte[] bytes, Kind kind) {
			this.head = "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\n%s\r\n\r\n"
				.formatted(target, contentType,
						(kind == Kind.CHUNKED) ? "Transfer-Encoding: chunked" : "Content-Length: " + bytes.length)
				.getBytes(StandardCharsets.US_ASCII);
			this.bytes = bytes;
			this.kind = kind;
		}

		/** The bytes themselves, not a copy. */
		byte[] bytes() {
			return this.bytes;
		}

		/** All of it goes before anything is read. */
		int post(int port) throws IOException {
			try (RawConnection connection = new RawConnection(port, PATIENCE_MILLIS)) {
				connection.send(this.head);
				int step = (this.kind == Kind.SLOW) ? SIP : MEBIBYTE;
				for (int at = 0; at < this.bytes.length; at += step) {
					byte[] block = Arrays.copyOfRange(this.bytes, at, Math.min(this.bytes.length, at + step));
					switch (this.kind) {
						case CHUNKED -> connection.send("%x\r\n".formatted(block.length)).send(block).send("\r\n");
						case SLOW -> {
							connection.send(block);
							LockSupport.parkNanos(100_000_000);
						}
						default -> connection.send(block);
					}
				}
				return connection.send((this.kind == Kind.CHUNKED) ? "0\r\n\r\n" : "").reply().status();
			}
		}

	}

	/**
	 * Breaks over a service that has the heap of a container: each client gets 200, 413
	 * or 503 and no connection is reset, nine tenths of the container suffice, and within
	 * 10 s afterwards nothing is held, in the heap or outside of it.
	 * @param heap of the service, in MiB
	 * @param container memory in MiB
	 */
	void over(ServiceProcess service, int heap, long container) throws Exception {
		Map<Integer, Integer> statuses = new TreeMap<>();
		long begin = System.nanoTime();
		long most = most(service, statuses);
		long end = System.nanoTime();
		service.awaitAllGivenBack();
		long left = service.heap();
		double threads = service.metric("jvm.threads.live");
		double planned = HeapPlan.OUTSIDE + (double) heap * MEBIBYTE / 48 + threads * HeapPlan.THREAD;
		long outside = service.outside();
		while (outside > planned && System.nanoTime() - end < CALM_NANOS) {
			LockSupport.parkNanos(CALM_NANOS / 60);
			outside = service.outside();
		}
		long calm = System.nanoTime() - end;
		System.out.printf(Locale.ROOT,
				"Storm: %s of %.1f MiB by %d, heap of %d MiB, container of %d MiB: %s in %d s, at most %d MiB anonymous; "
						+ "%.1f s after it %d MiB of heap, %d MiB outside with %.0f threads%n",
				this.kind, this.mebibytes, this.clients, heap, container, statuses, (end - begin) / 1_000_000_000,
				most / MEBIBYTE, calm / 1e9, left / MEBIBYTE, outside / MEBIBYTE, threads);
		assertThat(statuses.keySet()).isSubsetOf(200, 413, 503);
		assertThat(most).as("anonymous memory").isLessThan(container * MEBIBYTE / 10 * 9);
		service.assertSound();
		assertThat(left).as("heap after it").isLessThan(HeapPlan.BASE);
		assertThat((double) outside).as("memory outside of the heap after it").isLessThan(planned);
		assertThat(calm).as("ns until all that is so").isLessThan(CALM_NANOS);
	}

	@Override
	public String toString() {
		return "%d x %.1f MiB of %s".formatted(this.clients, this.mebibytes, this.kind);
	}

	/** The status of a reply, or 0 for a connection that was reset. */
	private static int status(Future<Integer> reply) throws InterruptedException {
		try {
			return reply.get();
		}
		catch (ExecutionException ex) {
			System.out.println("Storm: " + ex.getCause());
			return 0;
		}
	}

	/** The most anonymous memory that the process has during the storm, in bytes. */
	private long most(ServiceProcess service, Map<Integer, Integer> statuses) throws Exception {
		AtomicLong most = new AtomicLong();
		AtomicBoolean over = new AtomicBoolean();
		try (ExecutorService watcher = Executors.newSingleThreadExecutor()) {
			Future<?> watched = watcher.submit(() -> {
				while (!over.get()) {
					most.accumulateAndGet(service.anonymous(), Math::max);
					Thread.sleep(20);
				}
				return null;
			});
			try {
				statuses.putAll(statuses(service.port()));
			}
			finally {
				over.set(true);
			}
			watched.get();
		}
		return most.get();
	}

	/**
	 * Breaks over whatever listens there.
	 * @return how many clients got which status, with 0 for a connection that was reset
	 */
	public Map<Integer, Integer> statuses(int port) throws Exception {
		Map<Integer, Integer> statuses = new TreeMap<>();
		try (ExecutorService threads = Executors.newFixedThreadPool(this.clients)) {
			List<Future<Integer>> replies = new ArrayList<>();
			for (int i = 0; i < this.clients; i++) {
				replies.add(threads.submit(() -> this.body.post(port)));
			}
			for (Future<Integer> reply : replies) {
				statuses.merge(status(reply), 1, Integer::sum);
			}
		}
		return statuses;
	}

	/**
	 * Makes a body.
	 * @param length in bytes, about
	 */
	static Body body(Kind kind, int length) throws IOException {
		int elements = length / Float.BYTES;
		String target = "/api/v1/discretize/tensor?dtype=float32&shape=" + elements;
		return switch (kind) {
			case NPZ -> new Body("/api/v1/scale", Client.NPZ, npz(floats(elements), false), kind);
			case NPZ_DEFLATED -> new Body("/api/v1/scale", Client.NPZ, npz(floats(elements), true), kind);
			case HDF5 ->
				new Body("/api/v1/discretize/network", "application/vnd.hdfgroup.hdf5", network(elements), kind);
			case JSON -> new Body("/api/v1/scale", Client.JSON, json(length), kind);
			case RAW, SLOW, CHUNKED -> new Body(target, Client.RAW, floats(elements), kind);
			case BOMB ->
				new Body("/api/v1/scale", Client.NPZ, npz(new byte[length / Float.BYTES * Float.BYTES], true), kind);
		};
	}

	/** Noise, which deflates by a tenth alone. */
	private static byte[] floats(int elements) {
		Random random = new Random(1);
		ByteBuffer bytes = ByteBuffer.allocate(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
		for (int i = 0; i < elements; i++) {
			bytes.putFloat((float) random.nextGaussian());
		}
		return bytes.array();
	}

	private static byte[] npz(byte[] floats, boolean deflated) throws IOException {
		byte[] npy = Containers.npy("<f4", false, "(%d,)".formatted(floats.length / Float.BYTES), floats);
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (ZipOutputStream zip = new ZipOutputStream(out)) {
			ZipEntry entry = new ZipEntry("tensor.npy");
			if (!deflated) {
				CRC32 crc = new CRC32();
				crc.update(npy);
				entry.setMethod(ZipEntry.STORED);
				entry.setSize(npy.length);
				entry.setCrc(crc.getValue());
			}
			zip.putNextEntry(entry);
			zip.write(npy);
		}
		return out.toByteArray();
	}

	/** One convolution. */
	private static byte[] network(int elements) throws IOException {
		int outputs = elements / (1216 * 4 * 4);
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		NirWriter
			.encode(TestNetwork.from(1216, 8, 8)
				.then("conv", TestNetwork.conv(outputs, 1216, 4))
				.then("neurons", TestNetwork.neurons(1))
				.then("output", new Node.Output(Shape.of(outputs, 5, 5)))
				.asItIs(), "{}")
			.writeTo(out);
		return out.toByteArray();
	}

	private static byte[] json(int length) {
		Random random = new Random(1);
		StringBuilder text = new StringBuilder(length + 64).append("{\"tensor\":[1");
		while (text.length() < length) {
			text.append(",0.").append(100_000 + random.nextInt(900_000));
		}
		return text.append("]}").toString().getBytes(StandardCharsets.US_ASCII);
	}

}
