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
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import dev.discretizer.budget.HeapPlan;
import dev.discretizer.codec.nir.NirWriter;
import dev.discretizer.graph.Node;
import dev.discretizer.graph.TestNetwork;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Many large bodies of one kind at once, to a service with the heap and the threads of a
 * container: each gets 200, 413 or 503 and no connection is reset, the process stays
 * within the container less a tenth, and afterwards nothing is held.
 *
 * <p>
 * {@code mvn -Pload verify -Dit.test=StormIT} goes through all sizes of bodies,
 * containers and crowds, ten times each.
 */
class StormIT {

	private static final int MEBIBYTE = 1 << 20;

	private static final int PATIENCE_MILLIS = 120_000;

	private static final boolean ALL = Integer.getInteger("load.factor", 1) > 1;

	private static final int RUNS = ALL ? 10 : 1;

	/** Kinds of bodies. */
	private enum Kind {

		NPZ, NPZ_DEFLATED, HDF5, JSON, RAW, CHUNKED

	}

	/** A body with the head that it is sent behind. */
	private static final class Body {

		private final byte[] head;

		private final byte[] bytes;

		private final boolean chunked;

		Body(String target, String contentType, byte[] bytes, boolean chunked) {
			this.head = "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\n%s\r\n\r\n"
				.formatted(target, contentType,
						chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + bytes.length)
				.getBytes(StandardCharsets.US_ASCII);
			this.bytes = bytes;
			this.chunked = chunked;
		}

		/** Sends all of it before it reads. */
		int post(int port) throws IOException {
			try (RawConnection connection = new RawConnection(port, PATIENCE_MILLIS)) {
				connection.send(this.head);
				for (int at = 0; at < this.bytes.length; at += MEBIBYTE) {
					byte[] block = Arrays.copyOfRange(this.bytes, at, Math.min(this.bytes.length, at + MEBIBYTE));
					if (this.chunked) {
						connection.send("%x\r\n".formatted(block.length)).send(block).send("\r\n");
					}
					else {
						connection.send(block);
					}
				}
				return connection.send(this.chunked ? "0\r\n\r\n" : "").reply().status();
			}
		}

	}

	static Stream<Arguments> storms() {
		if (!ALL) {
			return Arrays.stream(Kind.values()).map((kind) -> arguments(kind, 9.5, 40, 282));
		}
		List<Arguments> all = new ArrayList<>();
		for (Kind kind : Kind.values()) {
			for (double mebibytes : new double[] { 9.5, 26, 65 }) {
				for (int clients : new int[] { 100, 150 }) {
					for (int heap : new int[] { 282, 512, 1024 }) {
						all.add(arguments(kind, mebibytes, clients, heap));
					}
				}
			}
		}
		return all.stream();
	}

	@ParameterizedTest(name = "{2} x {1} MiB of {0}, heap of {3} MiB")
	@MethodSource("storms")
	void isAnsweredWithinTheContainer(Kind kind, double mebibytes, int clients, int heap) throws Exception {
		Body body = body(kind, (int) (mebibytes * MEBIBYTE));
		// What has 55 % of it as heap.
		long container = heap * 100L / 55;
		try (ServiceProcess service = ServiceProcess.start("storm-%s-%d".formatted(kind, heap), "-Xmx" + heap + "m",
				"-Ddiscretizer.limits.container=" + container + "MB")) {
			for (int run = 0; run < RUNS; run++) {
				long most = storm(service, body, clients);
				System.out.printf(Locale.ROOT, "StormIT: %s of %.1f MiB by %d, heap of %d MiB: %d MiB anonymous%n",
						kind, mebibytes, clients, heap, most / MEBIBYTE);
				assertThat(most).as("anonymous memory").isLessThan(container * MEBIBYTE * 9 / 10);
				service.awaitAllGivenBack();
				service.assertSound();
				assertThat(service.heap()).as("heap after it").isLessThan(HeapPlan.BASE);
			}
		}
	}

	/** Returns the most anonymous memory that the process has had, in bytes. */
	private static long storm(ServiceProcess service, Body body, int clients) throws Exception {
		AtomicLong most = new AtomicLong();
		AtomicBoolean over = new AtomicBoolean();
		try (ExecutorService watcher = Executors.newSingleThreadExecutor();
				ExecutorService threads = Executors.newFixedThreadPool(clients)) {
			Future<?> watched = watcher.submit(() -> {
				while (!over.get()) {
					most.accumulateAndGet(service.anonymous(), Math::max);
					Thread.sleep(20);
				}
				return null;
			});
			List<Future<Integer>> replies = new ArrayList<>();
			for (int i = 0; i < clients; i++) {
				replies.add(threads.submit(() -> body.post(service.port())));
			}
			for (Future<Integer> reply : replies) {
				assertThat(reply.get()).isIn(200, 413, 503);
			}
			over.set(true);
			watched.get();
		}
		return most.get();
	}

	private static Body body(Kind kind, int length) throws IOException {
		int elements = length / Float.BYTES;
		String target = "/api/v1/discretize/tensor?dtype=float32&shape=" + elements;
		return switch (kind) {
			case NPZ -> new Body("/api/v1/scale", Client.NPZ, npz(elements, false), false);
			case NPZ_DEFLATED -> new Body("/api/v1/scale", Client.NPZ, npz(elements, true), false);
			case HDF5 ->
				new Body("/api/v1/discretize/network", "application/vnd.hdfgroup.hdf5", network(elements), false);
			case JSON -> new Body("/api/v1/scale", Client.JSON, json(length), false);
			case RAW -> new Body(target, Client.RAW, floats(elements), false);
			case CHUNKED -> new Body(target, Client.RAW, floats(elements), true);
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

	private static byte[] npz(int elements, boolean deflated) throws IOException {
		byte[] npy = Containers.npy("<f4", false, "(%d,)".formatted(elements), floats(elements));
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
