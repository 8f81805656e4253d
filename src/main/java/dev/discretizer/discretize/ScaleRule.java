package dev.discretizer.discretize;

import org.jspecify.annotations.Nullable;

/**
 * How a layer's scale is chosen.
 */
public enum ScaleRule {

	/** The largest scale at which no term leaves its range, as sinabs does. */
	REFERENCE("reference"),
	/**
	 * The scale at which weights and biases, relative to the threshold, are off least,
	 * with the threshold a whole number and the largest weights clamped; for few bits.
	 */
	JOINT("joint");

	private final String label;

	ScaleRule(String label) {
		this.label = label;
	}

	/** The name in requests. */
	public String label() {
		return this.label;
	}

	/** The rule of that name, or null when there is none. */
	public static @Nullable ScaleRule ofLabel(String label) {
		for (ScaleRule rule : values()) {
			if (rule.label.equals(label)) {
				return rule;
			}
		}
		return null;
	}

}
