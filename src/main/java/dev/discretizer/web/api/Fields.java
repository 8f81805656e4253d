package dev.discretizer.web.api;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.discretizer.behaviour.Mode;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.json.TensorStyle;
import dev.discretizer.codec.raw.RawReader;
import dev.discretizer.device.Device;
import dev.discretizer.device.Devices;
import dev.discretizer.discretize.Histogram;
import dev.discretizer.discretize.Precision;
import dev.discretizer.discretize.ScaleRule;
import dev.discretizer.discretize.UnsetMinVMem;
import dev.discretizer.graph.StateDictOptions;
import dev.discretizer.network.NetworkOptions;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.web.api.RequestField.Group;
import dev.discretizer.web.api.RequestField.Place;

/**
 * All fields of requests, and the lists of them that endpoints share.
 */
public final class Fields {

	private static final Group CONV = new Group("conv", "The convolutional (or linear) layer.");

	private static final Group SPIKE_LAYER = new Group("spike", "The spiking layer.");

	private static final String RANGE = "%d to %d, in two's complement".formatted(Precision.MIN_BITS,
			Precision.MAX_BITS);

	/** The tensor of endpoints that take one; files may give it another name. */
	public static final RequestField<FloatTensor> TENSOR = RequestField.tensor("tensor")
		.required()
		.words("The float parameters, of any shape with at least one element.");

	/** A number to discretize. */
	public static final RequestField<Double> VALUE = RequestField.float64("value")
		.required()
		.words("The number to discretize, in binary64.");

	private static final String SCALING_WORDS = "The factor to multiply by, finite and above zero.";

	/** The scaling of a number. */
	public static final RequestField<Double> SCALAR_SCALING = RequestField.float64("scaling")
		.aboveZero()
		.required()
		.words(SCALING_WORDS);

	/** The scaling of a tensor; without it, the scale follows from the bits. */
	public static final RequestField<Float> SCALING = RequestField.float32("scaling").aboveZero().words(SCALING_WORDS);

	/** The bits for which a scale is determined. */
	public static final RequestField<Long> SCALE_BITS = bits("bits").words("Bits of an integer, " + RANGE + ".")
		.byDefault((long) Precision.WEIGHT_BITS);

	/** The bits of a tensor's integers; no default if a scaling is given. */
	public static final RequestField<Long> BITS = bits("bits")
		.words("Bits of an integer, " + RANGE + "; 8 unless scaling is given.");

	/** Whether results are integers or floats. */
	public static final RequestField<Boolean> TO_INT = RequestField.bool("to_int")
		.words("Integers if true; the same values as float32, and never clamped, if false.")
		.byDefault(true);

	/** Weights of a layer. */
	public static final RequestField<FloatTensor> WEIGHT = RequestField.tensor("weight")
		.in(CONV)
		.required()
		.words("The layer's weights, of any rank from 1; the first dimension is the output channels.");

	/** Biases of a layer. */
	public static final RequestField<FloatTensor> BIAS = RequestField.tensor("bias")
		.in(CONV)
		.words("One bias for each output channel. A missing one does not limit, and stays missing.");

	/** The spike_threshold of a layer. */
	public static final RequestField<FloatTensor> SPIKE_THRESHOLD = RequestField.tensor("spike_threshold")
		.at(Place.EITHER)
		.required()
		.words("The membrane potential above which a neuron spikes, in the unit of the weights; above zero.");

	/** min_v_mem of a layer, the lower bound of its membrane potential. */
	public static final RequestField<FloatTensor> MIN_V_MEM = RequestField.tensor("min_v_mem")
		.at(Place.EITHER)
		.words("The lower bound of the membrane potential, in the unit of the weights; below spike_threshold. What a "
				+ "missing one means is up to unset_min_v_mem.");

	/** v_mem of a layer, its membrane potentials. */
	public static final RequestField<FloatTensor> V_MEM = RequestField.tensor("v_mem")
		.words("The membrane potentials, of any shape, in the unit of the weights. Limits the scale. One of shape [0], "
				+ "as sinabs has it before a layer has run, counts as absent.");

	/** Bits of weights. */
	public static final RequestField<Long> WEIGHT_BITS = bits("weight_bits").words("Bits of a weight, " + RANGE + ".")
		.byDefault((long) Precision.WEIGHT_BITS);

