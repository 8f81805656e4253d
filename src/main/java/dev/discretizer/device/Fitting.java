package dev.discretizer.device;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.discretizer.tensor.Words;
import org.jspecify.annotations.Nullable;

/**
 * Maps layers to cores and collects the limits that they exceed.
 *
 * <p>
 * Source: sinabs 3.1.3, {@code sinabs/backend/dynapcnn/mapping.py}, which looks at memory
 * alone; the other limits are those that samna refuses.
 */
final class Fitting {

	/** The most layers that a message names. */
	private static final int NAMED = 10;

	private final Device device;

	private final List<ChipLayer> layers;

	private final Matching matching;

	private final List<Violation> violations = new ArrayList<>();

	Fitting(Device device, List<ChipLayer> layers, BitWidths bits) {
		this.device = device;
		this.layers = layers;
		this.matching = Matching.of(layers, device.cores());
		checkNetwork(bits);
		for (int i = 0; i < layers.size(); i++) {
			checkSizes(layers.get(i));
			if (!this.matching.fitsAnywhere(i)) {
				checkMemory(layers.get(i));
			}
		}
		this.matching.contested().forEach(this::contested);
	}

	Fit fit() {
		boolean complete = this.matching.isComplete();
		return new Fit(this.device.name(), this.violations.isEmpty(),
				IntStream.range(0, this.layers.size()).mapToObj((i) -> layer(i, complete)).toList(), this.violations);
	}

	private LayerFit layer(int i, boolean complete) {
		ChipLayer layer = this.layers.get(i);
		Core core = complete ? this.device.cores().get(this.matching.core(i)) : null;
		return new LayerFit(layer.name(), (core != null) ? (Integer) core.index() : null,
				new Memory(layer.kernelMemory(), has(core, Core::kernelMemory)),
				new Memory(layer.neuronMemory(), has(core, Core::neuronMemory)),
				new Memory(layer.biasMemory(), has(core, Core::biasMemory)));
	}

	private int has(@Nullable Core core, ToIntFunction<Core> memory) {
		return (core != null) ? memory.applyAsInt(core) : most(-1, memory);
	}

	/** The largest memory of one kind among these cores. */
	private int most(int cores, ToIntFunction<Core> memory) {
		return this.device.cores()
			.stream()
			.filter((core) -> (cores & 1 << core.index()) != 0)
			.mapToInt(memory)
			.max()
			.orElse(0);
	}

	private void checkNetwork(BitWidths bits) {
		LayerLimits limits = this.device.limits();
		atMost(null, ChipLimit.LAYERS, this.layers.size(), this.device.cores().size(), "the network has %d layers");
		atMost(null, ChipLimit.WEIGHT_BITS, bits.weight(), limits.weightBits(), "weights take %d bits");
		atMost(null, ChipLimit.BIAS_BITS, bits.bias(), limits.biasBits(), "biases take %d bits");
		atMost(null, ChipLimit.STATE_BITS, bits.state(), limits.stateBits(), "thresholds and states take %d bits");
	}

	private void checkSizes(ChipLayer layer) {
		LayerLimits limits = this.device.limits();
		String name = layer.name();
		atMost(name, ChipLimit.INPUT_HEIGHT, layer.input().dim(1), limits.inputSize(), "its input is %d high");
		atMost(name, ChipLimit.INPUT_WIDTH, layer.input().dim(2), limits.inputSize(), "its input is %d wide");
		atMost(name, ChipLimit.INPUT_CHANNELS, layer.input().dim(0), limits.channels(), "it has %d input channels");
		atMost(name, ChipLimit.OUTPUT_HEIGHT, layer.output().dim(1), limits.outputSize(),
				"its output is %d high before pooling");
		atMost(name, ChipLimit.OUTPUT_WIDTH, layer.output().dim(2), limits.outputSize(),
				"its output is %d wide before pooling");
		atMost(name, ChipLimit.OUTPUT_CHANNELS, layer.output().dim(0), limits.channels(), "it has %d output channels");
		atMost(name, ChipLimit.KERNEL_SIZE, layer.weight().dim(2), limits.kernelSize(), "its kernel is %1$d by %1$d");
		oneOf(name, ChipLimit.STRIDE_HEIGHT, layer.strideHeight(), limits.strides(), "its stride in height is %d");
		oneOf(name, ChipLimit.STRIDE_WIDTH, layer.strideWidth(), limits.strides(), "its stride in width is %d");
		atMost(name, ChipLimit.PADDING_HEIGHT, layer.paddingHeight(), limits.padding(), "its padding in height is %d");
		atMost(name, ChipLimit.PADDING_WIDTH, layer.paddingWidth(), limits.padding(), "its padding in width is %d");
		layer.poolings()
			.stream()
			.distinct()
			.forEach((pooling) -> oneOf(name, ChipLimit.POOLING, pooling, limits.poolings(),
					"the pools behind it amount to a kernel of %1$d by %1$d"));
		atMost(name, ChipLimit.DESTINATIONS, layer.poolings().size(), limits.fanOut(), "it has %d destinations");
	}

