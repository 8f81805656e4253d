package dev.discretizer.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;

import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.Finding.Code;
import dev.discretizer.discretize.Finding.Severity;
import dev.discretizer.discretize.Inhibition;
import dev.discretizer.graph.Destination;
import dev.discretizer.graph.Plan;
import dev.discretizer.graph.PlannedLayer;
import dev.discretizer.graph.Size2d;
import dev.discretizer.graph.Source;
import dev.discretizer.tensor.Shape;
import dev.discretizer.tensor.Words;

/**
 * Makes the findings of a network as a whole.
 */
final class NetworkFindings {

	/** Maximum number of names that a message lists. */
	private static final int NAMED = 10;

	/**
	 * The largest share of the range of states that an inhibiting event may take without
	 * a finding.
	 */
	private static final double INHIBITION = 0.25;

	private final Plan plan;

	private final Rescales rescales;

	private final List<Finding> findings = new ArrayList<>();

	private NetworkFindings(Plan plan, Rescales rescales) {
		this.plan = plan;
		this.rescales = rescales;
	}

	/**
	 * The findings, in the order of {@link Code}.
	 * @param layers discretized, in the order of the plan
	 * @param assumed layers whose min_v_mem was neither given nor chosen
	 */
	static List<Finding> of(Plan plan, List<NetworkLayer> layers, List<PlannedLayer> assumed, Rescales rescales) {
		NetworkFindings findings = new NetworkFindings(plan, rescales);
		findings.inhibitionLost(layers);
		findings.minVMemAssumed(assumed);
		findings.resetModeAssumed();
		findings.poolingUnknown();
		findings.poolingNotOnChip();
		findings.rIgnored();
		findings.orderUnknown();
		plan.layers().stream().filter(rescales::isConflict).forEach(findings::rescaleConflict);
		return List.copyOf(findings.findings);
	}

	/**
	 * Of all layers the one whose weights inhibit most, beside its range of states. One
	 * finding rather than one for each layer: what to do is the same for all.
	 */
	private void inhibitionLost(List<NetworkLayer> layers) {
		List<NetworkLayer> strong = layers.stream()
			.filter((layer) -> layer.layer().inhibition().share() > INHIBITION)
			.toList();
		if (strong.isEmpty()) {
			return;
		}
		NetworkLayer strongest = Collections.max(strong,
				Comparator.comparingDouble((layer) -> layer.layer().inhibition().share()));
		Inhibition inhibition = strongest.layer().inhibition();
		add(Code.INHIBITION_LOST, Severity.INFO, strongest.name() + ".weight",
				("the most negative weight of layer %s, %s, is %s of spike_threshold - min_v_mem = %s; above %s %s %s "
						+ "(%s). The chip applies min_v_mem after every event, not once a step: inhibition "
						+ "below it is lost, and rates rise.")
					.formatted(strongest.name(), inhibition.smallest(),
							String.format(Locale.ROOT, "%.4g", inhibition.share()), inhibition.depth(), INHIBITION,
							Finding.agreeing(strong.size(), "is", "are"),
							Finding.share(strong.size(), layers.size(), "layer"),
							names(strong.stream().map(NetworkLayer::name).toList())),
				"Choose min_v_mem by /calibrate, on recordings; /simulate tells beforehand whether rates shift.");
	}

	private void minVMemAssumed(List<PlannedLayer> assumed) {
		if (!assumed.isEmpty()) {
			add(Code.MIN_V_MEM_ASSUMED, Severity.INFO, "min_v_mem",
					"min_v_mem is not given for %s (%s) and became minus %s threshold, as in sinabs' ".formatted(
							Finding.share(assumed.size(), this.plan.layers().size(), "layer"),
							names(assumed.stream().map(PlannedLayer::name).toList()),
							Finding.agreeing(assumed.size(), "its", "their")) + "NIR import.",
					"Give the value it was trained with by min_v_mem, or min_v_mem.<node> for one layer; send "
							+ "unset_min_v_mem=chip_minimum to keep the meaning of no lower bound.");
		}
	}

	private void resetModeAssumed() {
		List<String> zero = this.plan.layers()
			.stream()
			.filter(PlannedLayer::resetToZero)
			.map(PlannedLayer::spikeName)
			.toList();
		if (!zero.isEmpty()) {
			add(Code.RESET_MODE_ASSUMED, Severity.INFO, "v_reset",
					"v_reset is 0 in %s (%s): since NIR 1.0.6 the membrane is set to it after a spike, "
						.formatted(Finding.share(zero.size(), this.plan.layers().size(), "IF node"), names(zero))
							+ "sinabs subtracts the threshold, as it does for older files.",
					"No integer depends on it. If the network was trained with a reset to zero, have the chip do so "
							+ "(return_to_zero; sinabs' MembraneReset).");
		}
	}

	private void poolingUnknown() {
		if (!this.plan.poolingKnown()) {
			add(Code.POOLING_UNKNOWN, Severity.WARNING, "rescale",
					"a state dict does not tell where there are average pools, and no rescale is given: the thresholds "
							+ "after an average pool would be too low.",
					"Give <name>.rescale as a tensor for each layer after an average pool, 1 / (height * width) of its "
							+ "kernel; send rescale=1 if there are none, or send the network as a NIR file.");
		}
	}

