package dev.discretizer.service;

import dev.discretizer.graph.Network;
import dev.discretizer.network.DiscretizedNetwork;
import org.jspecify.annotations.Nullable;

/**
 * A discretized network, and the graph of its integers where it was asked for.
 *
 * @param discretized views over the tensors given
 * @param graph null where it was not asked for, and for a state dict
 */
public record NetworkResult(DiscretizedNetwork discretized, @Nullable Network graph) {
}
