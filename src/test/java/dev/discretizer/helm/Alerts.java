package dev.discretizer.helm;

import java.util.ArrayList;
import java.util.List;

import com.google.gson.JsonElement;

/**
 * The rules of a rendered PrometheusRule.
 */
final class Alerts {

	private Alerts() {
	}

	/** The expressions of all alerts. */
	static List<String> expressions(Manifests manifests) {
		List<String> expressions = new ArrayList<>();
		for (JsonElement group : manifests.one("PrometheusRule")
			.getAsJsonObject()
			.getAsJsonObject("spec")
			.getAsJsonArray("groups")) {
			group.getAsJsonObject()
				.getAsJsonArray("rules")
				.forEach((rule) -> expressions.add(Manifests.text(rule, "expr")));
		}
		return expressions;
	}

}
