package dev.discretizer.web.api;

import java.util.AbstractList;
import java.util.List;

import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.discretize.DiscretizedTensor;
import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.Histogram;
import dev.discretizer.discretize.LayerReport;
import dev.discretizer.discretize.LayerScales;
import dev.discretizer.discretize.TensorReport;
import dev.discretizer.discretize.Term;
import dev.discretizer.graph.Destination;
import dev.discretizer.graph.Size2d;
import dev.discretizer.graph.Source;
import dev.discretizer.network.NetworkLayer;
import dev.discretizer.service.NetworkResult;
import dev.discretizer.service.TensorScale;
import dev.discretizer.tensor.FloatScalar;
import org.jspecify.annotations.Nullable;

import static dev.discretizer.web.api.JsonTypes.COUNT;
import static dev.discretizer.web.api.JsonTypes.FLOAT32;
import static dev.discretizer.web.api.JsonTypes.INTEGER;
import static dev.discretizer.web.api.JsonTypes.NUMBER;
import static dev.discretizer.web.api.JsonTypes.TENSOR;
import static dev.discretizer.web.api.JsonTypes.TENSOR_SCALAR;
import static dev.discretizer.web.api.JsonTypes.TEXT;

/**
 * The answers of the endpoints that discretize.
 */
public final class ResultObjects {

	/** The answer of {@code /scale}. */
	public static final JsonObject<TensorScale> SCALE = JsonObject.<TensorScale>of("The scale and what it comes from.")
		.member("scale", JsonTypes.SCALE.orNull(),
				"The factor, in binary32; null where all elements are zero, or so small "
						+ "(below about 3.7e-37) that it overflows.",
				TensorScale::scale)
		.member("bits", JsonTypes.BITS, "The bits it is for.", TensorScale::bits)
		.member("min", FLOAT32, "The smallest element.", TensorScale::min)
		.member("max", FLOAT32, "The largest element.", TensorScale::max);

	/** The answer of {@code /discretize/scalar}. */
	public static final JsonObject<Long> SCALAR = JsonObject.<Long>of("The integer.")
		.member("value", INTEGER.format("int64"), "The integer.", (value) -> value);

	private static final JsonObject<Histogram> HISTOGRAM = JsonObject
		.<Histogram>component("Histogram", "How often each integer occurs.")
		.member("low", INTEGER, "The integer that the first count is of: the smallest of the precision.",
				Histogram::low)
		.member("counts", new JsonType.ListOf<>(COUNT), "One count for each integer from `low` up to the largest.",
				(histogram) -> list(histogram.counts()));

	private static final JsonObject<TensorReport> TENSOR_REPORT = JsonObject
		.<TensorReport>component("TensorReport", "What discretizing a tensor cost, with `error = q / scale - x`.")
		.member("elements", COUNT, "How many elements it has.", TensorReport::elements)
		.member("zeros", COUNT, "How many of the integers are zero.", TensorReport::zeros)
		.member("levels_used", COUNT.orNull(),
				"How many different integers occur; null above 16 bits, where they are not counted.",
				TensorReport::levelsUsed)
		.member("levels_available", COUNT, "How many different integers there are: 2^bits.",
				TensorReport::levelsAvailable)
		.member("saturated", COUNT, "How many finite values left the range and were clamped.", TensorReport::saturated)
		.member("max_abs_error", NUMBER.atLeast(0), "The largest magnitude of an error, in the input's unit.",
				TensorReport::maxAbsError)
		.member("rms_error", NUMBER.atLeast(0), "The root of the mean squared error, in the input's unit.",
				TensorReport::rmsError)
		.member("sqnr_db", NUMBER.orNull(),
				"Ratio of signal to rounding error in dB, `10 log10(sum x^2 / sum error^2)`; null where there "
						+ "is no error or no signal.",
				TensorReport::sqnrDb)
		.with(JsonMember
			.<TensorReport, Histogram>of("histogram", new JsonType.ObjectOf<>(HISTOGRAM),
					"Only with `histogram=true`, and up to %d bits.".formatted(Histogram.MAX_BITS),
					TensorReport::histogram, (report) -> "")
			.optional());

