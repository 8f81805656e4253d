package dev.discretizer.network;

import java.util.List;

import dev.discretizer.discretize.Finding;

/**
 * The comparison of a network with the discretization of another one.
 *
 * @param layers in the order of the original network
 * @param findings of the networks as a whole
 */
public record NetworkMatch(List<NetworkLayerMatch> layers, List<Finding> findings) {

	/** Copies the lists. */
	public NetworkMatch {
		layers = List.copyOf(layers);
		findings = List.copyOf(findings);
	}

	/** Whether every layer has exactly the integers that a rule gives. */
	public boolean match() {
		return this.layers.stream().allMatch((layer) -> layer.layer().match());
	}

}
