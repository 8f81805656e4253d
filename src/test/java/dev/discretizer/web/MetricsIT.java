package dev.discretizer.web;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.discretizer.budget.MemoryBudget;
import dev.discretizer.budget.NoMemoryException;
import dev.discretizer.budget.SimulationPermits;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code /actuator/prometheus} says is what was done.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = { "discretizer.limits.queue-wait=3s",
		"discretizer.limits.simulations=1", "management.prometheus.metrics.export.enabled=true" })
class MetricsIT {

	private static final String RAW = "/discretize/tensor?dtype=float32&shape=3";

	private final Client client;

	private final int managementPort;

	private final MemoryBudget memory;

	private final SimulationPermits simulations;

	MetricsIT(@LocalServerPort int port, @LocalManagementPort int managementPort, @Autowired MemoryBudget memory,
			@Autowired SimulationPermits simulations) {
		this.client = new Client(port);
		this.managementPort = managementPort;
		this.memory = memory;
		this.simulations = simulations;
	}

	@Test
	void requestsAreCountedByEndpointFormatAndOutcome() {
		Meters before = meters();
		byte[] three = Values.vector(1, 2, 3).bytes();
		this.client.post(RAW, Client.RAW, three).ok();
		this.client.post(RAW, Client.RAW, three).ok();
		this.client.post(RAW, Client.RAW, new byte[11]).problem(400, "shape-mismatch");
		this.client.post("/scale", Client.NPY, Containers.npy(Values.vector(0, 1))).ok();
		this.client.json("/scale", "{").problem(400, "truncated");
		this.client.json("/discretize/conv-spike", "{\"conv\":{\"weight\":[[1.0]]},\"spike\":{\"spike_threshold\":-1}}")
			.problem(422, "threshold-impossible");
		this.client.post("/scale", "text/plain", new byte[1]).problem(415, "unsupported-media-type");
		this.client.send(this.client.request("/scale").GET()).problem(405, "method-not-allowed");
		assertThat(after(before, 8).since(before, "discretizer_requests_total")).containsExactlyInAnyOrderEntriesOf(
				Map.of(requests("tensor", "raw", 200, "ok"), 2.0, requests("tensor", "raw", 400, "shape-mismatch"), 1.0,
						requests("scale", "npy", 200, "ok"), 1.0, requests("scale", "json", 400, "truncated"), 1.0,
						requests("conv-spike", "json", 422, "threshold-impossible"), 1.0,
						requests("scale", "none", 415, "unsupported-media-type"), 1.0,
						requests("other", "none", 405, "method-not-allowed"), 1.0));
	}

	@Test
	void bytesAndElementsAreThoseOfBodiesAndResults() {
		Meters before = meters();
		byte[] npz = Containers.npz(Map.of("weight", Values.float32(new int[] { 2, 2 }, 1, 2, 3, 4), "bias",
				Values.vector(0.5, 0.25), "spike_threshold", Values.scalar(1)));
		Reply result = this.client.post("/discretize/conv", Client.NPZ, npz).ok();
		Reply problem = this.client.post("/discretize/conv", Client.NPZ, new byte[100]).problemOf(400);
		Meters after = after(before, 2);
		String kind = "{endpoint=\"conv\",format=\"npz\"}";
		assertThat(after.since(before, "discretizer_request_size_bytes")).containsOnly(
				Map.entry("discretizer_request_size_bytes_count" + kind, 2.0),
				Map.entry("discretizer_request_size_bytes_sum" + kind, npz.length + 100.0),
				Map.entry("discretizer_request_size_bytes_max" + kind, (double) npz.length));
		assertThat(after.since(before, "discretizer_response_size_bytes_sum")).containsOnly(Map.entry(
				"discretizer_response_size_bytes_sum" + kind, (double) result.body().length + problem.body().length));
		assertThat(after.since(before, "discretizer_elements"))
			.containsOnly(Map.entry("discretizer_elements_total" + kind, 7.0));
	}

	@Test
	void phasesAreTimedThatCameToTheirEnd() {
		Meters before = meters();
		this.client.json("/discretize/spike", "{\"conv\":{\"weight\":[[1.0]]},\"spike\":{\"spike_threshold\":1}}").ok();
		this.client.json("/discretize/spike", "{\"conv\":{\"weight\":[[0.0]]},\"spike\":{\"spike_threshold\":-1}}")
			.problemOf(422);
		this.client.json("/discretize/spike", "{").problemOf(400);
		Meters after = after(before, 3);
		assertThat(after.since(before, "discretizer_phase_seconds_count")).containsOnly(Map.entry(phase("read"), 2.0),
				Map.entry(phase("compute"), 1.0), Map.entry(phase("write"), 1.0));
		assertThat(after.since(before, "discretizer_phase_seconds_sum")).hasSize(3)
			.allSatisfy((name, seconds) -> assertThat(seconds).isBetween(0.0, 60.0));
	}

	@Test
	void whatClientsMakeUpAddsNoSamples() {
		Meters start = meters();
		makeUp(0);
		Meters before = after(start, 5);
		for (int i = 1; i <= 5; i++) {
			makeUp(i);
		}
		Meters after = after(before, 5 * 5);
		assertThat(after.all("discretizer_").keySet()).isEqualTo(before.all("discretizer_").keySet());
		assertThat(after.since(before, "discretizer_requests_total"))
			.containsEntry(requests("other", "none", 404, "not-found"), 10.0);
	}

