package dev.discretizer.helm;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import com.google.gson.JsonElement;

/**
 * The rules of a rendered PrometheusRule.
 */
final class Alerts {

	private Alerts() {
	}

	/** The expressions of all alerts. */
	static Collection<String> expressions(Manifests manifests) {
		return byName(manifests).values();
	}

	/** The expressions of all alerts by their names, in order. */
	static Map<String, String> byName(Manifests manifests) {
		Map<String, String> expressions = new LinkedHashMap<>();
		for (JsonElement group : manifests.one("PrometheusRule")
			.getAsJsonObject()
			.getAsJsonObject("spec")
			.getAsJsonArray("groups")) {
			group.getAsJsonObject()
				.getAsJsonArray("rules")
				.forEach((rule) -> expressions.put(Manifests.text(rule, "alert"), Manifests.text(rule, "expr")));
		}
		return expressions;
	}

}
