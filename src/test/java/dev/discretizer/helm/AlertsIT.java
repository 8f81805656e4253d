package dev.discretizer.helm;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the chart's alerts and its autoscaler ask for is what the service offers where the
 * ServiceMonitor reads it.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = "management.prometheus.metrics.export.enabled=true")
class AlertsIT {

	/** A metric with its labels: all in these expressions have some. */
	private static final Pattern SELECTOR = Pattern.compile("([a-z_]+)\\{([^}]*)}");

	private static final Pattern LABEL = Pattern.compile("([a-z_]+)(?:=~|!=|=)\"");

	private static final Pattern GROUPING = Pattern.compile("by \\(([a-z_, ]+)\\)");

	/** Of Prometheus itself, and what its operator knows of a pod. */
	private static final Set<String> OF_PROMETHEUS = Set.of("up");

	private static final Set<String> OF_THE_POD = Set.of("namespace", "job", "pod");

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private final int port;

	private final int managementPort;

	AlertsIT(@LocalServerPort int port, @LocalManagementPort int managementPort) {
		this.port = port;
		this.managementPort = managementPort;
	}

	@Test
	void alertsAskForMetricsAndLabelsThatThereAre() throws Exception {
		Map<String, Set<String>> offered = offered();
		Set<String> asked = new TreeSet<>();
		for (String expression : Alerts.expressions(Chart.production())) {
			Set<String> labels = new TreeSet<>(OF_THE_POD);
			Matcher selector = SELECTOR.matcher(expression);
			while (selector.find()) {
				asked.add(selector.group(1));
				assertThat(offered.keySet()).contains(selector.group(1));
				labels.addAll(offered.get(selector.group(1)));
				assertThat(labels).containsAll(all(LABEL, selector.group(2)));
			}
			Matcher grouping = GROUPING.matcher(expression);
			while (grouping.find()) {
				assertThat(labels).contains(grouping.group(1).split(", "));
			}
		}
		assertThat(asked).hasSize(8);
	}

	@Test
	void autoscalerAsksForAMetricThatThereIs() throws Exception {
		String metric = Chart.production()
			.one("HorizontalPodAutoscaler")
			.getAsJsonObject()
			.getAsJsonObject("spec")
			.getAsJsonArray("metrics")
			.get(1)
			.getAsJsonObject()
			.getAsJsonObject("pods")
			.getAsJsonObject("metric")
			.get("name")
			.getAsString();
		assertThat(offered()).containsKey(metric);
		assertThat(Chart.read("README.md")).contains("'" + metric + "{");
	}

	private static Set<String> all(Pattern pattern, String text) {
		Set<String> found = new TreeSet<>();
		Matcher matcher = pattern.matcher(text);
		while (matcher.find()) {
			found.add(matcher.group(1));
		}
		return found;
	}

	/** Metrics by name with their labels, once a request is counted. */
	private Map<String, Set<String>> offered() throws Exception {
		HTTP.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + "/api/v1/discretize/tensor"))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"tensor\":[1.0]}"))
			.build(), BodyHandlers.discarding());
		for (int i = 0; i < 1000; i++) {
			Map<String, Set<String>> samples = samples();
			if (samples.containsKey("discretizer_phase_seconds_count")
					&& samples.containsKey("discretizer_requests_total")) {
				OF_PROMETHEUS.forEach((name) -> samples.put(name, Set.of()));
				return samples;
			}
			LockSupport.parkNanos(10_000_000);
		}
		throw new AssertionError("not counted within 10 s");
	}

	private Map<String, Set<String>> samples() throws IOException, InterruptedException {
		String path = Manifests.text(Chart.production()
			.one("ServiceMonitor")
			.getAsJsonObject()
			.getAsJsonObject("spec")
			.getAsJsonArray("endpoints")
			.get(0), "path");
		String text = HTTP
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.managementPort + path)).build(),
					BodyHandlers.ofString())
			.body();
		Map<String, Set<String>> samples = new HashMap<>();
		Matcher sample = Pattern.compile("(?m)^([a-z_]+)(?:\\{(.*)})? \\S+$").matcher(text);
		while (sample.find()) {
			samples.computeIfAbsent(sample.group(1), (name) -> new TreeSet<>())
				.addAll(all(LABEL, (sample.group(2) != null) ? sample.group(2) : ""));
		}
		return samples;
	}

}