	private void makeUp(int i) {
		this.client.json("/made-up-" + i, "{}").problemOf(404);
		this.client.send(this.client.at("/made-up-" + i + ".html").GET()).problemOf(404);
		this.client.post("/scale", "application/made-up-" + i, new byte[1]).problemOf(415);
		this.client.send(this.client.request("/scale").method("MADEUP" + i, BodyPublishers.noBody()));
		this.client.json("/scale?made-up-" + i + "=1", "{\"tensor\":[1]}").problemOf(400);
	}

	@Test
	void memoryIsShownAsItIsHeldWaitedForAndRefused() throws Exception {
		Meters before = meters();
		assertThat(before.get("discretizer_memory_capacity_bytes")).isEqualTo((double) this.memory.capacity());
		List<MemoryBudget.Reservation> all = takeAll();
		try {
			Meters full = meters();
			assertThat(full.get("discretizer_memory_used_bytes")).isEqualTo((double) this.memory.used())
				.isGreaterThanOrEqualTo(all.size() * (double) MemoryBudget.SMALL);
			CompletableFuture<Reply> waiting = CompletableFuture.supplyAsync(this::large);
			Traffic.until(() -> meters().get("discretizer_memory_waiting") == 1);
			waiting.get().problem(503, "unavailable");
			Meters refused = after(full, 1);
			assertThat(refused.get("discretizer_memory_waiting")).isZero();
			assertThat(refused.since(full, "discretizer_memory_refused"))
				.containsOnly(Map.entry("discretizer_memory_refused_total", 1.0));
			assertThat(refused.since(full, "discretizer_requests_total"))
				.containsOnly(Map.entry(requests("scale", "raw", 503, "unavailable"), 1.0));
		}
		finally {
			all.forEach(MemoryBudget.Reservation::close);
		}
		large().ok();
		Traffic.until(() -> meters().get("discretizer_memory_used_bytes") == 0);
	}

	@Test
	void simulationsAreShownAsTheyRunAndWait() {
		Meters before = meters();
		Reply refused = this.simulations.with(() -> {
			CompletableFuture<Reply> waiting = CompletableFuture.supplyAsync(this::simulate);
			Traffic.until(() -> meters().get("discretizer_simulations_waiting") == 1);
			assertThat(meters().get("discretizer_simulations_running")).isEqualTo(1);
			return waiting.join();
		});
		refused.problem(503, "unavailable");
		simulate().ok();
		Meters after = after(before, 2);
		assertThat(after.get("discretizer_simulations_waiting")).isZero();
		assertThat(after.get("discretizer_simulations_running")).isZero();
	}

	private Reply simulate() {
		Form form = new Form().file("network", "tiny.nir", SimulateIT.example("tiny.nir"))
			.file("recording", "r", Containers.npy(Values.of("uint8", new int[] { 1, 2, 8, 8 }, new double[128])));
		return this.client.post("/simulate", form.contentType(), form.body());
	}

	/** The rest of what Prometheus' linter asks is asked by it: .ci/check_metrics.py. */
	@Test
	void everyMetricHasAHelpTextAndNoneIsOfSessions() {
		this.client.json("/scale", "{\"tensor\":[1]}").ok();
		Client management = new Client(this.managementPort);
		List<String> lines = management.send(management.at("/actuator/prometheus")).text().lines().toList();
		assertThat(names(lines, "# TYPE (\\S+) \\w+"))
			.contains("http_server_requests_seconds", "http_server_requests_active_seconds",
					"discretizer_requests_total")
			.noneMatch((name) -> name.startsWith("tomcat_sessions"))
			.isEqualTo(names(lines, "# HELP (\\S+) \\S.*"));
	}

	private static Set<String> names(List<String> lines, String pattern) {
		return lines.stream()
			.map(Pattern.compile(pattern)::matcher)
			.filter(Matcher::matches)
			.map((line) -> line.group(1))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/** Of what large requests may have. */
	private List<MemoryBudget.Reservation> takeAll() {
		List<MemoryBudget.Reservation> all = new ArrayList<>();
		try {
			while (true) {
				all.add(this.memory.reserve(MemoryBudget.SMALL, Duration.ZERO));
			}
		}
		catch (NoMemoryException ex) {
			return all;
		}
	}

	private Reply large() {
		byte[] zeros = new byte[2 << 20];
		return this.client.post("/scale?dtype=float32&shape=" + zeros.length / 4, Client.RAW, zeros);
	}

	private static String requests(String endpoint, String format, int status, String code) {
		return "discretizer_requests_total{code=\"%s\",endpoint=\"%s\",format=\"%s\",status=\"%d\"}".formatted(code,
				endpoint, format, status);
	}

	private static String phase(String phase) {
		return "discretizer_phase_seconds_count{endpoint=\"spike\",format=\"json\",phase=\"%s\"}".formatted(phase);
	}

	private Meters meters() {
		return Meters.read(this.managementPort);
	}

	/** The meters when so many more requests are counted: that is after their answers. */
	private Meters after(Meters before, int requests) {
		double expected = before.sum("discretizer_requests_total") + requests;
		Traffic.until(() -> meters().sum("discretizer_requests_total") >= expected);
		Meters after = meters();
		assertThat(after.sum("discretizer_requests_total")).isEqualTo(expected);
		return after;
	}

}
