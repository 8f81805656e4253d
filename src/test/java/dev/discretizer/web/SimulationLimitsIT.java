package dev.discretizer.web;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

import dev.discretizer.behaviour.simulator.EventLayer;
import dev.discretizer.budget.SimulationPermits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What simulations may take, on a real port: one at once, and no more once its client has
 * gone. The long one would last for minutes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SimulationLimitsIT {

	private static final int RECORDINGS = 1000;

	private final Service service = Service.start("--discretizer.limits.simulations=1",
			"--discretizer.limits.queue-wait=200ms", "--discretizer.limits.synops=1000000000000",
			"--discretizer.warm-up.enabled=false");

	private final Client client = new Client(this.service.port());

	@AfterAll
	void stop() {
		this.service.close();
	}

	/**
	 * A step of many counts for each pixel: a small file, and 37 million additions a
	 * layer.
	 */
	private static Form form(int recordings) {
		double[] counts = new double[2 * 8 * 8];
		Arrays.fill(counts, 8000);
		byte[] raster = Containers.npy(Values.of("uint16", new int[] { 1, 2, 8, 8 }, counts));
		Form form = new Form().file("network", "tiny.nir", SimulateIT.example("tiny.nir"));
		for (int i = 0; i < recordings; i++) {
			form.file("recording", "r", raster);
		}
		return form;
	}

	/**
	 * The promise is a second. What counts is the processor time of the simulating
	 * thread, since a busy machine may keep it from running at all.
	 */
	@Test
	void permitIsFreeWithinASecondOfComputingWhenTheClientHasGone() throws Exception {
		SimulationPermits permits = this.service.bean(SimulationPermits.class);
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		Form lasting = form(RECORDINGS);
		long simulating;
		long before;
		long closed;
		try (RawConnection connection = new RawConnection(this.service.port())) {
			connection.request("POST", "/api/v1/simulate?modes=integer_event",
					List.of("Content-Type: " + lasting.contentType()), lasting.body());
			simulating = simulatingThread();
			before = threads.getThreadCpuTime(simulating);
			closed = System.nanoTime();
		}
		Traffic.until(() -> permits.running() == 0);
		System.out.printf(Locale.ROOT, "SimulationLimitsIT: permit free after %d ms%n",
				Duration.ofNanos(System.nanoTime() - closed).toMillis());
		assertThat(Duration.ofNanos(threads.getThreadCpuTime(simulating) - before)).isLessThan(Duration.ofSeconds(1));
	}

	/** The thread that simulates, as soon as one does. */
	private static long simulatingThread() {
		AtomicLong found = new AtomicLong(-1);
		Traffic.until(() -> {
			Thread.getAllStackTraces().forEach((thread, frames) -> {
				if (Arrays.stream(frames)
					.anyMatch((frame) -> frame.getClassName().equals(EventLayer.class.getName()))) {
					found.set(thread.threadId());
				}
			});
			return found.get() >= 0;
		});
		return found.get();
	}

	@Test
	void othersAreToldToWaitAndDiscretizingGoesOnUntilTheClientHasGone() throws Exception {
		SimulationPermits permits = this.service.bean(SimulationPermits.class);
		Form lasting = form(RECORDINGS);
		try (RawConnection connection = new RawConnection(this.service.port())) {
			connection.request("POST", "/api/v1/simulate?modes=integer_event",
					List.of("Content-Type: " + lasting.contentType()), lasting.body());
			Traffic.until(() -> permits.running() == 1);
			Form another = form(1);
			Reply busy = this.client.post("/simulate?modes=integer_event", another.contentType(), another.body());
			assertThat(busy.problem(503, "unavailable").get("detail").text())
				.contains("discretizer.limits.simulations");
			assertThat(Integer.parseInt(busy.header("Retry-After"))).isBetween(1, 5);
			this.client.assertServes();
			assertThat(permits.running()).isEqualTo(1);
		}
		Traffic.until(() -> permits.running() == 0);
		Form another = form(1);
		this.client.post("/simulate?modes=integer_event", another.contentType(), another.body()).ok();
	}

}
