package dev.discretizer.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.discretizer.graph.MalformedNetworkException.Cause;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.NaturalOrder;
import org.jspecify.annotations.Nullable;

/**
 * Plans a PyTorch state dict: tensors named by module and parameter, such as "0.weight".
 * A state dict has neither edges nor image sizes nor pools, so layers are in the natural
 * order of their names.
 *
 * <p>
 * A layer is a module whose weight has rank 2 or 4. Its spike tensors (spike_threshold,
 * min_v_mem, v_mem) are of its own name, or of the module that the options pair with it,
 * as in sinabs, whose spiking layers are modules of their own; in an nn.Sequential the
 * one spiking module after a weight belongs to it. Any other tensor is refused: leaving
 * it out would change the network.
 *
 * <p>
 * Source: sinabs 3.1.3, {@code sinabs/layers/lif.py} for the names.
 */
public final class StateDict {

	private static final Set<String> SPIKE_TENSORS = Set.of("spike_threshold", "min_v_mem", "v_mem");

	private final Map<String, FloatTensor> tensors;

	private final StateDictOptions options;

	private final Set<String> batchNorms = new HashSet<>();

	/** Names of the modules with the spike tensors by layer. */
	private final Map<String, String> layers = new TreeMap<>(NaturalOrder.INSTANCE);

	/** Names of the modules whose spike tensors belong to a layer. */
	private final Set<String> spiking = new HashSet<>();

	private final FaultCollector faults = new FaultCollector();

	private StateDict(Map<String, FloatTensor> tensors, StateDictOptions options) {
		this.tensors = tensors;
		this.options = options;
	}

	/**
	 * The plan of a state dict.
	 * @param tensors by module and parameter; shared
	 * @throws MalformedNetworkException if the options and the tensors do not go together
	 * @throws UnsupportedNetworkException if there is a tensor that belongs to no layer,
	 * or one that a Speck cannot hold, with every tensor and reason
	 */
	public static Plan plan(Map<String, FloatTensor> tensors, StateDictOptions options) {
		return new StateDict(tensors, options).plan();
	}

	private Plan plan() {
		findLayers();
		pairNumbered();
		this.spiking.addAll(this.layers.values());
		checkPairs();
		checkGivenOnce("spike_threshold", this.options.spikeThreshold(), this.spiking);
		checkGivenOnce("rescale", this.options.rescale(), this.layers.keySet());
		Map<String, FloatTensor> sorted = new TreeMap<>(NaturalOrder.INSTANCE);
		sorted.putAll(this.tensors);
		sorted.forEach(this::check);
		if (this.layers.isEmpty() && this.faults.isEmpty()) {
			this.faults.ofNetwork("has no layer, a tensor <name>.weight of rank 2 or 4 is expected");
		}
		this.faults.throwIfAny();
		checkThresholds();
		boolean rescaled = this.options.rescale() != null
				|| this.layers.keySet().stream().anyMatch((name) -> this.tensors.containsKey(name + ".rescale"));
		return new Plan(
				this.layers.entrySet().stream().map((entry) -> layer(entry.getKey(), entry.getValue())).toList(), null,
				rescaled, Plan.Doubts.NONE);
	}

	private void findLayers() {
		for (String name : this.tensors.keySet()) {
			if (parameter(name).equals("running_var")) {
				this.batchNorms.add(module(name));
			}
		}
		this.tensors.forEach((name, tensor) -> {
			String module = module(name);
			int rank = tensor.shape().rank();
			if (parameter(name).equals("weight") && (rank == 2 || rank == 4) && !module.isEmpty()
					&& !isRecurrent(module) && !this.batchNorms.contains(module)) {
				this.layers.put(module, this.options.spike().getOrDefault(module, module));
			}
		});
	}

