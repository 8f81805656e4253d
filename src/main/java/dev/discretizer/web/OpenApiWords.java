package dev.discretizer.web;

import java.util.List;

import dev.discretizer.codec.Field;
import dev.discretizer.discretize.Precision;
import io.swagger.v3.oas.models.tags.Tag;

/**
 * What people read of each endpoint and field: what it does, its unit, its range.
 */
final class OpenApiWords {

	static final String LAYERS = "Layers";

	static final String TENSORS = "Tensors";

	static final String NETWORKS = "Networks";

	/** The document's own description. */
	static final String API = """
			Turns the float parameters of convolutional and spiking layers into the integers that the neuromorphic chips \
			DYNAP-CNN and Speck store. It is the `discretize` module of sinabs 3.1.3 as a service, with the same integers \
			to the last bit, and it also tells what the original does not: the scale, what limited it, what rounding cost, \
			and what will go wrong on chip.

			**To begin**, open `POST /api/v1/discretize/conv-spike` below, choose an example and press *Execute*. The \
			examples whose names begin with *Trap* show what goes wrong most often; read `limited_by` and `findings` in \
			their answers.

			**How it works.** All of a layer's parameters are multiplied by one scale and rounded, half to even. The scale \
			is the largest at which none of them leaves its range: by default 8 bits for weights and biases, 16 bits for \
			thresholds and membrane states. The arithmetic is that of IEEE 754 binary32.

			**Tensors** travel in JSON (nested arrays as `.tolist()` gives them, or flat, or base64), or as safetensors, \
			NumPy's npz and npy, or raw bytes. `Content-Type` names the body's format, `Accept` that of the answer; without \
			`Accept` the answer has the body's format. The examples of the binary formats are files under \
			`/api/v1/examples/`; save one and choose it as the body. Whole networks travel as NIR files (HDF5): \
			[tiny.nir](/api/v1/examples/tiny.nir) is one to try with `POST /api/v1/discretize/network`.

			**Every call is a pure function**: nothing is stored, and calls are safe to repeat. Failures are answered with \
			`application/problem+json` (RFC 9457), whatever was asked for; `detail` names the tensor, what was found and \
			what was expected.""";

	/**
	 * What is said of one endpoint.
	 *
	 * @param id the operation's id, for generated clients
	 * @param tag its group
	 * @param summary one line
	 * @param description what it computes, of which function of sinabs
	 * @param answer what a success holds
	 */
	record Words(String id, String tag, String summary, String description, String answer) {
	}

	private static final String RANGE = "%d to %d, in two's complement".formatted(Precision.MIN_BITS,
			Precision.MAX_BITS);

	private static final String ONE_SCALE = """
			One scale holds for all of a layer's parameters, the smallest that a term of it allows: \
			`scale = min(weight, bias, threshold, state)`, see `candidates` and `limited_by` in the answer.

			""";

	private static final String UNSET = """


			A missing `min_v_mem` counts as -32768, as in sinabs, which holds the scale at 1 and costs most weights their \
			value: give it, or choose `unset_min_v_mem`. A `v_mem` that is given always limits the scale (sinabs' \
			`discretize_conv` does not read it).""";

	private static final String NETWORK = """
			What `DynapcnnNetwork(discretize=True)` would put on the chip, layer by layer, each as \
			`POST /api/v1/discretize/conv-spike` does it.

			A **NIR file** holds a graph of Input, Output, Conv2d, Linear, Affine, IF, SumPool2d, AvgPool2d and Flatten. \
			Each weight is paired with the IF node it feeds. An average pool becomes a sum pool, and its factor the \
			`rescale` of the next layer. NIR has no `min_v_mem`: give one for all layers, or `min_v_mem.<node>` for one; \
			otherwise it is minus the threshold, as in sinabs' NIR import. What a Speck cannot do is refused with 422, \
			every node and reason at once. With `device` the answer says whether the network fits on that chip, and on \
			which core each layer goes.

			A **state dict** in safetensors holds `<name>.weight` of rank 2 or 4, `<name>.bias`, and `<name>.spike_threshold`, \
			`<name>.min_v_mem`, `<name>.rescale` of one element each where the query does not give them for all; `spike` \
			pairs weights with the spiking modules of other names.

			The answer is JSON, or a file: a NIR file with the same nodes and edges and integers for floats (for NIR \
			files), or safetensors. Files hold the JSON answer without its integers as metadata, under `discretizer`.

			sinabs: `DynapcnnNetwork`.""";

	private static final String LAYER_ANSWER = "The integers, the scale with what limited it, the report and the findings.";

	/** What is said of a threshold that may be an array. */
	static final String COLLAPSES = " An array counts as its one value if all its elements are equal.";

	private OpenApiWords() {
	}

	/** The groups of operations. */
	static List<Tag> tags() {
		return List.of(
				new Tag().name(LAYERS)
					.description("A convolutional layer (or a linear one) and the spiking layer it feeds."),
				new Tag().name(NETWORKS).description("Whole networks, and the chips that they are for."),
				new Tag().name(TENSORS).description("Single tensors and numbers, without the rest of their layer."));
	}

