package dev.discretizer.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A large body is read alike from the socket and, with {@code discretizer.socket-body}
 * off, through Tomcat's buffers: in any pieces, with other requests before and after it
 * on the connection, and where it is refused.
 */
class SocketBodyIT {

	/** Not a multiple of any buffer. */
	private static final int ELEMENTS = 300_001;

	private static Service on;

	private static Service off;

	@BeforeAll
	static void start() {
		on = Service.start();
		off = Service.start("--discretizer.socket-body=false");
	}

	@AfterAll
	static void stop() {
		on.close();
		off.close();
	}

	private static int port(boolean socketBody) {
		return (socketBody ? on : off).port();
	}

	@ParameterizedTest
	@CsvSource({ "true, dev.discretizer.web.server.SocketProtocol",
			"false, org.apache.coyote.http11.Http11NioProtocol" })
	void propertyChoosesTheProtocol(boolean socketBody, String protocol) {
		assertThat((socketBody ? on : off).protocol()).isEqualTo(protocol);
	}

	/** ConnectorIT has more of them. */
	@Test
	void hostWithAnUnderscoreIsRefusedWithoutOurProtocol() throws IOException {
		String request = "GET /livez HTTP/1.1\r\nHost: disc_retizer\r\nConnection: close\r\n\r\n";
		try (RawConnection connection = new RawConnection(port(true))) {
			assertThat(connection.send(request).reply().status()).isEqualTo(200);
		}
		try (RawConnection connection = new RawConnection(port(false))) {
			connection.send(request).reply().problem(400, "bad-request");
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void requestThatFollowsALargeBodyAtOnceIsAnswered(boolean socketBody)
			throws IOException, ExecutionException, InterruptedException {
		byte[] large = floats(ELEMENTS);
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		for (int i = 0; i < 3; i++) {
			all.writeBytes(head(large.length, Client.RAW, ELEMENTS));
			all.writeBytes(large);
			all.writeBytes(head(large.length, "text/plain", ELEMENTS));
			all.writeBytes(large);
			all.writeBytes(head(16, Client.RAW, 4));
			all.writeBytes(Arrays.copyOf(large, 16));
		}
		byte[] bytes = all.toByteArray();
		for (int piece : new int[] { bytes.length, 1_000_003, 65_537, 9_000 }) {
			try (RawConnection connection = new RawConnection(port(socketBody));
					ExecutorService sender = Executors.newSingleThreadExecutor()) {
				Future<?> sent = sender.submit(() -> {
					for (int from = 0; from < bytes.length; from += piece) {
						connection.send(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + piece)));
					}
					return null;
				});
				for (int i = 0; i < 3; i++) {
					assertRounded(large, connection.reply().ok());
					connection.reply().problem(415, "unsupported-media-type");
					assertThat(connection.reply().ok().body()).hasSize(4);
				}
				sent.get();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void largeBodyInChunksIsRead(boolean socketBody) {
		byte[] large = floats(ELEMENTS);
		Client client = new Client(port(socketBody));
		assertRounded(large,
				client
					.send(client.request("/discretize/tensor?dtype=float32&shape=" + ELEMENTS)
						.header("Content-Type", Client.RAW)
						.POST(Client.chunked(large)))
					.ok());
	}

	/** Slower than the socket is asked again for, so that the thread has to sleep. */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void largeBodyThatTricklesInIsRead(boolean socketBody) throws Exception {
		byte[] large = floats(ELEMENTS);
		try (RawConnection connection = new RawConnection(port(socketBody))) {
			connection.send(head(large.length, Client.RAW, ELEMENTS));
			int piece = large.length / 40 + 1;
			for (int from = 0; from < large.length; from += piece) {
				connection.send(Arrays.copyOfRange(large, from, Math.min(large.length, from + piece)));
				Thread.sleep(5);
			}
			assertRounded(large, connection.reply().ok());
			assertRounded(large,
					connection.request("POST", target(ELEMENTS), List.of("Content-Type: " + Client.RAW), large)
						.reply()
						.ok());
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void largeBodyThatBreaksOffIsRefused(boolean socketBody) throws IOException {
		byte[] large = floats(ELEMENTS);
		try (RawConnection connection = new RawConnection(port(socketBody))) {
			connection.send(head(large.length, Client.RAW, ELEMENTS))
				.send(Arrays.copyOf(large, large.length - 1))
				.finish()
				.reply()
				.problem(400, "broken-transfer");
		}
	}

	/** Sines, so that any shift would be seen. */
	private static byte[] floats(int elements) {
		ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * elements).order(ByteOrder.LITTLE_ENDIAN);
		for (int i = 0; i < elements; i++) {
			bytes.putFloat((float) Math.sin(i * 12.9898));
		}
		return bytes.array();
	}

	private static void assertRounded(byte[] sent, Reply reply) {
		ByteBuffer x = ByteBuffer.wrap(sent).order(ByteOrder.LITTLE_ENDIAN);
		float scale = Float.parseFloat(reply.header("Discretizer-Scale"));
		byte[] expected = new byte[sent.length / Float.BYTES];
		for (int i = 0; i < expected.length; i++) {
			expected[i] = (byte) Math.rint(x.getFloat(Float.BYTES * i) * scale);
		}
		assertThat(reply.body()).isEqualTo(expected);
	}

	private static String target(int elements) {
		return "/api/v1/discretize/tensor?dtype=float32&shape=" + elements;
	}

	private static byte[] head(int length, String contentType, int elements) {
		return "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
			.formatted(target(elements), contentType, length)
			.getBytes(StandardCharsets.ISO_8859_1);
	}

}
