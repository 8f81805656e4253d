package dev.discretizer.web.server;

import java.util.Map;
import java.util.Set;

/**
 * The endpoints, for the log of requests that are refused before one of them is reached.
 *
 * @param labels label of each endpoint, by its path
 */
public record EndpointPaths(Map<String, String> labels) {

	/** Paths that a platform asks every few seconds whether the service runs. */
	static final Set<String> PROBES = Set.of("/livez", "/readyz");

	/** Copies the map. */
	public EndpointPaths {
		labels = Map.copyOf(labels);
	}

}
