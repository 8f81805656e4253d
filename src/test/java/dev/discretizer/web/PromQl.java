package dev.discretizer.web;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a query of Prometheus asks for: the names of metrics, each with the labels that it
 * is selected by, and the labels by which is grouped. Knows as much of the language as
 * the queries here use.
 */
final class PromQl {

	private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";

	private static final Pattern GROUPING = Pattern
		.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");

	/** A time, as in [5m] and after offset, is none of the names. */
	private static final Pattern TIME = Pattern.compile("\\[[^\\]]*]|\\boffset\\s+\\w+");

	/** A name with its matchers; what a parenthesis follows is a function. */
	private static final Pattern SELECTOR = Pattern
		.compile("(?<![\\w.])(" + NAME + ")\\s*(\\{(?:[^}\"]|\"[^\"]*\")*})?(?!\\s*\\(|[\\w:])");

	private static final Pattern MATCHER = Pattern.compile("(" + NAME + ")\\s*(?:=~|!~|!=|=)\\s*\"[^\"]*\"");

	private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "sum", "min", "max", "avg",
			"count");

	private final Map<String, Set<String>> selectors = new TreeMap<>();

	private final Set<String> groupedBy = new TreeSet<>();

	PromQl(String query) {
		String rest = GROUPING.matcher(query).replaceAll((grouping) -> {
			List<String> labels = Arrays.stream(grouping.group(1).split(",")).map(String::strip).toList();
			this.groupedBy.addAll(labels);
			return " ";
		});
		Matcher selector = SELECTOR.matcher(TIME.matcher(rest).replaceAll(" "));
		while (selector.find()) {
			if (!OPERATORS.contains(selector.group(1))) {
				this.selectors.computeIfAbsent(selector.group(1), (name) -> new TreeSet<>())
					.addAll(labels(selector.group(2)));
			}
		}
		this.groupedBy.remove("");
	}

	private static List<String> labels(String matchers) {
		return (matchers == null) ? List.of()
				: MATCHER.matcher(matchers).results().map((MatchResult matcher) -> matcher.group(1)).toList();
	}

	/** The labels that each metric is selected by. */
	Map<String, Set<String>> selectors() {
		return this.selectors;
	}

	/** The labels that are grouped by, over all metrics. */
	Set<String> groupedBy() {
		return this.groupedBy;
	}

}