	/** Declared separately, so that other objects can include it. */
	private static final JsonObject<Relative> RELATIVE_ERROR = JsonObject
		.<Relative>component("RelativeError", "How far an integer is off.")
		.member("relative_error", NUMBER.atLeast(0).orNull(),
				"`|q / scale - x| / |x|`; null where x is 0, or unset and not scaled.", Relative::error);

	private static final JsonObject<LayerReport> LAYER_REPORT = JsonObject
		.<LayerReport>component("LayerReport", "What discretizing a layer cost.")
		.object("weight", TENSOR_REPORT, "Of the rescaled weights.", LayerReport::weight)
		.member("bias", orNull(TENSOR_REPORT), "Null without a bias.", LayerReport::bias)
		.member("v_mem", orNull(TENSOR_REPORT), "Null without a state.", LayerReport::vMem)
		.object("spike_threshold", RELATIVE_ERROR, null, (report) -> new Relative(report.thresholdError()))
		.object("min_v_mem", RELATIVE_ERROR, null, (report) -> new Relative(report.minVMemError()))
		.member("dead_output_channels", new JsonType.ListOf<>(COUNT),
				"Indices of the output channels whose integer weights are all zero, ascending.",
				(report) -> list(report.deadOutputChannels()));

	private static final JsonObject<Finding> FINDING = JsonObject
		.<Finding>component("Finding", "Something to know about the result.")
		.member("code", JsonTypes.choice(List.of(Finding.Code.values()), Finding.Code::name), "What was found; stable.",
				Finding::code)
		.member("severity", JsonTypes.choice(List.of(Finding.Severity.values()), Finding.Severity::label),
				"How much it matters.", Finding::severity)
		.member("tensor", TEXT, "The tensor, the threshold or the node it is about.", Finding::tensor)
		.member("message", TEXT, "What happened, with numbers.", Finding::message)
		.member("hint", TEXT, "What to do.", Finding::hint);

	/** The findings of a tensor, a layer or a network. */
	static final JsonObject<List<Finding>> FINDINGS = JsonObject.<List<Finding>>of("")
		.with(JsonMember
			.<List<Finding>, List<Finding>>of("findings", new JsonType.ListOf<>(new JsonType.ObjectOf<>(FINDING)),
					"What there is to know about the result; a sound layer gets no warning.", (list) -> list,
					(list) -> "")
			.header(ResponseHeader.FINDINGS));

	/** The answer of {@code /discretize/tensor}. */
	public static final JsonObject<NamedTensor> NAMED_TENSOR = JsonObject
		.<NamedTensor>of("The integers, the scale, the report and the findings.")
		.with(JsonMember
			.<NamedTensor, Object>of("scale", JsonTypes.SCALE, "The factor that was used, in binary32.",
					(tensor) -> tensor.result().scale(), (tensor) -> "")
			.header(ResponseHeader.SCALE))
		.allOf(FINDINGS, (tensor) -> tensor.result().findings())
		.with(JsonMember
			.<NamedTensor, TensorReport>of("report", new JsonType.ObjectOf<>(TENSOR_REPORT),
					"Left out with `report=none`.", (tensor) -> tensor.result().report(), (tensor) -> "")
			.optional())
		.with(JsonMember.of("tensor", TENSOR, "The integers.", (tensor) -> tensor.result().tensor(), NamedTensor::name))
		.furtherTensor("scale", (tensor) -> new FloatScalar(tensor.result().scale()));

	private static final JsonObject<LayerScales> SCALES = JsonObject.<LayerScales>of("")
		.with(JsonMember
			.<LayerScales, Object>of("scale", JsonTypes.SCALE,
					"The factor of all of the layer's parameters, in binary32.", LayerScales::scale, (scales) -> "")
			.header(ResponseHeader.SCALE))
		.with(JsonMember
			.<LayerScales, Term>of("limited_by", JsonTypes.TERM,
					"The term whose candidate is the smallest, and so the scale, of equal ones the first; `error` with "
							+ "`scale_rule=joint`.",
					LayerScales::limitedBy, (scales) -> "")
			.header(ResponseHeader.LIMITED_BY))
		.object("candidates", candidates(), null, (scales) -> scales);

