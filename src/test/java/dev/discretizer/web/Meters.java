package dev.discretizer.web;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stood at {@code /actuator/prometheus}: the service's own samples by name and
 * labels, such as {@code discretizer_requests_total{code="ok",...}}.
 */
final class Meters {

	private static final Pattern SAMPLE = Pattern.compile("(?m)^(discretizer_\\S+) (\\S+)$");

	private final Map<String, Double> samples = new TreeMap<>();

	private Meters() {
	}

	static Meters read(int managementPort) {
		Reply reply = new Client(managementPort).send(new Client(managementPort).at("/actuator/prometheus"));
		if (reply.status() != 200) {
			throw new AssertionError(reply.text());
		}
		Meters meters = new Meters();
		Matcher matcher = SAMPLE.matcher(reply.text());
		while (matcher.find()) {
			meters.samples.put(matcher.group(1), Double.valueOf(matcher.group(2)));
		}
		return meters;
	}

	/** The value of a sample; 0 where there is none. */
	double get(String sample) {
		return this.samples.getOrDefault(sample, 0.0);
	}

	/** All samples whose names begin so. */
	Map<String, Double> all(String prefix) {
		Map<String, Double> found = new TreeMap<>(this.samples);
		found.keySet().removeIf((name) -> !name.startsWith(prefix));
		return found;
	}

	double sum(String prefix) {
		return all(prefix).values().stream().mapToDouble(Double::doubleValue).sum();
	}

	/** What has been added since then, without what has not changed. */
	Map<String, Double> since(Meters before, String prefix) {
		Map<String, Double> more = new HashMap<>();
		all(prefix).forEach((name, value) -> more.put(name, value - before.get(name)));
		more.values().removeIf((value) -> value == 0);
		return more;
	}

}
