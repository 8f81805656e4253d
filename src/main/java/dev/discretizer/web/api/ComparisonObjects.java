package dev.discretizer.web.api;

import java.util.List;

import dev.discretizer.discretize.ScaleRule;
import dev.discretizer.network.Difference;
import dev.discretizer.network.NetworkLayerMatch;
import dev.discretizer.network.ScaleRange;
import dev.discretizer.network.SweepRow;
import dev.discretizer.network.TensorMatch;
import dev.discretizer.service.VerificationResult;

import static dev.discretizer.web.api.JsonTypes.COUNT;
import static dev.discretizer.web.api.JsonTypes.INTEGER;
import static dev.discretizer.web.api.JsonTypes.NUMBER;
import static dev.discretizer.web.api.JsonTypes.TEXT;

/**
 * The answers of the endpoints that compare discretizations of a network.
 */
public final class ComparisonObjects {

	private static final JsonObject<SweepRow> SWEEP_ROW = JsonObject
		.<SweepRow>component("SweepRow",
				"A layer, discretized to a width by a rule; figures are of its rescaled weights.")
		.member("layer", TEXT, "The weight's node or module.", SweepRow::layer)
		.member("bits", JsonTypes.BITS, "Bits of a weight.", SweepRow::bits)
		.member("scale_rule", JsonTypes.choice(List.of(ScaleRule.values()), ScaleRule::label),
				"How the scale was chosen.", SweepRow::rule)
		.member("scale", JsonTypes.SCALE, "The factor of all of the layer's parameters, in binary32.", SweepRow::scale)
		.member("spike_threshold", INTEGER, "The integer threshold.", SweepRow::spikeThreshold)
		.member("sqnr_db", NUMBER.orNull(),
				"Ratio of signal to rounding error in dB; null where there is no error or no signal.", SweepRow::sqnrDb)
		.member("effective_sqnr_db", NUMBER.orNull(),
				"The same of `q * threshold / integer threshold`, which is what a neuron sees; null also where the "
						+ "integer threshold is 0.",
				SweepRow::effectiveSqnrDb)
		.member("max_abs_error", NUMBER.atLeast(0), "The largest magnitude of an error, in the weights' unit.",
				SweepRow::maxAbsError)
		.member("zeros", COUNT, "How many of the integers are zero.", SweepRow::zeros)
		.member("dead_output_channels", COUNT, "How many output channels have only zero integers.",
				SweepRow::deadOutputChannels)
		.member("threshold_error", NUMBER,
				"`(q / scale - threshold) / threshold`: below zero, neurons fire more easily than trained.",
				SweepRow::thresholdError)
		.member("saturated", COUNT, "How many weights were clamped.", SweepRow::saturated)
		.member("kernel_memory", COUNT,
				"Entries of a core's kernel memory; a Linear of a state dict counts as a convolution of one pixel.",
				SweepRow::kernelMemory)
		.member("kernel_bytes", COUNT, "The same in bytes of that width, rounded up.", SweepRow::kernelBytes);

	/** The answer of {@code /sweep}. */
	public static final JsonObject<List<SweepRow>> SWEEP = JsonObject
		.<List<SweepRow>>of(
				"A row for each layer, width and rule: layers in topological order, widths and rules in the "
						+ "order asked for.")
		.list("rows", SWEEP_ROW, "In CSV the lines after the first, which names the columns.", (rows) -> rows);

	private static final JsonObject<Difference> DIFFERENCE = JsonObject
		.<Difference>of("An integer that is not the expected one.")
		.member("index", COUNT, "Of the element, in C order.", Difference::index)
		.member("expected", JsonTypes.FLOAT32, "What the rule gives.", Difference::expected)
		.member("found", JsonTypes.FLOAT32, "What the file holds.", Difference::found)
		.member("product", JsonTypes.FLOAT32,
				"What the expected one was rounded from: the rescaled element times the scale, in binary32.",
				Difference::product);

	private static final JsonObject<TensorMatch> TENSOR_MATCH = JsonObject
		.<TensorMatch>component("TensorMatch", "The comparison of a tensor.")
		.member("name", TEXT, "`weight`, `bias`, `spike_threshold`, `min_v_mem` or `v_mem`.", TensorMatch::name)
		.member("elements", COUNT, "How many elements it has.", TensorMatch::elements)
		.member("mismatches", COUNT, "How many of them are not the expected ones.", TensorMatch::mismatches)
		.list("first", DIFFERENCE, "The first of these, at most %d.".formatted(TensorMatch.MOST), TensorMatch::first);

	private static final JsonObject<ScaleRange> SCALE_RANGE = JsonObject
		.<ScaleRange>of("All binary32 scales from the smallest to the largest.")
		.member("low", JsonTypes.SCALE, "The smallest scale.", ScaleRange::low)
		.member("high", JsonTypes.SCALE, "The largest scale.", ScaleRange::high)
		.member("count", INTEGER.atLeast(1), "How many scales these are.", ScaleRange::count);

	private static final String UNKNOWN = "unknown";

	private static final List<String> RULES = List.of(ScaleRule.REFERENCE.label(), ScaleRule.JOINT.label(), UNKNOWN);

	private static final JsonObject<NetworkLayerMatch> LAYER_MATCH = JsonObject
		.<NetworkLayerMatch>component("LayerMatch", "The comparison of a layer.")
		.member("name", TEXT, "The weight's node or module in the original.", NetworkLayerMatch::name)
		.member("match", JsonTypes.BOOLEAN, "Whether a rule gives exactly these integers.",
				(layer) -> layer.layer().match())
		.member("rule", JsonTypes.choice(RULES, (rule) -> rule), "The rule that gives them.",
				(layer) -> (layer.layer().rule() != null) ? layer.layer().rule().label() : UNKNOWN)
		.member("scale", JsonTypes.SCALE,
				"The scale of that rule; if it is unknown, of the rule with fewer mismatches.",
				(layer) -> layer.layer().scale())
		.member("scale_range", new JsonType.ObjectOf<>(SCALE_RANGE).orNull(),
				"The scales at which every weight, bias and threshold gives the integer found, by any rule; null where "
						+ "there is none.",
				(layer) -> layer.layer().scaleRange())
		.list("tensors", TENSOR_MATCH, "The tensors that were compared.", (layer) -> layer.layer().tensors());

	/** The answer of {@code /verify}. */
	public static final JsonObject<VerificationResult> VERIFICATION = JsonObject
		.<VerificationResult>of("Whether the one network gives the other, layer by layer.")
		.member("match", JsonTypes.BOOLEAN, "Whether every layer matches.", (result) -> result.match().match())
		.list("layers", LAYER_MATCH, "In the order of the original network.", (result) -> result.match().layers())
		.allOf(ResultObjects.FINDINGS, VerificationResult::findings)
		.with(Origin.member("That of `POST /api/v1/discretize/network` for the original, by the rules found; null "
				+ "unless `provenance` is true and the networks match.", true));

	private ComparisonObjects() {
	}

}
