package dev.discretizer.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import dev.discretizer.device.ChipLayer;
import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.discretize.EffectiveSqnr;
import dev.discretizer.discretize.ImpossibleInputException;
import dev.discretizer.discretize.Layer;
import dev.discretizer.discretize.LayerDiscretization;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.discretize.LayerReport;
import dev.discretizer.discretize.Precision;
import dev.discretizer.discretize.ScaleRule;
import dev.discretizer.discretize.TensorReport;
import dev.discretizer.graph.MalformedNetworkException;
import dev.discretizer.graph.Plan;
import dev.discretizer.graph.PlannedLayer;
import org.jspecify.annotations.Nullable;

/**
 * Discretizes each layer of a network to several widths by several rules and computes the
 * cost of each, so that the user can choose a width.
 */
public final class NetworkSweep {

	private final List<SweepRow> rows = new ArrayList<>();

	private final @Nullable Long biasBits;

	private NetworkSweep(@Nullable Long biasBits) {
		this.biasBits = biasBits;
	}

	/**
	 * Sweeps a network.
	 * @param options their bits of weights, scale rule and chip are not used; integers
	 * are always made
	 * @param bits widths of weights
	 * @param biasBits width of biases, or null for that of the weights
	 * @param rules how scales are chosen
	 * @return a row for each layer, width and rule: layers in the order of the plan,
	 * widths and rules in the order given
	 * @throws MalformedNetworkException if the options name a layer that the network does
	 * not have
	 * @throws ImpossibleInputException if a layer cannot be discretized, or a width is
	 * out of range
	 */
	public static List<SweepRow> sweep(Plan plan, NetworkOptions options, List<Long> bits, @Nullable Long biasBits,
			List<ScaleRule> rules) {
		NetworkSweep sweep = new NetworkSweep(biasBits);
		NetworkDiscretization inputs = NetworkDiscretization.of(plan, options);
		for (long width : bits) {
			Precision.of(width, "bits");
		}
		for (PlannedLayer layer : plan.layers()) {
			for (long width : bits) {
				for (ScaleRule rule : rules) {
					sweep.rows.add(inputs.with(layer, (input, given) -> sweep.row(layer, input, given, width, rule)));
				}
			}
		}
		return List.copyOf(sweep.rows);
	}

	private SweepRow row(PlannedLayer planned, Layer layer, LayerOptions given, long bits, ScaleRule rule) {
		LayerOptions options = new LayerOptions(true, bits, (this.biasBits != null) ? this.biasBits : bits,
				given.stateBits(), given.rescale(), given.unsetMinVMem(), true, rule, false);
		DiscretizedLayer result = LayerDiscretization.discretize(layer, options);
		LayerReport report = Objects.requireNonNull(result.report());
		TensorReport weight = report.weight();
		float threshold = layer.spikeThreshold().array()[0];
		int[] integer = new int[1];
		result.spikeThreshold().ints(0, integer, 0, 1);
		long memory = ChipLayer.kernelMemory(layer.weight().shape());
		return new SweepRow(planned.name(), (int) bits, rule, result.scale(), integer[0], weight.sqnrDb(),
				EffectiveSqnr.db(layer.weight(), (float) options.rescale(), result.weight(), threshold, integer[0]),
				weight.maxAbsError(), weight.zeros(), report.deadOutputChannels().length,
				(integer[0] / (double) result.scale() - threshold) / threshold, weight.saturated(), memory,
				Math.ceilDiv(memory * bits, (long) Byte.SIZE));
	}

}
