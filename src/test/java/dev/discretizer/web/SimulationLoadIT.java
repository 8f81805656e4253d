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

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Simulations in a service of its own process, with the heap and the threads of a
 * container of 512 MiB: many clients at once, each of which gets 200 or 503 while small
 * discretizations are served and no connection is reset, and requests that need more
 * memory or more additions than they may have. Afterwards nothing is held.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SimulationLoadIT {

	private static final int CLIENTS = 32;

	/** 55 % of 512 MiB, as in the image. */
	private static final int HEAP = 282;

	private static final int EVENTS = 200_000;

	/** More than each of them needs, and less than that many events at each place. */
	private static final long SYNOPS = 100_000_000;

	private static final int LIMITED = 20_000;

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

	private final ServiceProcess service;

	SimulationLoadIT() throws Exception {
		this.service = ServiceProcess.start("simulations", "-Xmx" + HEAP + "m", "-Ddiscretizer.limits.container=512MB",
				"-Ddiscretizer.limits.synops=" + SYNOPS);
	}

	@AfterEach
	void returnsToWhereItWas() throws Exception {
		this.service.awaitAllGivenBack();
		assertThat(this.service.metric("discretizer.simulations.running")).isZero();
		assertThat(this.service.metric("discretizer.simulations.waiting")).isZero();
		this.service.assertSound();
		this.service.client().assertServes();
		simulate("", this.form).ok();
	}

	@AfterAll
	void stop() {
		this.service.close();
	}

	@Test
	void allAreServedOrToldToWaitWhileSmallRequestsAreServed() throws Exception {
		List<Reply> replies = atOnce();
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
	}

	/** Half a kilobyte asks for 8 million events, of 8 bytes each and 24 to sort them. */
	@Test
	void eventsThatTheHeapDoesNotHoldAreRefused() throws Exception {
		Json problem = simulate("&modes=integer_event", counts(65_535)).problem(413, "limit-exceeded");
		assertThat(problem.get("detail").text()).contains("discretizer.limits.memory-share");
	}

	@Test
	void additionsBeyondTheLimitAreRefused() throws Exception {
		Json problem = simulate("", counts(LIMITED)).problem(413, "limit-exceeded");
		assertThat(problem.get("detail").text()).contains("at most " + SYNOPS, "discretizer.limits.synops");
	}

	/** A step with that many events at each place. */
	private static Form counts(int count) {
		double[] counts = new double[2 * 8 * 8];
		Arrays.fill(counts, count);
		return new Form().file("network", "tiny.nir", SimulateIT.example("tiny.nir"))
			.file("recording", "step.npy", Containers.npy(Values.of("uint16", new int[] { 1, 2, 8, 8 }, counts)));
	}

	/** What clients get that simulate at the same time. */
	private List<Reply> atOnce() throws Exception {
		try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
			List<Future<Reply>> clients = new ArrayList<>();
			for (int i = 0; i < CLIENTS; i++) {
				clients.add(threads.submit(() -> simulate("", this.form)));
			}
			int[] small = new int[2];
			do {
				int simulating = Math.min(1, (int) this.service.metric("discretizer.simulations.running"));
				this.service.client().assertServes();
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

	private Reply simulate(String options, Form form) throws Exception {
		try (RawConnection connection = new RawConnection(this.service.port(), PATIENCE_MILLIS)) {
			return connection
				.request("POST", "/api/v1/simulate?dt=1000&t0=0" + options,
						List.of("Content-Type: " + form.contentType()), form.body())
				.reply();
		}
	}

	private static void report(String what, long value) {
		System.out.printf(Locale.ROOT, "SimulationLoadIT: %s: %d%n", what, value);
	}

}
