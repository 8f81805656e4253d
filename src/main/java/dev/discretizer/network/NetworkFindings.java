package dev.discretizer.network;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.Finding.Code;
import dev.discretizer.discretize.Finding.Severity;
import dev.discretizer.graph.Plan;
import dev.discretizer.graph.PlannedLayer;

/**
 * Makes the findings of a network as a whole.
 */
final class NetworkFindings {

	/** The most names that a message lists. */
	private static final int NAMED = 10;

	private final Plan plan;

	private final List<Finding> findings = new ArrayList<>();

	private NetworkFindings(Plan plan) {
		this.plan = plan;
	}

	/**
	 * The findings, in the order of {@link Code}.
	 * @param assumed layers whose min_v_mem was neither given nor chosen
	 */
	static List<Finding> of(Plan plan, List<PlannedLayer> assumed) {
		NetworkFindings findings = new NetworkFindings(plan);
		findings.minVMemAssumed(assumed);
		findings.resetModeAssumed();
		findings.poolingUnknown();
		findings.poolingNotOnChip();
		return List.copyOf(findings.findings);
	}

	private void minVMemAssumed(List<PlannedLayer> assumed) {
		if (!assumed.isEmpty()) {
			add(Code.MIN_V_MEM_ASSUMED, Severity.INFO, "min_v_mem",
					"min_v_mem is not given for %d of %d layers (%s) and became minus their threshold, as in sinabs' "
						.formatted(assumed.size(), this.plan.layers().size(),
								names(assumed.stream().map(PlannedLayer::name).toList()))
							+ "NIR import.",
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
					"v_reset is 0 in %d of %d IF nodes (%s): since NIR 1.0.6 the membrane is set to it after a spike, "
						.formatted(zero.size(), this.plan.layers().size(), names(zero))
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
		List<String> pools = this.plan.poolsAtOutput();
		if (!pools.isEmpty()) {
			add(Code.POOLING_NOT_ON_CHIP, Severity.WARNING, pools.get(0),
					"%d %s between the last layer and the output (%s): a core pools what it sends to another core, so "
						.formatted(pools.size(), (pools.size() == 1) ? "pool lies" : "pools lie", names(pools))
							+ "the chip's output is that of layer %s, not pooled."
								.formatted(this.plan.layers().get(this.plan.layers().size() - 1).name()),
					"Sum what the chip gives over the pool's kernel yourself, or end the network without a pool.");
		}
	}

	private static String names(List<String> names) {
		String first = names.stream().limit(NAMED).collect(Collectors.joining(", "));
		return (names.size() <= NAMED) ? first : first + " and " + (names.size() - NAMED) + " more";
	}

	private void add(Code code, Severity severity, String tensor, String message, String hint) {
		this.findings.add(new Finding(code, severity, tensor, message, hint));
	}

}
