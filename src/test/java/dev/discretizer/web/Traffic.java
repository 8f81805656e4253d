package dev.discretizer.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests and waits that several tests over HTTP share.
 */
public final class Traffic {

	private static final byte[] SMALL = "{\"tensor\":[1.0,-0.5]}".getBytes(StandardCharsets.UTF_8);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final long PAUSE_NANOS = 10_000_000;

	private Traffic() {
	}

	/** 1 MiB of the float32 numbers 1 and -0.5 in turn. */
	public static byte[] block() {
		ByteBuffer block = ByteBuffer.allocate(1024 * 1024).order(ByteOrder.LITTLE_ENDIAN);
		while (block.hasRemaining()) {
			block.putFloat(1).putFloat(-0.5f);
		}
		return block.array();
	}

	/** Waits until the condition holds; fails after 30 s. */
	static void until(BooleanSupplier condition) {
		until(PATIENCE, "condition", condition);
	}

	/** Waits until the condition holds; fails by its name when it has not in time. */
	static void until(Duration patience, String name, BooleanSupplier condition) {
		long deadline = System.nanoTime() + patience.toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(deadline - System.nanoTime()).as(name).isPositive();
			LockSupport.parkNanos(PAUSE_NANOS);
		}
	}

	/**
	 * Posts small requests without a pause, and checks every answer. Opens a new
	 * connection whenever the service closes one, as a load balancer does, but none after
	 * a given time: the service may stop listening a moment later.
	 * @param warm counted down at the fifth answer
	 * @param lastConnect when the last connection may be opened, by
	 * {@link System#nanoTime()}
	 * @return how many connections the service closed
	 */
	public static int post(int port, CountDownLatch warm, AtomicLong lastConnect) throws IOException {
		int closes = 0;
		int answers = 0;
		while (System.nanoTime() < lastConnect.get()) {
			try (RawConnection connection = new RawConnection(port)) {
				Reply reply;
				do {
					reply = connection
						.request("POST", "/api/v1/discretize/tensor", List.of("Content-Type: application/json"), SMALL)
						.reply()
						.ok();
					if (++answers == 5) {
						warm.countDown();
					}
				}
				while (!reply.header("Connection").equals("close"));
				closes++;
			}
		}
		return closes;
	}

}