	/**
	 * Pairs a layer with the only spiking module between it and the next layer of the
	 * same nn.Sequential: its modules are numbered in the order of their flow. Other
	 * names tell no order, and several spiking modules no pair.
	 */
	private void pairNumbered() {
		Set<String> paired = new HashSet<>(this.options.spike().values());
		Map<String, String> modules = new TreeMap<>(NaturalOrder.INSTANCE);
		this.tensors.keySet().stream().filter((name) -> isNumbered(module(name))).forEach((name) -> {
			if (SPIKE_TENSORS.contains(parameter(name)) || this.layers.containsKey(module(name))) {
				modules.put(module(name), module(module(name)));
			}
		});
		Map<String, String> last = new HashMap<>();
		Map<String, List<String>> followers = new HashMap<>();
		modules.forEach((module, parent) -> {
			if (this.layers.containsKey(module)) {
				last.put(parent, module);
			}
			else if (last.containsKey(parent) && !paired.contains(module)) {
				followers.computeIfAbsent(last.get(parent), (layer) -> new ArrayList<>()).add(module);
			}
		});
		followers.forEach((layer, spiking) -> {
			if (spiking.size() == 1 && !this.options.spike().containsKey(layer)
					&& SPIKE_TENSORS.stream().noneMatch((name) -> this.tensors.containsKey(layer + "." + name))) {
				this.layers.put(layer, spiking.getFirst());
			}
		});
	}

	private static boolean isNumbered(String module) {
		String last = parameter(module);
		return !last.isEmpty() && last.chars().allMatch((character) -> character >= '0' && character <= '9');
	}

	/** The part before the last dot; empty without one. */
	private static String module(String name) {
		return name.substring(0, Math.max(0, name.lastIndexOf('.')));
	}

	private static String parameter(String name) {
		return name.substring(name.lastIndexOf('.') + 1);
	}

	/** Whether a module belongs to a recurrent connection, as sinabs names them. */
	private static boolean isRecurrent(String module) {
		return (module + ".").contains("rec_connect.");
	}

	private void checkPairs() {
		Set<String> withSpikeTensors = new HashSet<>();
		for (String name : this.tensors.keySet()) {
			if (SPIKE_TENSORS.contains(parameter(name))) {
				withSpikeTensors.add(module(name));
			}
		}
		List<NetworkFault> unknown = new ArrayList<>();
		this.options.spike().forEach((layer, module) -> {
			if (!this.layers.containsKey(layer)) {
				unknown.add(NetworkFault.ofParameter("spike",
						"names the layer %s, but there is no tensor %s.weight of rank 2 or 4".formatted(layer, layer)));
			}
			else if (!withSpikeTensors.contains(module)) {
				unknown.add(NetworkFault.ofParameter("spike",
						"pairs %s with %s, but there is no tensor %s.spike_threshold or %s.min_v_mem".formatted(layer,
								module, module, module)));
			}
		});
		MalformedNetworkException.throwIfAny(Cause.UNKNOWN_MEMBER, unknown);
	}

	private void checkGivenOnce(String parameter, @Nullable Object given, Collection<String> modules) {
		List<NetworkFault> twice = new ArrayList<>();
		for (String module : (given != null) ? modules : List.<String>of()) {
			String name = module + "." + parameter;
			if (this.tensors.containsKey(name)) {
				twice.add(NetworkFault.ofParameter(parameter,
						"is given for all layers, and the tensor %s for one: one of the two is expected"
							.formatted(name)));
			}
		}
		MalformedNetworkException.throwIfAny(Cause.DUPLICATE_NAME, twice);
	}

	private void checkThresholds() {
		List<NetworkFault> missing = new ArrayList<>();
		this.layers.forEach((layer, module) -> {
			String name = module + ".spike_threshold";
			if (this.options.spikeThreshold() == null && !this.tensors.containsKey(name)) {
				missing.add(NetworkFault.ofTensor(name,
						"is missing, it or the parameter spike_threshold is expected" + (layer.equals(module)
								? " (spike=%s:<module> if another module has it)".formatted(layer) : "")));
			}
		});
		MalformedNetworkException.throwIfAny(Cause.MISSING_MEMBER, missing);
	}