	private static final JsonObject<DiscretizedLayer> CONV_INTEGERS = JsonObject
		.<DiscretizedLayer>of("The convolutional layer's integers.")
		.member("weight", TENSOR, "Of the weight's shape.", DiscretizedLayer::weight)
		.member("bias", TENSOR.orNull(), "Null where the layer has none.", DiscretizedLayer::bias);

	private static final JsonObject<DiscretizedLayer> SPIKE_INTEGERS = JsonObject
		.<DiscretizedLayer>of("The spiking layer's integers.")
		.member("spike_threshold", TENSOR_SCALAR, "A whole number.", DiscretizedLayer::spikeThreshold)
		.member("min_v_mem", TENSOR_SCALAR, "A whole number; there also if it was not given.",
				DiscretizedLayer::minVMem)
		.member("v_mem", TENSOR.orNull(), "Null where none was given.", DiscretizedLayer::vMem);

	private static final JsonObject<DiscretizedLayer> FINDINGS_AND_REPORT = JsonObject.<DiscretizedLayer>of("")
		.allOf(FINDINGS, DiscretizedLayer::findings)
		.with(JsonMember
			.<DiscretizedLayer, LayerReport>of("report", new JsonType.ObjectOf<>(LAYER_REPORT),
					"Left out with `report=none`.", DiscretizedLayer::report, (layer) -> "")
			.optional());

	/** The answer of {@code /discretize/conv}. */
	public static final JsonObject<DiscretizedLayer> CONV = layer().allOf(FINDINGS_AND_REPORT, (layer) -> layer)
		.with(provenance())
		.object("conv", CONV_INTEGERS, null, (layer) -> layer);

	/** The answer of {@code /discretize/spike}. */
	public static final JsonObject<DiscretizedLayer> SPIKE = layer().allOf(FINDINGS_AND_REPORT, (layer) -> layer)
		.with(provenance())
		.object("spike", SPIKE_INTEGERS, null, (layer) -> layer);

	/** The answer of {@code /discretize/conv-spike}. */
	public static final JsonObject<DiscretizedLayer> CONV_SPIKE = layer().allOf(FINDINGS_AND_REPORT, (layer) -> layer)
		.with(provenance())
		.object("conv", CONV_INTEGERS, null, (layer) -> layer)
		.object("spike", SPIKE_INTEGERS, null, (layer) -> layer);

	private static final JsonType<List<Object>> POOL = new JsonType.ListOf<>(INTEGER.atLeast(1));

	private static final String POOL_WORDS = "Height and width of all pools on the way together; 1 and 1 without any.";

	private static final JsonObject<Source> SOURCE = JsonObject
		.<Source>of("A layer, or the input, that events come from.")
		.member("layer", TEXT.orNull(), "The layer's name; null for the input.", Source::layer)
		.member("pool", POOL, POOL_WORDS, (source) -> pool(source.pool()))
		.member("factor", JsonTypes.FLOAT64,
				"Product of `1 / (height * width)` of the average pools on the way; 1 without any.", Source::factor);

	private static final JsonObject<Destination> DESTINATION = JsonObject
		.<Destination>of("A layer, or an Output, that events go to.")
		.member("layer", TEXT.orNull(), "The layer's name; null for an Output.", Destination::layer)
		.member("output", TEXT.orNull(), "The Output's name; null for a layer.", Destination::output)
		.member("pool", POOL, POOL_WORDS, (destination) -> pool(destination.pool()));

