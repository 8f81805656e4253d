package dev.discretizer.behaviour;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.behaviour.simulator.SimulatedLayer;
import dev.discretizer.behaviour.simulator.EventSource;
import dev.discretizer.behaviour.simulator.Convolution;
import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.discretize.Layer;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.discretize.UnsetMinVMem;
import dev.discretizer.graph.Connections;
import dev.discretizer.graph.Geometry;

import dev.discretizer.graph.Network;
import dev.discretizer.graph.Node;
import dev.discretizer.graph.PlannedLayer;
import dev.discretizer.graph.Size2d;
import dev.discretizer.network.DiscretizedNetwork;
import dev.discretizer.network.NetworkLayer;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.NaturalOrder;
import org.jspecify.annotations.Nullable;

/**
 * Makes the simulators' network and the calibration's bounds from a discretized graph.
 */
public final class SimulatedNetworks {

	private SimulatedNetworks() {
	}

	/**
	 * The network to simulate.
	 * @param graph what was discretized; a NIR file, as a state dict has no sizes
	 * @param discretized as integers
	 * @param options how it was discretized
	 * @param allowance asked before memory is taken
	 */
	public static SimulatedNetwork of(Network graph, DiscretizedNetwork discretized, LayerOptions options,
			Allowance allowance) {
		String input = inputName(graph);
		List<LayerBounds.Source> sources = sources(discretized, options);
		Map<String, Integer> indices = new HashMap<>();
		List<SimulatedLayer> layers = new ArrayList<>();
		for (int i = 0; i < sources.size(); i++) {
			PlannedLayer planned = discretized.plan().layers().get(i);
			Connections connections = Objects.requireNonNull(planned.connections());
			List<EventSource> events = connections.sources()
				.stream()
				.sorted(Comparator.comparing((source) -> Objects.requireNonNullElse(source.layer(), input),
						NaturalOrder.INSTANCE))
				.map((source) -> new EventSource(index(indices, source.layer()), source.pool()))
				.toList();
			boolean output = connections.destinations().stream().anyMatch((to) -> to.output() != null);
			LayerBounds.Source layer = sources.get(i);
			layers.add(layer(planned, layer.floats(), layer.options(), layer.integers(), events, output, allowance));
			indices.put(planned.name(), i);
		}
		return new SimulatedNetwork(Objects.requireNonNull(discretized.plan().input()), layers);
	}

	/**
	 * The conversion of its layers' min_v_mem between float and integer.
	 * @param options how the network was discretized
	 */
	public static Bounds bounds(DiscretizedNetwork discretized, LayerOptions options) {
		return new LayerBounds(sources(discretized, options));
	}

	private static String inputName(Network graph) {
		return graph.nodes()
			.entrySet()
			.stream()
			.filter((node) -> node.getValue() instanceof Node.Input)
			.map(Map.Entry::getKey)
			.findFirst()
			.orElseThrow();
	}

	private static int index(Map<String, Integer> indices, @Nullable String layer) {
		return (layer == null) ? EventSource.INPUT : Objects.requireNonNull(indices.get(layer));
	}

	private static List<LayerBounds.Source> sources(DiscretizedNetwork discretized, LayerOptions options) {
		List<LayerBounds.Source> sources = new ArrayList<>();
		for (int i = 0; i < discretized.layers().size(); i++) {
			PlannedLayer planned = discretized.plan().layers().get(i);
			NetworkLayer layer = discretized.layers().get(i);
			sources.add(new LayerBounds.Source(
					new Layer(planned.weight(), planned.bias(), planned.threshold(), layer.minVMem(), planned.vMem()),
					options.withRescale(layer.rescale()), layer.layer()));
		}
		return sources;
	}

	/**
	 * Makes one layer.
	 * @param planned where its weight lies
	 * @param floats what was discretized
	 * @param options how it was discretized
	 * @param discretized its integers
	 */
	private static SimulatedLayer layer(PlannedLayer planned, Layer floats, LayerOptions options,
			DiscretizedLayer discretized, List<EventSource> sources, boolean output, Allowance allowance) {
		Geometry geometry = Objects.requireNonNull(planned.geometry());
		FloatTensor weight = floats.weight();
		Convolution convolution = new Convolution(geometry.input(), geometry.output(),
				new Size2d(weight.shape().dim(2), weight.shape().dim(3)), geometry.stride(), geometry.padding());
		allowance.reserve(weight.elements() * (long) (Float.BYTES + Integer.BYTES));
		SimulatedLayer.Weights weights = new SimulatedLayer.Weights(rescaled(weight, (float) options.rescale()),
				values(floats.bias()), integers(discretized.weight()),
				(discretized.bias() == null) ? null : integers(discretized.bias()));
		double threshold = floats.spikeThreshold().array()[0];
		return new SimulatedLayer(planned.name(), convolution, sources, output,
				new SimulatedLayer.FloatParameters(threshold, minVMem(floats.minVMem(), options, threshold)),
				new SimulatedLayer.IntegerParameters(discretized.scale(), scalar(discretized.spikeThreshold()),
						scalar(discretized.minVMem())),
				weights, allowance);
	}

	private static double minVMem(@Nullable FloatTensor given, LayerOptions options, double threshold) {
		if (given != null) {
			return given.array()[0];
		}
		UnsetMinVMem unset = options.unsetMinVMem();
		return switch (unset) {
			case REFERENCE -> LayerBounds.REFERENCE_MIN_V_MEM;
			case NEGATIVE_THRESHOLD -> -threshold;
			case CHIP_MINIMUM -> Double.NEGATIVE_INFINITY;
		};
	}

	private static float[] rescaled(FloatTensor weight, float rescale) {
		float[] rescaled = new float[weight.elements()];
		float[] values = weight.array();
		for (int i = 0; i < rescaled.length; i++) {
			rescaled[i] = values[i] * rescale;
		}
		return rescaled;
	}

	private static float @Nullable [] values(@Nullable FloatTensor tensor) {
		return (tensor == null) ? null : tensor.array();
	}

	private static int[] integers(DiscreteTensor tensor) {
		int[] values = new int[tensor.shape().elements()];
		tensor.ints(0, values, 0, values.length);
		return values;
	}

	/** The integer of rank 0. */
	static int scalar(DiscreteTensor tensor) {
		int[] value = new int[1];
		tensor.ints(0, value, 0, 1);
		return value[0];
	}

}
