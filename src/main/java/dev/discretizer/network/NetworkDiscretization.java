package dev.discretizer.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;

import dev.discretizer.device.BitWidths;
import dev.discretizer.device.ChipLayer;
import dev.discretizer.device.Device;
import dev.discretizer.device.Fit;
import dev.discretizer.discretize.ImpossibleInputException;
import dev.discretizer.discretize.ImpossibleInputException.Cause;
import dev.discretizer.discretize.Layer;
import dev.discretizer.discretize.LayerDiscretization;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.graph.Geometry;
import dev.discretizer.graph.MalformedNetworkException;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.NetworkFault;
import dev.discretizer.graph.Plan;
import dev.discretizer.graph.PlannedLayer;
import dev.discretizer.graph.StateDict;
import dev.discretizer.graph.StateDictOptions;
import dev.discretizer.graph.UnsupportedNetworkException;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * sinabs' {@code DynapcnnNetwork(discretize=True)}: discretizes each layer of a network
 * on its own, its weight first multiplied by the rescale of the average pools before it.
 *
 * <p>
 * Source: sinabs 3.1.3, {@code sinabs/backend/dynapcnn/dynapcnn_layer.py}.
 */
public final class NetworkDiscretization {

	private final Plan plan;

	private final NetworkOptions options;

	private final MinVMems minVMems;

	private final Rescales rescales;

	private NetworkDiscretization(Plan plan, NetworkOptions options) {
		this.plan = plan;
		this.options = options;
		this.minVMems = new MinVMems(plan.layers(), options);
		this.rescales = new Rescales(plan.layers(), options);
	}

	/**
	 * Discretizes a graph.
	 * @throws MalformedNetworkException if its edges do not form a graph, or the options
	 * name a layer it does not have
	 * @throws UnsupportedNetworkException if a Speck does not support it, with every node
	 * and reason
	 * @throws ImpossibleInputException if a value of a layer is impossible; its field is
	 * the name of the layer, a dot, and the tensor
	 */
	public static DiscretizedNetwork discretize(Network network, NetworkOptions options) {
		return discretize(Plan.of(network, options.ignoreR()), options);
	}

	/**
	 * Discretizes a graph that has been planned.
	 * @throws MalformedNetworkException if the options name a layer it does not have
	 * @throws UnsupportedNetworkException if the requested chip cannot hold it
	 * @throws ImpossibleInputException as above
	 */
	public static DiscretizedNetwork discretize(Plan plan, NetworkOptions options) {
		return new NetworkDiscretization(plan, options).discretize();
	}

	/**
	 * Discretizes a state dict of PyTorch. It has no image sizes, so it cannot be fitted
	 * on a chip.
	 * @param tensors by module and parameter; shared
	 * @throws MalformedNetworkException if the options contradict the tensors
	 * @throws UnsupportedNetworkException if a tensor belongs to no layer, a Speck cannot
	 * hold it, or a chip is requested
	 * @throws ImpossibleInputException as above
	 */
	public static DiscretizedNetwork discretize(Map<String, FloatTensor> tensors, StateDictOptions stateDict,
			NetworkOptions options) {
		return new NetworkDiscretization(StateDict.plan(tensors, stateDict), options).discretize();
	}

	/** Prepares the discretization of a plan. */
	static NetworkDiscretization of(Plan plan, NetworkOptions options) {
		return new NetworkDiscretization(plan, options);
	}

	/**
	 * Runs a computation on a layer.
	 * @param computation receives the layer, with its min_v_mem resolved, and its options
	 * @throws ImpossibleInputException if the computation throws it; names the layer
	 */
	<T> T with(PlannedLayer layer, BiFunction<Layer, LayerOptions, T> computation) {
		return with(layer, this.minVMems.of(layer), computation);
	}

	private <T> T with(PlannedLayer layer, @Nullable FloatTensor minVMem,
			BiFunction<Layer, LayerOptions, T> computation) {
		try {
			return computation.apply(new Layer(layer.weight(), layer.bias(), layer.threshold(), minVMem, layer.vMem()),
					this.options.layer().withRescale(this.rescales.of(layer)));
		}
		catch (ImpossibleInputException ex) {
			throw (ex.cause() == Cause.BITS_OUT_OF_RANGE) ? ex : named(ex, layer);
		}
	}

	private DiscretizedNetwork discretize() {
		// Before the arithmetic: a network that cannot be fitted fails fast.
		Device device = this.options.device();
		Fit fit = (device != null) ? fit(device) : null;
		List<NetworkLayer> layers = new ArrayList<>();
		List<PlannedLayer> assumed = new ArrayList<>();
		for (PlannedLayer layer : this.plan.layers()) {
			FloatTensor minVMem = this.minVMems.of(layer);
			if (minVMem == null && this.options.unsetAssumed()) {
				assumed.add(layer);
			}
			layers.add(new NetworkLayer(layer.name(), layer.spikeName(), (float) this.rescales.of(layer),
					layer.connections(), minVMem, with(layer, minVMem, LayerDiscretization::discretize)));
		}
		return new DiscretizedNetwork(this.plan, layers, NetworkFindings.of(this.plan, layers, assumed, this.rescales),
				fit);
	}

	/** Adds the layer's name to a failure. */
	private static ImpossibleInputException named(ImpossibleInputException failure, PlannedLayer layer) {
		String field = failure.field();
		boolean neurons = field != null && List.of("spike_threshold", "min_v_mem", "v_mem").contains(field);
		String name = neurons ? layer.spikeName() : layer.name();
		ImpossibleInputException named = new ImpossibleInputException(failure.cause(),
				(field == null) ? name : name + "." + field,
				"layer %s: %s".formatted(
						neurons && !name.equals(layer.name()) ? layer.name() + " (neurons " + name + ")" : name,
						failure.getMessage()));
		named.initCause(failure);
		return named;
	}

	private Fit fit(Device device) {
		for (PlannedLayer layer : this.plan.layers()) {
			if (layer.geometry() == null) {
				throw new UnsupportedNetworkException(List.of(NetworkFault.ofParameter("device",
						"is %s, but the size of what layer %s is given is not known: a NIR file with the shape of its "
							.formatted(device.name(), layer.name())
								+ "Input is expected (a state dict has neither sizes nor strides, paddings and pools)")));
			}
		}
		LayerOptions bits = this.options.layer();
		return Fit.of(device, this.plan.layers().stream().map(NetworkDiscretization::chipLayer).toList(),
				new BitWidths(bits.weightBits(), bits.biasBits(), bits.stateBits()));
	}

	private static ChipLayer chipLayer(PlannedLayer layer) {
		Geometry geometry = Objects.requireNonNull(layer.geometry());
		return new ChipLayer(layer.name(), layer.weight().shape(), geometry.input(), geometry.output(),
				geometry.stride().height(), geometry.stride().width(), geometry.padding().height(),
				geometry.padding().width(), poolings(layer), layer.bias() != null);
	}

	/** The pools on the way to other layers; edges to an Output take no destination. */
	private static List<Integer> poolings(PlannedLayer layer) {
		return Objects.requireNonNull(layer.connections())
			.destinations()
			.stream()
			.filter((destination) -> destination.layer() != null)
			.map((destination) -> destination.pool().height())
			.toList();
	}

}