	/** Bits of biases; equal to the bits of weights unless given. */
	public static final RequestField<Long> BIAS_BITS = bits("bias_bits")
		.words("Bits of a bias, " + RANGE + "; weight_bits unless given.");

	/** Bits of thresholds and states. */
	public static final RequestField<Long> STATE_BITS = bits("state_bits")
		.words("Bits of spike_threshold, min_v_mem and v_mem, " + RANGE + ".")
		.byDefault((long) Precision.STATE_BITS);

	/** The factor that scales a layer's weight. */
	public static final RequestField<Double> RESCALE = RequestField.float64("rescale")
		.aboveZero()
		.words("Factor of the weight alone, applied before all else, as 0.25 after an average pool of 2 x "
				+ "2; finite and above zero.")
		.byDefault(1.0);

	/** How a missing min_v_mem is treated. */
	public static final RequestField<UnsetMinVMem> UNSET_MIN_V_MEM = RequestField
		.choice("unset_min_v_mem", List.of(UnsetMinVMem.values()), UnsetMinVMem::label)
		.words("What a missing min_v_mem means: -32768 before scaling as in sinabs (`reference`); "
				+ "minus the threshold as in sinabs' NIR import (`negative_threshold`); or the smallest integer of "
				+ "state_bits after scaling, which does not limit (`chip_minimum`).")
		.byDefault(UnsetMinVMem.REFERENCE);

	/** How a layer's scale is chosen. */
	public static final RequestField<ScaleRule> SCALE_RULE = RequestField
		.choice("scale_rule", List.of(ScaleRule.values()), ScaleRule::label)
		.words("How the scale is chosen: the largest at which no term leaves its range, as in sinabs (`reference`); or, "
				+ "for weights of 2 to 4 bits, the one at which weights and biases relative to the threshold are off "
				+ "least, with a whole threshold and the largest weights clamped (`joint`).")
		.byDefault(ScaleRule.REFERENCE);

	/** Whether reports count each integer. */
	public static final RequestField<Boolean> HISTOGRAM = RequestField.bool("histogram")
		.words("Whether reports count how often each integer occurs, for up to %d bits.".formatted(Histogram.MAX_BITS))
		.byDefault(false);

	/** Whether the answer says where it comes from. */
	public static final RequestField<Boolean> PROVENANCE = RequestField.bool("provenance")
		.words("Whether the answer has the digests of what went in and came out, and their digest as its `ETag`; then "
				+ "`If-None-Match` may be answered 304.")
		.byDefault(false);

	/** min_v_mem of all layers of a network. */
	public static final RequestField<FloatTensor> NETWORK_MIN_V_MEM = RequestField.element("min_v_mem")
		.words("The lower bound of the membrane potential of all layers that have none of their own, "
				+ "before scaling; below their spike_threshold. `min_v_mem.<node>` gives it for one layer, named by "
				+ "its weight or its neurons.");

	/** min_v_mem of single layers of a network. */
	public static final RequestField<Map<String, FloatTensor>> MIN_V_MEM_OF = RequestField
		.family("by_node", RequestField.element("min_v_mem"))
		.words("Further parameters by their own names, `min_v_mem.<node>`: min_v_mem of one layer, named by its weight or "
				+ "its neurons, as in `min_v_mem.3=-1.5`.");

	/** rescale of single layers of a graph. */
	public static final RequestField<Map<String, Double>> RESCALE_OF = RequestField
		.family("rescale_by_node", RequestField.float64("rescale").aboveZero())
		.onlyWith(Format.HDF5)
		.words("NIR files only: further parameters by their own names, `rescale.<node>`: the factor of one layer's weight, "
				+ "named by it or its neurons, instead of that of the average pools before it, as in `rescale.3=0.25`; "
				+ "finite and above zero.");

	/** Whether the resistance of neurons is ignored where it is other than 1. */
	public static final RequestField<Boolean> R = RequestField
		.choice("r", List.of(false, true), (ignored) -> ignored ? "ignore" : "refuse")
		.at(Place.QUERY)
		.onlyWith(Format.HDF5)
		.words("NIR files only: what becomes of an r of IF nodes other than 1, such as the 1/dt that SpikingJelly "
				+ "writes: refused, or counted as 1 as in sinabs' from_nir (`ignore`).")
		.byDefault(false);

	/** The chip that a network is for. */
	public static final RequestField<Device> DEVICE = RequestField.choice("device", Devices.all(), Device::name)
		.at(Place.QUERY)
		.words("The chip that the network shall fit on, one of those at `/api/v1/devices`; needs a NIR file, "
				+ "as a state dict does not tell the sizes of images.");