	static Words of(Endpoint endpoint) {
		return switch (endpoint) {
			case SCALE -> new Words("determineScale", TENSORS, "The scale of a tensor",
					"""
							The largest factor at which no element of the tensor leaves the range of `bits`: \
							`|(1 / m) * n|` in binary32, where m is the extreme that limits and n the end of the range on its side.

							sinabs: `determine_discretization_scale`.""",
					"The scale and what it comes from.");
			case SCALAR -> new Words("discretizeScalar", TENSORS, "Discretize a number", """
					`rint(value * scaling)`, half to even, in IEEE 754 binary64.

					sinabs: `discretize_scalar`.""", "The integer.");
			case TENSOR -> new Words("discretizeTensor", TENSORS, "Discretize a tensor",
					"""
							`rint(tensor * scale)`, half to even, in binary32. The scale is `scaling` if that is given, else the \
							largest at which no element leaves the range of `bits`. With both, values beyond that range are clamped and \
							counted; with `scaling` alone the integers are of 32 bits.

							sinabs: `discretize_tensor`.""",
					"The integers, the scale, the report and the findings.");
			case CONV -> new Words("discretizeConv", LAYERS, "Discretize a convolutional layer",
					ONE_SCALE
							+ "This one answers with the integers of `weight` and `bias`.\n\nsinabs: `discretize_conv`."
							+ UNSET,
					LAYER_ANSWER);
			case SPIKE -> new Words("discretizeSpike", LAYERS, "Discretize a spiking layer", ONE_SCALE
					+ "This one answers with the integers of `spike_threshold`, `min_v_mem` and `v_mem`.\n\nsinabs: "
					+ "`discretize_spk`." + UNSET, LAYER_ANSWER);
			case CONV_SPIKE -> new Words("discretizeConvSpike", LAYERS,
					"Discretize a convolutional layer and its spiking layer",
					ONE_SCALE + "This one answers with the integers of both layers.\n\nsinabs: `discretize_conv_spike`."
							+ UNSET,
					LAYER_ANSWER);
			case NETWORK -> new Words("discretizeNetwork", NETWORKS, "Discretize a network", NETWORK,
					"The layers with their integers, in the order that data flows, the findings, and how it fits on a chip.");
		};
	}

	/** What a field is, in which unit and range. */
	static String of(Field field, Endpoint endpoint) {
		return (endpoint == Endpoint.NETWORK) ? ofNetwork(field) : ofLayer(field, endpoint);
	}

	private static String ofNetwork(Field field) {
		return switch (field.name()) {
			case "min_v_mem" -> "The lower bound of the membrane potential of all layers that have none of their own, "
					+ "before scaling; below their spike_threshold. `min_v_mem.<node>` gives it for one layer, named by "
					+ "its weight or its neurons.";
			case "device" ->
				"The chip that the network shall fit on, one of those at `/api/v1/devices`; needs a NIR file, "
						+ "as a state dict does not tell the sizes of images.";
			case "spike_threshold" ->
				"State dicts only: the spike_threshold of all layers, in the unit of the weights; " + "above zero.";
			case "rescale" -> "State dicts only: the factor of all weights; finite and above zero.";
			case "spike" -> "State dicts only: pairs of a weight's module and the module that holds its spike tensors, "
					+ "as in `0:2,5:6`.";
			case "unset_min_v_mem" ->
				ofLayer(field, Endpoint.NETWORK) + " Unlike for single layers, `negative_threshold` unless given.";
			default -> ofLayer(field, Endpoint.NETWORK);
		};
	}

	private static String ofLayer(Field field, Endpoint endpoint) {
		return switch (field.name()) {
			case "tensor" -> "The float parameters, of any shape with at least one element.";
			case "weight" -> "The layer's weights, of any rank from 1; the first dimension is the output channels.";
			case "bias" -> "One bias for each output channel. A missing one does not limit, and stays missing.";
			case "spike_threshold" ->
				"The membrane potential above which a neuron spikes, in the unit of the weights; " + "above zero.";
			case "min_v_mem" -> "The lower bound of the membrane potential, in the unit of the weights; below "
					+ "spike_threshold. What a missing one means is up to unset_min_v_mem.";
			case "v_mem" -> "The membrane potentials, of any shape, in the unit of the weights. Limits the scale.";
			case "value" -> "The number to discretize, in binary64.";
			case "scaling" -> "The factor to multiply by, finite and above zero.";
			case "bits" ->
				"Bits of an integer, " + RANGE + ((endpoint == Endpoint.SCALE) ? "." : "; 8 unless scaling is given.");
			case "to_int" -> "Integers if true; the same values as float32, and never clamped, if false.";
			case "weight_bits" -> "Bits of a weight, " + RANGE + ".";
			case "bias_bits" -> "Bits of a bias, " + RANGE + "; weight_bits unless given.";
			case "state_bits" -> "Bits of spike_threshold, min_v_mem and v_mem, " + RANGE + ".";
			case "rescale" ->
				"Factor of the weight alone, applied before all else, as 0.25 after an average pool of 2 x "
						+ "2; finite and above zero.";
			case "unset_min_v_mem" ->
				"What a missing min_v_mem means: -32768 before scaling as in sinabs (`reference`); "
						+ "minus the threshold as in sinabs' NIR import (`negative_threshold`); or the smallest integer of "
						+ "state_bits after scaling, which does not limit (`chip_minimum`).";
			default -> throw new IllegalArgumentException("no words for field " + field.name());
		};
	}

}