	private void poolingNotOnChip() {
		List<String> pools = this.plan.doubts().poolsAtOutput();
		if (!pools.isEmpty()) {
			add(Code.POOLING_NOT_ON_CHIP, Severity.WARNING, pools.get(0),
					"%s %s between the last layer and the output (%s): a core pools what it sends to another core, so "
						.formatted(Finding.count(pools.size(), "pool"), Finding.agreeing(pools.size(), "lies", "lie"),
								names(pools))
							+ "the chip's output is that of layer %s, not pooled.".formatted(names(pooledAtOutput())),
					"Sum what the chip gives over the pool's kernel yourself, or end the network without a pool.");
		}
	}

	private void rIgnored() {
		List<String> ignored = this.plan.doubts().ignoredR();
		if (!ignored.isEmpty()) {
			add(Code.R_IGNORED, Severity.WARNING, "r",
					"r is not 1 in %s (%s) and was counted as 1, as in sinabs' from_nir."
						.formatted(Finding.share(ignored.size(), this.plan.layers().size(), "IF node"), names(ignored)),
					"SpikingJelly writes r = 1/dt, where nothing is lost; to have it write 1, export with "
							+ "export_to_nir(..., dt=1). Of any other origin, multiply the weights before the node by it.");
		}
	}

	/** A graph has edges; the layers of a state dict have names and shapes alone. */
	private void orderUnknown() {
		List<PlannedLayer> layers = this.plan.layers();
		List<String> breaks = new ArrayList<>();
		for (int i = 1; i < layers.size(); i++) {
			Shape before = layers.get(i - 1).weight().shape();
			Shape next = layers.get(i).weight().shape();
			if (layers.get(i).connections() == null && !chains(before, next)) {
				breaks.add("%s gives %s, %s takes %d".formatted(layers.get(i - 1).name(),
						Finding.count(before.dim(0), "channel"), layers.get(i).name(), next.dim(1)));
			}
		}
		if (!breaks.isEmpty()) {
			add(Code.ORDER_UNKNOWN, Severity.WARNING, "weight",
					"a state dict does not tell the order of its layers, and in the natural order of names, in which "
							+ "they stand here, channels do not chain: %s.".formatted(names(breaks)),
					"No integer depends on it, as each layer is discretized on its own. Go by the names of the layers, "
							+ "or send the network as a NIR file, which has its edges.");
		}
	}

	/**
	 * Whether a layer can be fed by the one before it: channels agree, or a Flatten makes
	 * several inputs of each.
	 */
	private static boolean chains(Shape before, Shape next) {
		int given = before.dim(0);
		int taken = next.dim(1);
		boolean flattened = before.rank() > next.rank();
		return flattened ? taken % given == 0 : taken == given;
	}

	/**
	 * The layers that reach an Output through pools; all layers before an Output if all
	 * pools are 1x1.
	 */
	private List<String> pooledAtOutput() {
		List<String> pooled = namesOf((destination) -> !destination.pool().equals(new Size2d(1, 1)));
		return pooled.isEmpty() ? namesOf((destination) -> true) : pooled;
	}

	private List<String> namesOf(Predicate<Destination> pools) {
		return this.plan.layers()
			.stream()
			.filter((layer) -> layer.connections() != null && layer.connections()
				.destinations()
				.stream()
				.anyMatch((destination) -> destination.output() != null && pools.test(destination)))
			.map(PlannedLayer::name)
			.toList();
	}

	private void rescaleConflict(PlannedLayer layer) {
		double rescale = this.rescales.of(layer);
		String parameter = Rescales.PARAMETER + "." + layer.name();
		List<String> sources = Objects.requireNonNull(layer.connections())
			.sources()
			.stream()
			.filter((source) -> source.layer() != null)
			.map((source) -> arrival(source, rescale))
			.toList();
		add(Code.RESCALE_CONFLICT, Severity.WARNING, layer.name() + ".weight",
				"layer %s is fed through average pools of different factors, and one rescale for all of them, %s, is "
					.formatted(layer.name(), rescale) + "sinabs' round(mean * 0.5, 2): " + names(sources) + ".",
				"Choose one with %s=<factor>, or let the pools before the layer agree: sum pools, or average pools of one "
					.formatted(parameter) + "kernel.");
	}

	private static String arrival(Source source, double rescale) {
		double ratio = rescale / source.factor();
		String strength = (ratio == 1) ? "as strong as in the network" : String.format(Locale.ROOT, "%.4g times too %s",
				Math.max(ratio, 1 / ratio), (ratio > 1) ? "strong" : "weak");
		return "%s (factor %s) arrives %s".formatted(source.layer(), source.factor(), strength);
	}

	/** The first names of a list, for a message. */
	static String names(List<String> names) {
		return Words.some(names, NAMED);
	}

	private void add(Code code, Severity severity, String tensor, String message, String hint) {
		this.findings.add(new Finding(code, severity, tensor, message, hint));
	}

}
