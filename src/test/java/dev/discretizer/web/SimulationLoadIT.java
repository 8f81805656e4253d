package dev.discretizer.web;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many clients that simulate at once, in a service with the heap and the threads of a
 * container of 512 MiB: each gets 200 or 503 and no connection is reset, small
 * discretizations are served meanwhile, and afterwards nothing is held.
 */
class SimulationLoadIT {

	private static final int CLIENTS = 32;

	/** 55 % of 512 MiB, as in the image. */
	private static final int HEAP = 282;

	private static final int EVENTS = 200_000;

	private static final int PATIENCE_MILLIS = 120_000;

	private static final long PAUSE_NANOS = 20_000_000;

	private final Form form = new Form().file("network", "tiny.nir", SimulateIT.example("tiny.nir"))
		.file("recording", "second.npz", recording());

	/** A second of noise, which takes more memory for 32 clients than they may hold. */
	private static byte[] recording() {
		Random random = new Random(1);
		int[] shape = { EVENTS };
		double[] x = random.ints(EVENTS, 0, 8).asDoubleStream().toArray();
		double[] y = random.ints(EVENTS, 0, 8).asDoubleStream().toArray();
		double[] p = random.ints(EVENTS, 0, 2).asDoubleStream().toArray();
		double[] t = random.ints(EVENTS, 0, 1_000_000).sorted().asDoubleStream().toArray();
		return Containers.npz(Map.of("x", Values.of("uint8", shape, x), "y", Values.of("uint8", shape, y), "p",
				Values.of("uint8", shape, p), "t", Values.of("int64", shape, t)));
	}

	@Test
	void allAreServedOrToldToWaitWhileSmallRequestsAreServed() throws Exception {
		try (ServiceProcess service = ServiceProcess.start("simulations", "-Xmx" + HEAP + "m",
				"-Ddiscretizer.limits.container=512MB")) {
			List<Reply> replies = atOnce(service);
			for (Reply reply : replies) {
				if (reply.status() == 503) {
					reply.problem(503, "unavailable");
					assertThat(reply.header("Retry-After")).matches("[1-5]");
				}
				else {
					Json recording = reply.ok().json().get("recordings").elements().getFirst();
					assertThat(recording.get("events").integer()).isEqualTo(EVENTS);
				}
			}
			report("served of " + CLIENTS, replies.stream().filter((reply) -> reply.status() == 200).count());
			service.awaitAllGivenBack();
			assertThat(service.metric("discretizer.simulations.running")).isZero();
			assertThat(service.metric("discretizer.simulations.waiting")).isZero();
			service.assertSound();
			service.client().assertServes();
			simulate(service).ok();
		}
	}

	/** What clients get that simulate at the same time. */
	private List<Reply> atOnce(ServiceProcess service) throws Exception {
		try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
			List<Future<Reply>> clients = new ArrayList<>();
			for (int i = 0; i < CLIENTS; i++) {
				clients.add(threads.submit(() -> simulate(service)));
			}
			int[] small = new int[2];
			do {
				int simulating = Math.min(1, (int) service.metric("discretizer.simulations.running"));
				service.client().assertServes();
				small[simulating]++;
				LockSupport.parkNanos(PAUSE_NANOS);
			}
			while (!clients.stream().allMatch(Future::isDone));
			report("small requests served meanwhile", Arrays.stream(small).sum());
			assertThat(small[1]).as("served while others simulated").isPositive();
			List<Reply> replies = new ArrayList<>();
			for (Future<Reply> client : clients) {
				replies.add(client.get());
			}
			return replies;
		}
	}

	private Reply simulate(ServiceProcess service) throws Exception {
		try (RawConnection connection = new RawConnection(service.port(), PATIENCE_MILLIS)) {
			return connection
				.request("POST", "/api/v1/simulate?dt=1000&t0=0", List.of("Content-Type: " + this.form.contentType()),
						this.form.body())
				.reply();
		}
	}

	private static void report(String what, long value) {
		System.out.printf(Locale.ROOT, "SimulationLoadIT: %s: %d%n", what, value);
	}

}
