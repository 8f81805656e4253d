package dev.discretizer.service;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import dev.discretizer.behaviour.CalibratedLayer;
import dev.discretizer.behaviour.Calibration;
import dev.discretizer.behaviour.CalibrationResult;
import dev.discretizer.behaviour.SimulatedNetworks;
import dev.discretizer.behaviour.Simulation;
import dev.discretizer.behaviour.SimulationOptions;
import dev.discretizer.behaviour.SimulationResult;
import dev.discretizer.behaviour.Workers;
import dev.discretizer.behaviour.simulator.SimulatedLayer;
import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.behaviour.simulator.StepClock;
import dev.discretizer.budget.SimulationPermits;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Plan;
import dev.discretizer.network.DiscretizedNetwork;
import dev.discretizer.network.NetworkDiscretization;
import dev.discretizer.network.NetworkOptions;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.Recording;
import dev.discretizer.tensor.RequestLimit;

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
	 * A network and how it runs.
	 *
	 * @param graph from a NIR file
	 * @param plan of the graph
	 */
	public record PlannedNetwork(Network graph, Plan plan) {
	}

	/**
	 * Discretizes a network and simulates it; see {@link Simulation}.
	 * @param options how to discretize it; to integers in any case
	 * @param recordings for the network's input, at least one
	 */
	public SimulationResult simulate(PlannedNetwork network, NetworkOptions options, List<Recording> recordings,
			SimulationOptions how, Means means) {
		return this.permits.with(() -> {
			DiscretizedNetwork discretized = NetworkDiscretization.discretize(network.plan(), simulated(options));
			SimulatedNetwork simulated = SimulatedNetworks.of(network.graph(), discretized, options.layer(),
					means.allowance());
			if (how.allCounts()) {
				checkCounts(simulated, recordings.size());
			}
			return Simulation.run(simulated, recordings, how, means.allowance(), monitor(means), Workers.SEQUENTIAL);
		});
	}

	/** Checks that the counts of all recordings fit into one tensor for each layer. */
	private static void checkCounts(SimulatedNetwork network, int recordings) {
		for (SimulatedLayer layer : network.layers()) {
			long counts = (long) recordings * layer.convolution().neurons();
			if (counts > Allowance.LONGEST_ARRAY) {
				throw new LimitExceededException(RequestLimit.ELEMENTS, Allowance.LONGEST_ARRAY, counts,
						"spikes of layer " + layer.name());
			}
		}
	}

	/**
	 * Chooses the min_v_mem of each layer, and discretizes the network with them; see
	 * {@link Calibration}.
	 * @param options how to discretize it; simulated are the integers in any case
	 * @param recordings for the network's input, at least one
	 * @param labels the right output neuron of each recording, or none
	 * @param otherOptions of a request that discretizes the network alike, but for
	 * min_v_mem; empty, or beginning with {@code &}
	 * @param asGraph whether to make the graph of the integers
	 */
	public CalibratedNetwork calibrate(PlannedNetwork network, NetworkOptions options, List<Recording> recordings,
			StepClock clock, List<Integer> labels, String otherOptions, boolean asGraph, Means means) {
		return this.permits.with(() -> {
			DiscretizedNetwork discretized = NetworkDiscretization.discretize(network.plan(), simulated(options));
			SimulatedNetwork simulated = SimulatedNetworks.of(network.graph(), discretized, options.layer(),
					means.allowance());
			CalibrationResult result = Calibration.run(simulated,
					SimulatedNetworks.bounds(discretized, options.layer()), recordings, clock, labels,
					means.allowance(), monitor(means), Workers.SEQUENTIAL);
			DiscretizedNetwork calibrated = NetworkDiscretization.discretize(network.plan(), chosen(options, result));
			return new CalibratedNetwork(result, query(result) + otherOptions,
					new NetworkResult(calibrated, asGraph ? calibrated.applyTo(network.graph()) : null));
		});
	}

	/**
	 * To integers, which the simulators take, and without reports, which no answer has.
	 */
	private static NetworkOptions simulated(NetworkOptions options) {
		return options.withLayer(options.layer().withToInt(true).withReport(false));
	}

	private static NetworkOptions chosen(NetworkOptions options, CalibrationResult result) {
		Map<String, FloatTensor> minVMem = new HashMap<>();
		for (CalibratedLayer layer : result.layers()) {
			if (layer.minVMem() != null) {
				minVMem.put(layer.name(), FloatTensor.scalar(layer.minVMem()));
			}
		}
		return new NetworkOptions(options.layer().withReport(false), options.unsetAssumed(), options.minVMem(), minVMem,
				options.rescaleOf(), options.ignoreR(), options.device());
	}

	private static String query(CalibrationResult result) {
		return result.layers()
			.stream()
			.filter((layer) -> layer.minVMem() != null)
			.map((layer) -> "min_v_mem.%s=%s".formatted(URLEncoder.encode(layer.name(), StandardCharsets.UTF_8),
					layer.minVMem()))
			.collect(Collectors.joining("&"));
	}

	private static RequestMonitor monitor(Means means) {
		return new RequestMonitor(means.allowance(), means.clientGone());
	}

}
