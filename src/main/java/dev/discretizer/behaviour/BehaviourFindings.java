package dev.discretizer.behaviour;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.behaviour.simulator.SimulatedLayer;
import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.Finding.Code;
import dev.discretizer.discretize.Finding.Severity;
import org.jspecify.annotations.Nullable;

/**
 * Makes the findings of a simulation.
 */
final class BehaviourFindings {

	/** The lowest rate_ratio without a finding. */
	private static final double LOWEST_RATIO = 0.8;

	private static final double HIGHEST_RATIO = 1.25;

	/** The fewest spikes for a finding about a rate. */
	private static final int FEWEST_SPIKES = 100;

	private static final String CALIBRATE = "Choose min_v_mem with /calibrate";

	private final List<Finding> findings = new ArrayList<>();

	private BehaviourFindings() {
	}

	/**
	 * The findings, layer by layer.
	 * @param asked the modes that were asked for, also those that could not be run
	 */
	static List<Finding> of(SimulatedNetwork network, List<ModeResult> results, Set<Mode> asked) {
		long @Nullable [] floats = null;
		for (ModeResult result : results) {
			if (result.mode() == Mode.FLOAT_STEP) {
				floats = result.layers().stream().mapToLong(LayerFigures::spikes).toArray();
			}
		}
		return of(network, floats, results, asked);
	}

	/**
	 * The findings of one mode.
	 * @param floats spikes of each layer by float_step
	 */
	static List<Finding> of(SimulatedNetwork network, long[] floats, ModeResult result) {
		return of(network, floats, List.of(result), Set.of(result.mode()));
	}

	private static List<Finding> of(SimulatedNetwork network, long @Nullable [] floats, List<ModeResult> results,
			Set<Mode> asked) {
		BehaviourFindings findings = new BehaviourFindings();
		for (int i = 0; i < network.layers().size(); i++) {
			SimulatedLayer layer = network.layers().get(i);
			if (asked.contains(Mode.INTEGER_EVENT) && layer.hasIntegerBias()) {
				findings.biasNotSimulated(layer.name());
			}
			for (ModeResult result : results) {
				if (result.mode() != Mode.FLOAT_STEP) {
					findings.compare(layer.name(), result.mode(), result.layers().get(i),
							(floats == null) ? 0 : floats[i]);
				}
			}
		}
		return List.copyOf(findings.findings);
	}

	private void biasNotSimulated(String layer) {
		add(Code.BIAS_NOT_SIMULATED, layer,
				"layer %s has an integer bias, which the chip adds at every tick of its slow clock: integer_event was not run."
					.formatted(layer),
				"Train without a bias, or judge by integer_step alone.");
	}

	private void compare(String layer, Mode mode, LayerFigures figures, long floats) {
		rate(layer, mode, figures, floats);
		if (mode == Mode.INTEGER_STEP && figures.beyond() > 0) {
			add(Code.STATE_BEYOND_16_BITS, layer,
					"layer %s: %s %s beyond 16 bits in integer_step; the chip's saturate at 32767.".formatted(layer,
							Finding.count(figures.beyond(), "state"),
							Finding.agreeing(figures.beyond(), "was", "were")),
					"Lower the weights of the layer or the activity of its sources.");
		}
	}

	private void rate(String layer, Mode mode, LayerFigures figures, long floats) {
		Double ratio = figures.rateRatio();
		if (floats > 0 && figures.spikes() == 0) {
			add(Code.SILENT_LAYER, layer, "layer %s: %s in float_step, none in %s.".formatted(layer,
					Finding.count(floats, "spike"), mode.label()),
					CALIBRATE + "; see the layer's findings of /discretize/network.");
		}
		else if (ratio != null && floats >= FEWEST_SPIKES && (ratio < LOWEST_RATIO || ratio > HIGHEST_RATIO)) {
			add(Code.RATE_SHIFT, layer,
					String.format(Locale.ROOT, "layer %s: %s in %s, %d in float_step: rate_ratio %.3f.", layer,
							Finding.count(figures.spikes(), "spike"), mode.label(), floats, ratio),
					CALIBRATE + ".");
		}
	}

	private void add(Code code, String layer, String message, String hint) {
		this.findings.add(new Finding(code, Severity.WARNING, layer, message, hint));
	}

}
