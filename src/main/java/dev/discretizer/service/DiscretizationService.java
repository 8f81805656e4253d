package dev.discretizer.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import dev.discretizer.budget.ClientGoneException;
import dev.discretizer.budget.ComputePermits;
import dev.discretizer.device.Device;
import dev.discretizer.device.Devices;
import dev.discretizer.discretize.DiscretizationScale;
import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.discretize.DiscretizedTensor;
import dev.discretizer.discretize.Layer;
import dev.discretizer.discretize.LayerDiscretization;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.discretize.Precision;
import dev.discretizer.discretize.ScalarDiscretization;
import dev.discretizer.discretize.ScaleRule;
import dev.discretizer.discretize.TensorDiscretization;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Plan;
import dev.discretizer.graph.StateDictOptions;
import dev.discretizer.network.DiscretizedNetwork;
import dev.discretizer.network.NetworkDiscretization;
import dev.discretizer.network.NetworkMatch;
import dev.discretizer.network.NetworkOptions;
import dev.discretizer.network.NetworkSweep;
import dev.discretizer.network.NetworkVerification;
import dev.discretizer.network.SweepRow;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * The use cases: one method for each function of sinabs' discretize module, for whole
 * networks, and for chips. Stateless and thread-safe; results are views over the given
 * tensors.
 */
public final class DiscretizationService {

	private final ComputePermits permits;

	/**
	 * Makes the service.
	 * @param permits bounds how many computations run at once
	 */
	public DiscretizationService(ComputePermits permits) {
		this.permits = permits;
	}

	/**
	 * sinabs' {@code determine_discretization_scale}.
	 * @param name the tensor's name, for messages
	 * @param bits null for {@value Precision#WEIGHT_BITS}
	 */
	public TensorScale scale(FloatTensor tensor, String name, @Nullable Long bits) {
		Precision precision = Precision.of((bits != null) ? bits : Precision.WEIGHT_BITS, "bits");
		float scale = DiscretizationScale.of(tensor, name, precision);
		return new TensorScale((scale == DiscretizationScale.NONE) ? null : (Float) scale, precision.bits(),
				tensor.min(), tensor.max());
	}

	/** sinabs' {@code discretize_scalar}. */
	public long scalar(double value, double scaling) {
		return ScalarDiscretization.discretize(value, scaling);
	}

	/** sinabs' {@code discretize_tensor}; see {@link TensorDiscretization#discretize}. */
	public DiscretizedTensor tensor(FloatTensor tensor, String name, @Nullable Float scaling, @Nullable Long bits,
			boolean toInt, boolean report, boolean histogram) {
		return this.permits
			.with(() -> TensorDiscretization.discretize(tensor, name, scaling, bits, toInt, report, histogram));
	}

	/**
	 * sinabs' {@code discretize_conv}, {@code discretize_spk} and
	 * {@code discretize_conv_spike}, which compute the same and differ in what they
	 * return; see {@link LayerDiscretization#discretize}.
	 */
	public DiscretizedLayer layer(Layer layer, LayerOptions options) {
		return this.permits.with(() -> LayerDiscretization.discretize(layer, options));
	}

	/**
	 * sinabs' {@code DynapcnnNetwork(discretize=True)}; see
	 * {@link NetworkDiscretization#discretize(Network, NetworkOptions)}.
	 * @param asGraph whether to make the graph of the integers; see
	 * {@link DiscretizedNetwork#applyTo}
	 */
	public NetworkResult network(Network network, NetworkOptions options, boolean asGraph) {
		return this.permits.with(() -> {
			DiscretizedNetwork discretized = NetworkDiscretization.discretize(network, options);
			return new NetworkResult(discretized, asGraph ? discretized.applyTo(network) : null);
		});
	}

	/**
	 * Discretizes a state dict of PyTorch; see
	 * {@link NetworkDiscretization#discretize(Map, StateDictOptions, NetworkOptions)}.
	 */
	public NetworkResult network(Map<String, FloatTensor> tensors, StateDictOptions stateDict, NetworkOptions options) {
		return this.permits
			.with(() -> new NetworkResult(NetworkDiscretization.discretize(tensors, stateDict, options), null));
	}

	/**
	 * Compares a network with the discretization of another one; see
	 * {@link NetworkVerification}.
	 * @param integers whether the expected integers are wanted, if the networks match
	 */
	public VerificationResult verify(Plan original, NetworkOptions options, Plan discretized, boolean integers) {
		return this.permits.with(() -> {
			NetworkMatch match = NetworkVerification.verify(original, options, discretized);
			return new VerificationResult(match,
					(integers && match.match()) ? NetworkVerification.expected(original, options, match) : null);
		});
	}

	/**
	 * Computes the cost of each width and rule for each layer; see {@link NetworkSweep}.
	 * Each row waits for its turn, so that a long sweep does not hold up others.
	 * @param clientGone whether nobody waits for the answer any more; asked before each
	 * row
	 */
	public List<SweepRow> sweep(Plan plan, NetworkOptions options, List<Long> bits, @Nullable Long biasBits,
			List<ScaleRule> rules, BooleanSupplier clientGone) {
		NetworkSweep sweep = NetworkSweep.of(plan, options, bits, biasBits, rules);
		List<SweepRow> rows = new ArrayList<>();
		for (int i = 0; i < sweep.rows(); i++) {
			if (clientGone.getAsBoolean()) {
				throw new ClientGoneException();
			}
			int row = i;
			rows.add(this.permits.with(() -> sweep.row(row)));
		}
		return List.copyOf(rows);
	}

	/**
	 * Computes the digests of a result's inputs and outputs.
	 * @param inputs by name
	 * @param outputs by name; read once, slice by slice
	 */
	public Provenance provenance(Map<String, FloatTensor> inputs, Map<String, DiscreteTensor> outputs) {
		return this.permits.with(() -> Digests.of(inputs, outputs));
	}

	/** All chips, those that sinabs supports first. */
	public List<Device> devices() {
		return Devices.all();
	}

	/** The chip of that name, or null. */
	public @Nullable Device device(String name) {
		return Devices.named(name);
	}

}