	private static final String NOT_BOTH = " Here or in the body, not both.";

	/** spike_threshold of all layers of a state dict. */
	public static final RequestField<Float> NETWORK_SPIKE_THRESHOLD = RequestField.float32("spike_threshold")
		.aboveZero()
		.onlyWith(Format.SAFETENSORS)
		.words("State dicts only: the spike_threshold of all layers, in the unit of the weights; above zero."
				+ NOT_BOTH);

	/** rescale of all weights of a state dict. */
	public static final RequestField<Double> NETWORK_RESCALE = RequestField.float64("rescale")
		.aboveZero()
		.onlyWith(Format.SAFETENSORS)
		.words("State dicts only: the factor of all weights; finite and above zero." + NOT_BOTH)
		.orElse(1.0);

	/** For each layer of a state dict, the module that holds its spike tensors. */
	public static final RequestField<Map<String, String>> SPIKE = RequestField.text("spike", StateDictOptions::pairs)
		.onlyWith(Format.SAFETENSORS)
		.words("State dicts only: pairs of a weight's module and the module that holds its spike tensors, "
				+ "as in `0:2,5:6`.")
		.orElse(Map.of());

	/** The widths of a sweep. */
	public static final RequestField<List<Long>> SWEEP_BITS = RequestField.text("bits", TextLists::widths)
		.at(Place.QUERY)
		.words("Widths of weights, each " + RANGE + ", with commas in between; 2,3,4,5,6,8 unless given.")
		.orElse(List.of(2L, 3L, 4L, 5L, 6L, 8L));

	/** The rules of a sweep. */
	public static final RequestField<List<ScaleRule>> SCALE_RULES = RequestField.text("scale_rules", TextLists::rules)
		.at(Place.QUERY)
		.words("Which rules to try, of `reference` and `joint`, with a comma in between; both unless given.")
		.orElse(List.of(ScaleRule.values()));

	/** The element type of raw bytes. */
	public static final RequestField<DType> DTYPE = RequestField.choice("dtype", List.of(DType.values()), DType::label)
		.at(Place.QUERY)
		.onlyWith(Format.RAW)
		.expecting("a type such as float32", Cause.UNSUPPORTED_DTYPE)
		.words("Raw bodies only, and they need it: the elements' type.");

	/** The shape of raw bytes. */
	public static final RequestField<long[]> SHAPE = RequestField.text("shape", RawReader::parseShape)
		.at(Place.QUERY)
		.onlyWith(Format.RAW)
		.expecting("a shape such as 16,2,5,5", Cause.WRONG_TYPE)
		.words("Raw bodies only, and they need it: the sizes of the dimensions with commas in between, empty for rank 0.");

	/** The form of tensors in JSON answers. */
	public static final RequestField<TensorStyle> TENSORS = RequestField
		.choice("tensors", List.of(TensorStyle.values()), TensorStyle::label)
		.at(Place.QUERY)
		.words("How tensors stand in JSON answers.")
		.byDefault(TensorStyle.FLAT);

	/** Whether answers include a report. */
	public static final RequestField<Boolean> REPORT = RequestField
		.choice("report", List.of(true, false), (wanted) -> wanted ? "full" : "none")
		.at(Place.QUERY)
		.words("Whether the report is wanted. npy and raw answers have no place for one.")
		.byDefault(true);

	/** Length of a time step. */
	public static final RequestField<Long> DT = RequestField.integer("dt", 1, Long.MAX_VALUE)
		.at(Place.QUERY)
		.words("Microseconds of a time step, at least 1. Recordings of events need it, unless integer_event alone is run.");

	/** Start of the first time step. */
	public static final RequestField<Long> T0 = RequestField.integer("t0", Long.MIN_VALUE, Long.MAX_VALUE)
		.at(Place.QUERY)
		.words("Microseconds at which the first time step begins; the time of a recording's first event unless given. No "
				+ "event may be earlier.");

	/** How a network is simulated. */
	public static final RequestField<Set<Mode>> MODES = RequestField.text("modes", TextLists::modes)
		.at(Place.QUERY)
		.words("Which simulations to run, of `float_step`, `integer_step` and `integer_event`, with commas in between; all "
				+ "of them unless given.")
		.orElse(EnumSet.allOf(Mode.class));

