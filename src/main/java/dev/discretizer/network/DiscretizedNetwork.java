package dev.discretizer.network;

import java.util.List;

import dev.discretizer.device.Fit;
import dev.discretizer.discretize.Finding;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Plan;
import org.jspecify.annotations.Nullable;

/**
 * A discretized network: views that round as they are read.
 *
 * @param plan the plan of the network that was discretized
 * @param layers in the order of the plan
 * @param findings of the network as a whole
 * @param fit null if no chip was requested
 */
public record DiscretizedNetwork(Plan plan, List<NetworkLayer> layers, List<Finding> findings, @Nullable Fit fit) {

	/** Copies the lists. */
	public DiscretizedNetwork {
		layers = List.copyOf(layers);
		findings = List.copyOf(findings);
	}

	/**
	 * Makes the original graph with integers instead of floats: the same nodes, names and
	 * edges; weights, biases and thresholds in their shapes as float32; every bias
	 * present; average pools as sum pools; no reset. Needs as much memory as the
	 * parameters, four bytes an element.
	 * @param network the graph that was discretized
	 */
	public Network applyTo(Network network) {
		return new IntegerGraph(network, this).make();
	}

}
