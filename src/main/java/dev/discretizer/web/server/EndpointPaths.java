package dev.discretizer.web.server;

import java.util.Map;

/**
 * The endpoints, for the log of requests that are refused before one of them is reached.
 *
 * @param labels label of each endpoint, by its path
 */
public record EndpointPaths(Map<String, String> labels) {

	/** Copies the map. */
	public EndpointPaths {
		labels = Map.copyOf(labels);
	}

}
