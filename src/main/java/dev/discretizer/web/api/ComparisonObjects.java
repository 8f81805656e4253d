package dev.discretizer.web.api;

import java.util.List;

import dev.discretizer.discretize.ScaleRule;
import dev.discretizer.network.SweepRow;

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

	private ComparisonObjects() {
	}

}
