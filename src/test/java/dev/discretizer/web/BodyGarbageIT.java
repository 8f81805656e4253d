package dev.discretizer.web;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import dev.discretizer.budget.MemoryBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import javax.management.ObjectName;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * No body is reachable after its request, nor is anything as large that was made of it,
 * whatever its format and whether it was served or refused: the first collection after
 * the request finds only the arrays that were there before. A finalizer that holds on to
 * one shows, as it runs after that collection.
 */
@ServiceTest
class BodyGarbageIT {

	private static final int LENGTH = 8 << 20;

	private static final String TENSOR = "/scale";

	private static final String NETWORK = "/discretize/network?tensors=none";

	/** The input of tiny.nir, and its elements. */
	private static final String INPUT = "2, 8, 8";

	private static final int PIXELS = 2 * 8 * 8;

	/** A line of a histogram: rank, objects, bytes, and an array of primitives. */
	private static final Pattern ARRAYS = Pattern.compile("(?m)^ *\\d+: +\\d+ +(\\d+)  \\[[BCDFIJS] ");

	private final int port;

	private final MemoryBudget memory;

	@Autowired
	BodyGarbageIT(@LocalServerPort int port, MemoryBudget memory) {
		this.port = port;
		this.memory = memory;
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SLOW")
	void isGarbageAfterItWasServed(Storm.Kind kind) throws Exception {
		Storm.Body body = Storm.body(kind, LENGTH);
		assertGarbage(() -> assertThat(body.post(this.port)).isEqualTo(200));
	}

	@ParameterizedTest
	@ValueSource(strings = { Client.NPY, Client.SAFETENSORS, Client.JSON })
	void isGarbageAfterItWasServedAs(String contentType) throws Exception {
		byte[] body = body(contentType, new byte[LENGTH]);
		assertGarbage(() -> assertThat(post(TENSOR, contentType, body)).isEqualTo(200));
	}

	/** An element that no tensor may have, where the last one was. */
	@ParameterizedTest
	@ValueSource(strings = { Client.NPY, Client.SAFETENSORS, Client.JSON })
	void isGarbageAfterItWasImpossible(String contentType) throws Exception {
		byte[] elements = new byte[LENGTH];
		Arrays.fill(elements, LENGTH - 4, LENGTH, (byte) 0xff);
		byte[] body = body(contentType, elements);
		assertGarbage(() -> assertThat(post(TENSOR, contentType, body)).isEqualTo(422));
	}

	@Test
	void rawIsGarbageAfterItWasImpossible() throws Exception {
		byte[] elements = new byte[LENGTH];
		Arrays.fill(elements, LENGTH - 4, LENGTH, (byte) 0xff);
		assertGarbage(() -> assertThat(post(TENSOR + "?dtype=float32&shape=" + LENGTH / 4, Client.RAW, elements))
			.isEqualTo(422));
	}

	/** The end of each is not what its format says. */
	@ParameterizedTest
	@EnumSource(names = { "NPZ", "NPZ_DEFLATED", "HDF5", "JSON" })
	void isGarbageAfterItWasMalformed(Storm.Kind kind) throws Exception {
		byte[] body = Storm.body(kind, LENGTH).bytes();
		byte[] cut = Arrays.copyOf(body, body.length - 1);
		String target = (kind == Storm.Kind.HDF5) ? NETWORK : TENSOR;
		String contentType = switch (kind) {
			case HDF5 -> "application/x-hdf5";
			case JSON -> Client.JSON;
			default -> Client.NPZ;
		};
		assertGarbage(() -> assertThat(post(target, contentType, cut)).isEqualTo(400));
	}

	/** The check sum that is compared after all elements have been read. */
	@ParameterizedTest
	@EnumSource(names = { "NPZ", "NPZ_DEFLATED" })
	void npzIsGarbageAfterItsCheckSumWasWrong(Storm.Kind kind) throws Exception {
		byte[] body = Storm.body(kind, LENGTH).bytes();
		// In the directory, 16 bytes after the signature of its only entry.
		int directory = new String(body, body.length - 256, 256, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
		body[body.length - 256 + directory + 16] ^= 1;
		assertGarbage(() -> assertThat(post(TENSOR, Client.NPZ, body)).isEqualTo(400));
	}

	@Test
	void bodyIsGarbageAfterItsTypeWasRefused() throws Exception {
		assertGarbage(() -> assertThat(post(TENSOR, "text/plain", new byte[LENGTH])).isEqualTo(415));
	}

	@Test
	void bodyIsGarbageAfterItsClientLeft() throws Exception {
		byte[] body = Storm.body(Storm.Kind.NPZ, LENGTH).bytes();
		assertGarbage(() -> {
			try (RawConnection connection = new RawConnection(this.port)) {
				connection.send(head(TENSOR, Client.NPZ, body.length)).send(Arrays.copyOf(body, LENGTH / 2));
				Traffic.until(() -> this.memory.used() > 0);
			}
		});
	}

	/** Of counts of each step; the last is no number if refused. */
	@ParameterizedTest
	@ValueSource(ints = { 200, 422 })
	void recordingIsGarbage(int status) throws Exception {
		byte[] counts = new byte[LENGTH];
		if (status == 422) {
			Arrays.fill(counts, LENGTH - 4, LENGTH, (byte) 0xff);
		}
		Form form = new Form().file("network", "tiny.nir", SimulateIT.example("tiny.nir"))
			.file("recording", "steps.npy",
					Containers.npy("<f4", false, "(%d, %s)".formatted(LENGTH / 4 / PIXELS, INPUT), counts));
		byte[] body = form.body();
		assertGarbage(() -> assertThat(post("/simulate?dt=1000", form.contentType(), body)).isEqualTo(status));
	}

	private static byte[] body(String contentType, byte[] elements) {
		String shape = Integer.toString(elements.length / 4);
		return switch (contentType) {
			case Client.NPY -> Containers.npy("<f4", false, "(%s,)".formatted(shape), elements);
			case Client.SAFETENSORS ->
				Containers.safetensors("{\"tensor\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[0,%d]}}"
					.formatted(shape, elements.length), elements);
			default -> "{\"tensor\":{\"dtype\":\"float32\",\"shape\":[%s],\"base64\":\"%s\"}}"
				.formatted(shape, Base64.getEncoder().encodeToString(elements))
				.getBytes(StandardCharsets.US_ASCII);
		};
	}

	private int post(String target, String contentType, byte[] body) throws IOException {
		try (RawConnection connection = new RawConnection(this.port, 60_000)) {
			return connection.send(head(target, contentType, body.length)).send(body).reply().status();
		}
	}

	private static String head(String target, String contentType, int length) {
		return "POST /api/v1%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
			.formatted(target, contentType, length);
	}

	private interface Exchange {

		void run() throws Exception;

	}

	private void assertGarbage(Exchange exchange) throws Exception {
		long before = arrays();
		exchange.run();
		Traffic.until(() -> this.memory.used() == 0 && isIdle());
		assertThat(arrays() - before).as("bytes of arrays").isLessThan(LENGTH / 8);
	}

	/** Whether no thread is in a request, which Tomcat clears when it leaves. */
	private static boolean isIdle() {
		return Thread.getAllStackTraces()
			.values()
			.stream()
			.flatMap(Arrays::stream)
			.noneMatch((frame) -> frame.getClassName().endsWith("NioEndpoint$SocketProcessor"));
	}

	/** Bytes of all arrays of primitives that a full collection leaves. */
	private static long arrays() throws Exception {
		String histogram = (String) ManagementFactory.getPlatformMBeanServer()
			.invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
					new Object[] { new String[0] }, new String[] { String[].class.getName() });
		long bytes = ARRAYS.matcher(histogram)
			.results()
			.mapToLong((MatchResult line) -> Long.parseLong(line.group(1)))
			.sum();
		assertThat(bytes).as(histogram).isPositive();
		return bytes;
	}

}
