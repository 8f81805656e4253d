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
 * @param plan what was discretized
 * @param layers in the order of the plan
 * @param findings of the network as a whole
 * @param fit null where no chip was asked for
 */
public record DiscretizedNetwork(Plan plan, List<NetworkLayer> layers, List<Finding> findings, @Nullable Fit fit) {

	/** Copies the lists. */
	public DiscretizedNetwork {
		layers = List.copyOf(layers);
		findings = List.copyOf(findings);
	}

	/**
	 * The graph this came from, with integers for floats: the same nodes, names and
	 * edges, weights and biases and thresholds in their shapes as float32, every bias
	 * there, average pools as sum pools, no reset. Takes as much memory as the
	 * parameters, four bytes an element.
	 * @param network the very graph that was discretized
	 */
	public Network applyTo(Network network) {
		return new IntegerGraph(network, this).make();
	}

}