	private void check(String name, FloatTensor tensor) {
		String module = module(name);
		if (this.batchNorms.contains(module)) {
			if (parameter(name).equals("running_var")) {
				this.faults.ofTensor(name, "is of a batch norm, none is expected: fold it into the weight and bias "
						+ "before it (sinabs' from_model and DynapcnnNetwork do)");
			}
			return;
		}
		switch (parameter(name)) {
			case "weight" -> checkWeight(name, module, tensor);
			case "bias" -> checkBias(name, module);
			case "rescale" -> checkRescale(name, module, tensor);
			case "spike_threshold", "min_v_mem", "v_mem" -> checkSpike(name, module, tensor);
			default -> this.faults.ofTensor(name, "%s", ForeignNames.describe(module, parameter(name)));
		}
	}

	private void checkWeight(String name, String module, FloatTensor tensor) {
		if (this.layers.containsKey(module)) {
			NodeChecks.checkShapes(tensor, this.tensors.get(module + ".bias"),
					(reason) -> this.faults.ofTensor(name, "%s", reason));
		}
		else if (isRecurrent(module)) {
			this.faults.ofTensor(name, "is of a recurrent layer, no recurrence is expected: data flows one way");
		}
		else if (module.isEmpty()) {
			this.faults.ofTensor(name, "is of no module, a name such as 0.weight is expected");
		}
		else {
			this.faults.ofTensor(name, "has shape %s, 2 dimensions (Linear) or 4 (Conv2d) are expected",
					tensor.shape());
		}
	}

	private void checkBias(String name, String module) {
		boolean refused = this.tensors.containsKey(module + ".weight") || isRecurrent(module);
		if (!this.layers.containsKey(module) && !refused) {
			this.faults.ofTensor(name, "belongs to no layer, a tensor %s.weight is expected", module);
		}
	}

	private void checkRescale(String name, String module, FloatTensor tensor) {
		if (!this.layers.containsKey(module)) {
			this.faults.ofTensor(name, "belongs to no layer, a tensor %s.weight of rank 2 or 4 is expected", module);
		}
		else if (tensor.elements() != 1) {
			this.faults.ofTensor(name, "has shape %s, one element is expected", tensor.shape());
		}
	}

	private void checkSpike(String name, String module, FloatTensor tensor) {
		boolean state = parameter(name).equals("v_mem");
		if (this.spiking.contains(module)) {
			if (!state) {
				NodeChecks.checkThreshold(tensor, parameter(name),
						(reason) -> this.faults.ofTensor(name, "%s", reason));
			}
		}
		// sinabs writes an empty v_mem for a layer that has not run yet.
		else if (!state || tensor.elements() > 0) {
			this.faults.ofTensor(name,
					"belongs to no layer, spike=<weight>:%s is expected to name the weight that " + "feeds it", module);
		}
	}

	private PlannedLayer layer(String name, String module) {
		FloatTensor threshold = this.tensors.get(module + ".spike_threshold");
		if (threshold == null) {
			Float given = this.options.spikeThreshold();
			threshold = FloatTensor.scalar((given != null) ? given : Float.NaN);
		}
		FloatTensor vMem = this.tensors.get(module + ".v_mem");
		return new PlannedLayer(name, module, weight(name), this.tensors.get(name + ".bias"), threshold,
				this.tensors.get(module + ".min_v_mem"), (vMem != null && vMem.elements() > 0) ? vMem : null,
				rescale(name), false, null, null);
	}

	private FloatTensor weight(String name) {
		FloatTensor weight = this.tensors.get(name + ".weight");
		if (weight == null) {
			throw new IllegalStateException(name);
		}
		return weight;
	}

	private double rescale(String name) {
		FloatTensor tensor = this.tensors.get(name + ".rescale");
		if (tensor != null) {
			return tensor.array()[0];
		}
		Double given = this.options.rescale();
		return (given != null) ? given : 1;
	}

}
