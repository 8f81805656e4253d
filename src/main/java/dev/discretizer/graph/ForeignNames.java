package dev.discretizer.graph;

/**
 * What other frameworks mean by the names of their parameters, for those who send a state
 * dict that is not of sinabs.
 */
final class ForeignNames {

	private ForeignNames() {
	}

	/**
	 * Says what a tensor is and what to do with it.
	 * @param module the module's name, such as "1"
	 * @param parameter the last part of the tensor's name
	 */
	static String describe(String module, String parameter) {
		return switch (parameter) {
			case "threshold", "v_threshold" -> "is a spike threshold under the name of another framework (snnTorch, "
					+ "NIR), %s.spike_threshold is expected".formatted(module);
			case "reset_mechanism_val", "graded_spikes_factor" ->
				"is a setting of snnTorch's neurons, which the chip does not have: leave it out";
			case "beta", "alpha", "alpha_mem", "alpha_syn" ->
				"is the decay of a leaky neuron (snnTorch, sinabs), none is expected: the chip's neurons do not leak; "
						+ "train with neurons that integrate only";
			case "tau_mem", "tau_syn", "tau", "w" -> "is the time constant of a leaky neuron (sinabs' LIF and ExpLeak, "
					+ "Norse, SpikingJelly), none is expected: the chip's neurons do not leak; train with IAF neurons";
			case "num_batches_tracked", "running_mean", "running_var" ->
				"is of a batch norm, none is expected: fold it into the weight and bias before it (sinabs' from_model "
						+ "and DynapcnnNetwork do)";
			default -> "has no meaning here, weight, bias, rescale, spike_threshold, min_v_mem or v_mem of a module is "
					+ "expected";
		};
	}

}
