package dev.discretizer.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.yaml.snakeyaml.Yaml;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Dashboard and alert rules ask for metrics and labels that there are, under traffic.
 * {@code .ci/check_queries.py} has Prometheus itself answer the same queries.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = "management.prometheus.metrics.export.enabled=true")
class QueriesIT {

	private static final Path DASHBOARD = Path.of("compose", "grafana", "dashboards", "discretizer.json");

	private static final Path ALERTS = Path.of("compose", "alerts.yml");

	private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+$");

	private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");

	/** Prometheus adds them to all that it reads. */
	private static final Set<String> OF_THE_TARGET = Set.of("instance", "job");

	/** Prometheus makes it itself. */
	private static final String UP = "up";

	private final Client client;

	private final int managementPort;

	QueriesIT(@LocalServerPort int port, @LocalManagementPort int managementPort) {
		this.client = new Client(port);
		this.managementPort = managementPort;
	}

	/** Requests are counted after their answers. */
	@BeforeEach
	void traffic() {
		double before = requests();
		this.client.assertServes();
		this.client.json("/scale", "{").problemOf(400);
		Traffic.until(() -> requests() == before + 2);
		System.gc();
	}

	private double requests() {
		return Meters.read(this.managementPort).sum("discretizer_requests_total");
	}

	@TestFactory
	Stream<DynamicTest> queriesOfTheDashboardAskForWhatThereIs() throws IOException {
		return tests(dashboard());
	}

	@TestFactory
	Stream<DynamicTest> queriesOfTheAlertsAskForWhatThereIs() throws IOException {
		return tests(alerts());
	}

	private Stream<DynamicTest> tests(Map<String, String> queries) {
		assertThat(queries).hasSizeGreaterThan(5);
		Map<String, Set<String>> exposed = exposed();
		return queries.entrySet()
			.stream()
			.map((query) -> DynamicTest.dynamicTest(query.getKey(),
					() -> assertThat(missing(query.getValue(), exposed)).as(query.getValue()).isEmpty()));
	}

	@Test
	void whatThereIsNotIsNoticed() {
		assertThat(missing("sum by (shade) (rate(discretizer_requests_total{colour=\"red\"}[1m])) / no_such_metric",
				exposed()))
			.containsExactlyInAnyOrder("discretizer_requests_total{colour}", "no_such_metric", "by (shade)");
	}

	/** What of a query the service does not expose. */
	private static List<String> missing(String text, Map<String, Set<String>> exposed) {
		PromQl query = new PromQl(text);
		assertThat(query.selectors()).as(text).isNotEmpty();
		List<String> missing = new ArrayList<>();
		Set<String> all = new HashSet<>(OF_THE_TARGET);
		query.selectors().forEach((metric, labels) -> {
			Set<String> known = metric.equals(UP) ? Set.of() : exposed.get(metric);
			if (known == null) {
				missing.add(metric);
				return;
			}
			all.addAll(known);
			labels.stream()
				.filter((label) -> !known.contains(label) && !OF_THE_TARGET.contains(label))
				.forEach((label) -> missing.add("%s{%s}".formatted(metric, label)));
		});
		query.groupedBy()
			.stream()
			.filter((label) -> !all.contains(label))
			.forEach((label) -> missing.add("by (%s)".formatted(label)));
		return missing;
	}

	/** The labels of each metric. */
	private Map<String, Set<String>> exposed() {
		Map<String, Set<String>> exposed = new TreeMap<>();
		Client management = new Client(this.managementPort);
		String text = management.send(management.at("/actuator/prometheus")).text();
		SAMPLE.matcher(text).results().forEach((sample) -> {
			Set<String> labels = exposed.computeIfAbsent(sample.group(1), (name) -> new TreeSet<>());
			if (sample.group(2) != null) {
				LABEL.matcher(sample.group(2))
					.results()
					.map((MatchResult label) -> label.group(1))
					.forEach(labels::add);
			}
		});
		return exposed;
	}

	/** Queries by panel. */
	private static Map<String, String> dashboard() throws IOException {
		Map<String, String> queries = new LinkedHashMap<>();
		for (Json panel : Json.parse(Files.readString(DASHBOARD)).get("panels").elements()) {
			if (panel.has("targets")) {
				for (Json target : panel.get("targets").elements()) {
					queries.put(panel.get("title").text() + " " + target.get("refId").text(),
							target.get("expr").text());
				}
			}
		}
		return queries;
	}

	/** Queries by alert. */
	private static Map<String, String> alerts() throws IOException {
		Map<String, String> queries = new LinkedHashMap<>();
		for (Map<?, ?> group : maps(new Yaml().<Map<?, ?>>load(Files.readString(ALERTS)), "groups")) {
			for (Map<?, ?> rule : maps(group, "rules")) {
				queries.put(String.valueOf(rule.get("alert")), String.valueOf(rule.get("expr")));
			}
		}
		return queries;
	}

	private static List<Map<?, ?>> maps(Map<?, ?> parent, String name) {
		return ((List<?>) Objects.requireNonNull(parent.get(name))).stream()
			.map((child) -> (Map<?, ?>) child)
			.collect(Collectors.toList());
	}

	@Test
	void panelsAreToldApartAndDoNotOverlap() throws IOException {
		Set<Long> ids = new HashSet<>();
		Set<List<Long>> cells = new HashSet<>();
		for (Json panel : Json.parse(Files.readString(DASHBOARD)).get("panels").elements()) {
			assertThat(ids.add(panel.get("id").integer())).as(panel.get("title").text()).isTrue();
			Json at = panel.get("gridPos");
			for (long x = 0; x < at.get("w").integer(); x++) {
				for (long y = 0; y < at.get("h").integer(); y++) {
					assertThat(cells.add(List.of(at.get("x").integer() + x, at.get("y").integer() + y)))
						.as(panel.get("title").text())
						.isTrue();
				}
			}
		}
		assertThat(cells).allMatch((cell) -> cell.getFirst() < 24);
	}

}
