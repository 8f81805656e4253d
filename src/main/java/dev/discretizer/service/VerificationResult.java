package dev.discretizer.service;

import java.util.ArrayList;
import java.util.List;

import dev.discretizer.discretize.Finding;
import dev.discretizer.network.DiscretizedNetwork;
import dev.discretizer.network.NetworkLayerMatch;
import dev.discretizer.network.NetworkMatch;
import org.jspecify.annotations.Nullable;

/**
 * A verified network.
 *
 * @param match the comparison
 * @param integers the discretization of the original by the rules found; null if it was
 * not wanted, or if the networks do not match
 */
public record VerificationResult(NetworkMatch match, @Nullable DiscretizedNetwork integers) {

	/** The findings of the networks, and those of layers with the layers' names. */
	public List<Finding> findings() {
		List<Finding> findings = new ArrayList<>(this.match.findings());
		for (NetworkLayerMatch layer : this.match.layers()) {
			for (Finding finding : layer.layer().findings()) {
				findings.add(new Finding(finding.code(), finding.severity(), layer.name() + "." + finding.tensor(),
						"layer %s: %s".formatted(layer.name(), finding.message()), finding.hint()));
			}
		}
		return List.copyOf(findings);
	}

}
