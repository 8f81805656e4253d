package dev.discretizer.web;

import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A query is read as Prometheus reads it.
 */
class PromQlTests {

	@Test
	void selectorsAreTakenWithTheirLabels() {
		PromQl query = new PromQl("""
				sum by (a, b) (rate(requests_total{status=~"5..", status!="503",code=~"x{2}"}[5m]))
				  / on (a) group_left () count(up == 0) > 0.05 or vector(0)""");
		assertThat(query.selectors()).isEqualTo(Map.of("requests_total", Set.of("status", "code"), "up", Set.of()));
		assertThat(query.groupedBy()).containsExactlyInAnyOrder("a", "b");
	}

	@Test
	void functionsTimesAndVariablesAreNoMetrics() {
		PromQl query = new PromQl(
				"""
						histogram_quantile(0.99, sum by (le) (rate(x_bucket{i=~"$i"}[$__rate_interval]))) and y unless y offset 10m""");
		assertThat(query.selectors()).isEqualTo(Map.of("x_bucket", Set.of("i"), "y", Set.of()));
		assertThat(query.groupedBy()).containsExactly("le");
	}

}
