package dev.discretizer.network;

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
 * cost of each, so that the user can choose a width. Rows are computed one by one, since
 * a large layer may take long. Immutable and thread-safe.
 */
public final class NetworkSweep {

	private final Plan plan;

	private final NetworkDiscretization inputs;

	private final List<Long> bits;

	private final @Nullable Long biasBits;

	private final List<ScaleRule> rules;

	private NetworkSweep(Plan plan, NetworkDiscretization inputs, List<Long> bits, @Nullable Long biasBits,
			List<ScaleRule> rules) {
		this.plan = plan;
		this.inputs = inputs;
		this.bits = List.copyOf(bits);
		this.biasBits = biasBits;
		this.rules = List.copyOf(rules);
	}

	/**
	 * Prepares a sweep: a row for each layer, width and rule; layers in the order of the
	 * plan, widths and rules in the order given.
	 * @param options their bits of weights, scale rule and chip are not used; integers
	 * are always made
	 * @param bits widths of weights
	 * @param biasBits width of biases, or null for that of the weights
	 * @param rules how scales are chosen
	 * @throws MalformedNetworkException if the options name a layer that the network does
	 * not have
	 * @throws ImpossibleInputException if a width is out of range
	 */
	public static NetworkSweep of(Plan plan, NetworkOptions options, List<Long> bits, @Nullable Long biasBits,
			List<ScaleRule> rules) {
		for (long width : bits) {
			Precision.of(width, "bits");
		}
		return new NetworkSweep(plan, NetworkDiscretization.of(plan, options), bits, biasBits, rules);
	}

	/** Number of rows. */
	public int rows() {
		return this.plan.layers().size() * this.bits.size() * this.rules.size();
	}

	/**
	 * Computes a row.
	 * @param index from 0
	 * @throws ImpossibleInputException if the layer cannot be discretized
	 */
	public SweepRow row(int index) {
		ScaleRule rule = this.rules.get(index % this.rules.size());
		long width = this.bits.get(index / this.rules.size() % this.bits.size());
		PlannedLayer layer = this.plan.layers().get(index / this.rules.size() / this.bits.size());
		return this.inputs.with(layer, (input, given) -> row(layer, input, given, width, rule));
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