	/** Adds a violation for the memory that no core has enough of. */
	private void checkMemory(ChipLayer layer) {
		List<Core> cores = this.device.cores();
		int kernel = Matching.where(cores, Core::kernelMemory, layer.kernelMemory());
		int neuron = Matching.where(cores, Core::neuronMemory, layer.neuronMemory());
		int bias = Matching.where(cores, Core::biasMemory, layer.biasMemory());
		memory(layer, ChipLimit.KERNEL_MEMORY, layer.kernelMemory(), kernel, most(-1, Core::kernelMemory),
				"it needs %d entries of kernel memory");
		memory(layer, ChipLimit.NEURON_MEMORY, layer.neuronMemory(), neuron, most(-1, Core::neuronMemory),
				"it needs %d entries of neuron memory");
		memory(layer, ChipLimit.BIAS_MEMORY, layer.biasMemory(), bias, most(-1, Core::biasMemory),
				"it needs %d entries of bias memory");
		if (kernel != 0 && neuron != 0 && bias != 0) {
			checkMemories(layer, kernel, neuron);
		}
	}

	/** Each memory alone fits some core, but no core fits all. */
	private void checkMemories(ChipLayer layer, int kernel, int neuron) {
		memory(layer, ChipLimit.NEURON_MEMORY, layer.neuronMemory(), kernel & neuron, most(kernel, Core::neuronMemory),
				"it needs %d entries of neuron memory on a core that holds its " + layer.kernelMemory()
						+ " entries of kernel memory");
		if ((kernel & neuron) != 0) {
			memory(layer, ChipLimit.BIAS_MEMORY, layer.biasMemory(), 0, most(kernel & neuron, Core::biasMemory),
					"it needs %d entries of bias memory on a core that holds its " + layer.kernelMemory()
							+ " entries of kernel memory and " + layer.neuronMemory() + " of neuron memory");
		}
	}

	private void memory(ChipLayer layer, ChipLimit limit, long needs, int cores, int most, String found) {
		if (cores == 0) {
			add(layer.name(), limit, needs, List.of(most), found.formatted(needs), "at most " + most);
		}
	}

	/** Layers that each fit somewhere, but not all at once. */
	private void contested(int cores) {
		int[] confined = this.matching.confinedTo(cores);
		int available = Integer.bitCount(cores);
		if (confined.length == this.layers.size() && available == this.device.cores().size()) {
			// The violation LAYERS says so already.
			return;
		}
		String found = "%d layers (%s) fit on no other cores than %s".formatted(confined.length, names(confined),
				indices(cores));
		for (int layer : confined) {
			add(this.layers.get(layer).name(), ChipLimit.CORES, confined.length, List.of(available), found,
					"at most " + available);
		}
	}

	private String names(int[] some) {
		return Words.some(Arrays.stream(some).mapToObj((i) -> this.layers.get(i).name()).toList(), NAMED);
	}

	private static String indices(int cores) {
		return IntStream.range(0, Integer.SIZE)
			.filter((core) -> (cores & 1 << core) != 0)
			.mapToObj(Integer::toString)
			.collect(Collectors.joining(", "));
	}

	private void atMost(@Nullable String layer, ChipLimit limit, long found, int allowed, String what) {
		if (found > allowed) {
			add(layer, limit, found, List.of(allowed), what.formatted(found), "at most " + allowed);
		}
	}

	private void oneOf(String layer, ChipLimit limit, int found, List<Integer> allowed, String what) {
		if (!allowed.contains(found)) {
			add(layer, limit, found, allowed, what.formatted(found),
					"one of " + allowed.stream().map(String::valueOf).collect(Collectors.joining(", ")));
		}
	}

	private void add(@Nullable String layer, ChipLimit limit, long found, List<Integer> allowed, String what,
			String expected) {
		String subject = (layer == null) ? "" : "layer " + layer + ": ";
		this.violations.add(new Violation(layer, limit, found, allowed,
				subject + what + ", " + this.device.name() + " allows " + expected));
	}

}