	private static final JsonObject<NetworkLayer> NETWORK_LAYER = JsonObject.<NetworkLayer>of("A layer.")
		.member("name", TEXT, "The weight's node or module.", NetworkLayer::name)
		.member("spike_name", TEXT, "The neurons' node or module.", NetworkLayer::spikeName)
		.member("rescale", FLOAT32, "What the weight was multiplied by first, for the average pools before it.",
				NetworkLayer::rescale)
		.member("sources", new JsonType.ListOf<>(new JsonType.ObjectOf<>(SOURCE)).orNull(),
				"Where its events come from; null for a state dict, which does not tell.",
				(layer) -> (layer.connections() != null) ? layer.connections().sources() : null)
		.member("destinations", new JsonType.ListOf<>(new JsonType.ObjectOf<>(DESTINATION)).orNull(),
				"Where its events go to; null for a state dict, which does not tell.",
				(layer) -> (layer.connections() != null) ? layer.connections().destinations() : null)
		.allOf(SCALES, (layer) -> layer.layer().scales())
		.allOf(FINDINGS_AND_REPORT, NetworkLayer::layer)
		.with(JsonMember.of("conv", new JsonType.ObjectOf<>(CONV_INTEGERS), null, NetworkLayer::layer,
				(layer) -> layer.name() + "."))
		.with(JsonMember.of("spike", new JsonType.ObjectOf<>(SPIKE_INTEGERS), null, NetworkLayer::layer,
				(layer) -> layer.spikeName() + "."));

	/** The answer of {@code /discretize/network}. */
	public static final JsonObject<NetworkResult> NETWORK = JsonObject
		.<NetworkResult>of("The layers with their integers, the findings, and how it fits on a chip.")
		.allOf(FINDINGS, (network) -> network.discretized().findings())
		.member("fit", orNull(DeviceObjects.FIT), "Null unless `device` was given.",
				(network) -> network.discretized().fit())
		.with(provenance())
		.list("layers", NETWORK_LAYER,
				"A graph's in topological order, a state dict's in the natural order of their names.",
				(network) -> network.discretized().layers())
		.graph(NetworkResult::graph);

	private ResultObjects() {
	}

	/**
	 * A discretized tensor under the name it had in its container.
	 *
	 * @param name the tensor's name, also in binary answers
	 */
	public record NamedTensor(String name, DiscretizedTensor result) {
	}

	/** An error relative to the value, or null. */
	private record Relative(@Nullable Double error) {
	}

	private static List<Object> pool(Size2d pool) {
		return List.of(pool.height(), pool.width());
	}

	static <R> JsonMember<R> provenance() {
		return Origin.<R>member("Only with `provenance=true`.", false).optional();
	}

	private static JsonObject<DiscretizedLayer> layer() {
		return JsonObject
			.<DiscretizedLayer>of("The integers, the scale with what limited it, the report and the findings.")
			.allOf(SCALES, DiscretizedLayer::scales)
			.furtherTensor("scale", (layer) -> new FloatScalar(layer.scale()));
	}

	private static JsonObject<LayerScales> candidates() {
		JsonObject<LayerScales> candidates = JsonObject.component("Candidates",
				"The scale that each term of the layer allows on its own; null where it does not limit.");
		for (Term term : Term.PROPOSING) {
			candidates = candidates.member(term.label(), JsonTypes.SCALE.orNull(), switch (term) {
				case WEIGHT -> "Of the weights, after any rescale.";
				case BIAS -> "Of the biases.";
				case THRESHOLD -> "Of spike_threshold and min_v_mem together.";
				case STATE -> "Of v_mem.";
				case ERROR -> throw new IllegalArgumentException(term.label());
			}, (scales) -> scales.candidate(term));
		}
		return candidates;
	}

	private static <T> JsonType<T> orNull(JsonObject<T> object) {
		return new JsonType.ObjectOf<>(object).orNull();
	}

	/** A view, so that the channels of a large layer are not copied into boxes. */
	private static List<Object> list(int[] values) {
		return new AbstractList<>() {
			@Override
			public Object get(int index) {
				return values[index];
			}

			@Override
			public int size() {
				return values.length;
			}
		};
	}

}
