package dev.discretizer.service;

import java.util.List;
import java.util.function.BooleanSupplier;

import dev.discretizer.behaviour.SimulatedNetworks;
import dev.discretizer.behaviour.Simulation;
import dev.discretizer.behaviour.SimulationOptions;
import dev.discretizer.behaviour.SimulationResult;
import dev.discretizer.behaviour.Workers;
import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.budget.SimulationPermits;
import dev.discretizer.graph.Network;
import dev.discretizer.network.DiscretizedNetwork;
import dev.discretizer.network.NetworkDiscretization;
import dev.discretizer.network.NetworkOptions;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.Recording;

/**
 * The use cases that simulate networks. Stateless and thread-safe. Each request runs on
 * its own thread alone, which leaves the other cores to discretizations.
 */
public final class BehaviourService {

	private final SimulationPermits permits;

	/**
	 * Makes the service.
	 * @param permits bounds how many requests simulate at once
	 */
	public BehaviourService(SimulationPermits permits) {
		this.permits = permits;
	}

	/**
	 * What a request may use.
	 *
	 * @param allowance asked before memory is taken
	 * @param clientGone whether nobody waits for the answer any more
	 */
	public record Means(Allowance allowance, BooleanSupplier clientGone) {
	}

	/**
	 * Discretizes a network and simulates it; see {@link Simulation}.
	 * @param options how to discretize it, to integers
	 * @param recordings for the network's input, at least one
	 */
	public SimulationResult simulate(Network network, NetworkOptions options, List<Recording> recordings,
			SimulationOptions how, Means means) {
		return this.permits.with(() -> {
			DiscretizedNetwork discretized = NetworkDiscretization.discretize(network, options);
			SimulatedNetwork simulated = SimulatedNetworks.of(network, discretized, options.layer(), means.allowance());
			return Simulation.run(simulated, recordings, how, means.allowance(), monitor(means), Workers.SEQUENTIAL);
		});
	}

	private static RequestMonitor monitor(Means means) {
		return new RequestMonitor(means.allowance(), means.clientGone());
	}

}
