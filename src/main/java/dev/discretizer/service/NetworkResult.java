package dev.discretizer.service;

import dev.discretizer.graph.Network;
import dev.discretizer.network.DiscretizedNetwork;
import org.jspecify.annotations.Nullable;

/**
 * A discretized network, and the graph of its integers if requested.
 *
 * @param discretized views over the tensors given
 * @param graph null if it was not requested, and for a state dict
 */
public record NetworkResult(DiscretizedNetwork discretized, @Nullable Network graph) {
}
