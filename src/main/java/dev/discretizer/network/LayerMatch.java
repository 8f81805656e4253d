package dev.discretizer.network;

import java.util.List;

import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.ScaleRule;
import org.jspecify.annotations.Nullable;

/**
 * Whether integers are those of a layer's floats.
 *
 * @param rule the rule that gives exactly these integers, or null where neither does
 * @param scale the scale of that rule; where neither gives the integers, of the one that
 * is off in fewer, with which they are compared
 * @param scaleRange the scales at which every weight, bias and threshold gives the
 * integer found, by whatever rule; null where there is none
 * @param tensors those that were compared
 * @param findings what leaves no scale
 */
public record LayerMatch(@Nullable ScaleRule rule, float scale, @Nullable ScaleRange scaleRange,
		List<TensorMatch> tensors, List<Finding> findings) {

	/** Copies the lists. */
	public LayerMatch {
		tensors = List.copyOf(tensors);
		findings = List.copyOf(findings);
	}

	/** Whether a rule gives exactly these integers. */
	public boolean match() {
		return this.rule != null;
	}

}
