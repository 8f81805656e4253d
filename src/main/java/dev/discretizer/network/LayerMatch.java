package dev.discretizer.network;

import java.util.List;

import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.ScaleRule;
import org.jspecify.annotations.Nullable;

/**
 * The comparison of integers with the discretization of a layer's floats.
 *
 * @param rule the rule that gives exactly these integers, or null if no rule does
 * @param scale the scale of that rule; if no rule gives the integers, the scale of the
 * rule with fewer mismatches, which they are compared with
 * @param scaleRange the scales at which every weight, bias and threshold gives the
 * integer found, by any rule; null if there is none
 * @param tensors the tensors that were compared
 * @param findings the reasons why no scale is left
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
