package dev.discretizer.discretize;

/**
 * Something the user should know about a result.
 *
 * @param tensor the tensor or threshold it is about, such as "weight"; of a network also
 * "v_reset", "rescale", or the name of a node
 * @param message what happened, with numbers
 * @param hint what to do
 */
public record Finding(Code code, Severity severity, String tensor, String message, String hint) {

	/** The severity of a finding; a sound layer has no warning. */
	public enum Severity {

		INFO("info"), WARNING("warning");

		private final String label;

		Severity(String label) {
			this.label = label;
		}

		/** The name in answers. */
		public String label() {
			return this.label;
		}

	}

	/** The codes of all findings; the names are part of the API. */
	public enum Code {

		/** min_v_mem, given or not, sets the layer's scale. */
		LOW_THRESHOLD_LIMITS,
		/** spike_threshold sets the layer's scale. */
		THRESHOLD_LIMITS,
		/** The bias sets the layer's scale. */
		BIAS_LIMITS,
		/** v_mem sets the layer's scale. */
		STATE_LIMITS,
		/** The integer threshold is 0. */
		THRESHOLD_ROUNDS_TO_ZERO,
		/** An integer threshold is off by more than 5 %. */
		THRESHOLD_ERROR,
		/** Over half of the nonzero weights became zero. */
		ZERO_FRACTION,
		/** A channel with a nonzero weight has only zero integers. */
		DEAD_OUTPUT_CHANNEL,
		/** A nonzero bias became zero. */
		BIAS_UNDERFLOW,
		/** An integer bias is not zero. */
		BIAS_ENABLES_LEAK,
		/** The largest integer weight is above the integer threshold. */
		WEIGHT_ABOVE_THRESHOLD,
		/** A finite value was clamped. */
		SATURATED,
		/** The input looks discretized already. */
		ALREADY_DISCRETE,
		/** min_v_mem was missing and did not limit. */
		MIN_V_MEM_UNSET,
		/** An element is not exact in binary32. */
		NARROWED,
		/** A weight takes any state to min_v_mem, as a less negative one would. */
		NEGATIVE_OUTLIER,
		/** A network's weights inhibit so strongly that min_v_mem cuts it off. */
		INHIBITION_LOST,
		/** A network has no min_v_mem: minus the threshold was taken. */
		MIN_V_MEM_ASSUMED,
		/** A network's file resets neurons to zero, sinabs subtracts the threshold. */
		RESET_MODE_ASSUMED,
		/** A state dict does not tell whether there are average pools between layers. */
		POOLING_UNKNOWN,
		/** A network pools the output of its last layer. */
		POOLING_NOT_ON_CHIP,
		/** A network's neurons have an r other than 1, which was ignored. */
		R_IGNORED,
		/** The channels of a state dict's layers do not chain in the order of names. */
		ORDER_UNKNOWN,
		/** Average pools before a layer ask for different factors of its weight. */
		RESCALE_CONFLICT,
		/** A layer fires at another rate in simulation than as trained. */
		RATE_SHIFT,
		/** A layer that fires as trained does not fire in simulation. */
		SILENT_LAYER,
		/** A simulated state does not fit the 16 bits of the chip. */
		STATE_BEYOND_16_BITS,
		/** An integer bias is not zero, so events cannot be simulated. */
		BIAS_NOT_SIMULATED,
		/** No scale gives the integers that were found. */
		CONTRADICTION,
		/** Two networks name their layers differently, and order decides. */
		PAIRED_BY_ORDER

	}

	/** A number of things for a message: "1 spike", "2 spikes". */
	public static String count(long number, String noun) {
		return number + " " + noun + agreeing(number, "", noun.endsWith("s") ? "es" : "s");
	}

	/** Some of the things there are for a message: "1 of 2 weights". */
	public static String share(long some, long all, String noun) {
		return some + " of " + count(all, noun);
	}

	/** The word that agrees with a number of things. */
	public static String agreeing(long number, String singular, String plural) {
		return (number == 1) ? singular : plural;
	}

}