	/** The right answer to each recording. */
	public static final RequestField<List<Integer>> LABELS = RequestField.text("labels", TextLists::labels)
		.at(Place.QUERY)
		.words("The number of the right output neuron for each recording, from 0, as in `3,7,1`.")
		.orElse(List.of());

	/** Whether all events of a recording go to the one channel of a network. */
	public static final RequestField<Boolean> MERGE_POLARITY = RequestField.bool("merge_polarity")
		.at(Place.QUERY)
		.words("Whether all events go to channel 0, of a network with one input channel.")
		.byDefault(false);

	/** Fields that describe raw bytes. */
	static final List<RequestField<?>> OF_RAW = List.of(DTYPE, SHAPE);

	/** Fields that choose the form of an answer with tensors. */
	static final List<RequestField<?>> OF_ANSWERS = List.of(TENSORS, REPORT);

	/** Fields that control how a layer is discretized. */
	static final List<RequestField<?>> OF_LAYERS = List.of(TO_INT, WEIGHT_BITS, BIAS_BITS, STATE_BITS, RESCALE,
			UNSET_MIN_V_MEM, SCALE_RULE, HISTOGRAM, PROVENANCE);

	/** The tensors of a layer, as members of conv and of the body itself. */
	static final List<RequestField<?>> CONV_TENSORS = List.of(WEIGHT, BIAS, SPIKE_THRESHOLD, MIN_V_MEM, V_MEM);

	/** The tensors of a layer, as members of conv and spike. */
	static final List<RequestField<?>> CONV_SPIKE_TENSORS = List.of(WEIGHT, BIAS, SPIKE_THRESHOLD.in(SPIKE_LAYER),
			MIN_V_MEM.in(SPIKE_LAYER), V_MEM.in(SPIKE_LAYER));

	/** Fields that control how a network is discretized. */
	static final List<RequestField<?>> OF_NETWORKS = List.of(NETWORK_MIN_V_MEM, DEVICE, NETWORK_SPIKE_THRESHOLD,
			NETWORK_RESCALE, SPIKE, TO_INT, WEIGHT_BITS, BIAS_BITS, STATE_BITS,
			UNSET_MIN_V_MEM.byDefault(NetworkOptions.UNSET_MIN_V_MEM)
				.words(UNSET_MIN_V_MEM.words() + " Unlike for single layers, `negative_threshold` unless given."),
			SCALE_RULE, HISTOGRAM, PROVENANCE, MIN_V_MEM_OF, RESCALE_OF, R);

	/** Fields that control a sweep over a network. */
	static final List<RequestField<?>> OF_SWEEPS = OF_NETWORKS.stream()
		.filter((field) -> !List.of(DEVICE, TO_INT, WEIGHT_BITS, SCALE_RULE, HISTOGRAM, PROVENANCE).contains(field))
		.map((field) -> (field == BIAS_BITS)
				? BIAS_BITS.words("Bits of a bias, " + RANGE + "; unless given, those of the weights.") : field)
		.toList();

	/** Fields that say how a network to be verified was discretized. */
	static final List<RequestField<?>> OF_VERIFICATIONS = OF_NETWORKS.stream()
		.filter((field) -> !List.of(DEVICE, SCALE_RULE, HISTOGRAM).contains(field))
		.toList();

	/** Fields that control how a network in a part is discretized to be simulated. */
	public static final List<RequestField<?>> OF_SIMULATED_NETWORKS = OF_NETWORKS.stream()
		.filter((field) -> field.isFor(Format.HDF5) && field != DEVICE)
		.map((field) -> (field == TO_INT)
				? TO_INT
					.words("Integers are simulated in any case; if false, a calibrated network in safetensors holds "
							+ "them as float32.")
				: (field == HISTOGRAM) ? HISTOGRAM.words("Changes nothing here, as answers have no report.") : field)
		.toList();

	/** The report, which answers about behaviour do not have. */
	static final RequestField<Boolean> NO_REPORT = REPORT.words("Changes nothing here, as answers have no report.");

	/** Fields that control how recordings are read and simulated. */
	static final List<RequestField<?>> OF_RECORDINGS = List.of(DT, T0, LABELS, MERGE_POLARITY);

	private Fields() {
	}

	private static RequestField<Long> bits(String name) {
		return RequestField.integer(name, Precision.MIN_BITS, Precision.MAX_BITS);
	}

}
