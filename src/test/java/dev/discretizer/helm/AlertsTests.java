package dev.discretizer.helm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The chart's alerts are those that compose has, for pods in place of instances.
 */
class AlertsTests {

	private static final Path COMPOSE = Path.of("compose", "alerts.yml");

	/** A pod that is gone is no news on Kubernetes; that there is none is. */
	private static final String DOWN = "DiscretizerDown";

	@Test
	void alertsAreThoseOfCompose() throws IOException {
		Assumptions.assumeTrue(Files.exists(COMPOSE), COMPOSE + " is not there yet");
		Map<String, String> compose = new LinkedHashMap<>();
		Map<String, List<Map<String, List<Map<String, String>>>>> file = new Yaml().load(Files.readString(COMPOSE));
		file.get("groups")
			.forEach((group) -> group.get("rules")
				.forEach((rule) -> compose.put(Objects.requireNonNull(rule.get("alert")),
						comparable(rule.get("expr")))));
		Map<String, String> chart = Alerts.byName(Chart.production());
		chart.replaceAll((name, expression) -> comparable(expression));
		assertThat(chart.keySet()).containsExactlyElementsOf(compose.keySet());
		assertThat(chart.remove(DOWN)).isEqualTo("absent(up{} == 1)");
		compose.remove(DOWN);
		assertThat(chart).isEqualTo(compose);
	}

	/** Without what says which pods and instances are meant, on one line. */
	private static String comparable(String expression) {
		return expression.replaceAll("namespace=\"[^\"]*\", ", "")
			.replaceAll("job=\"[^\"]*\"(, )?", "")
			.replaceAll("(?<!up)\\{}", "")
			.replace("by (pod", "by (instance")
			.replaceAll("\\s+", " ")
			.trim();
	}

}
