package dev.discretizer.discretize;

import org.jspecify.annotations.Nullable;

/**
 * What a layer without min_v_mem means.
 */
public enum UnsetMinVMem {

	/**
	 * -32768 before scaling, whatever the precision, as in sinabs. At 16 bits this pins
	 * the scale to at most 1.
	 */
	REFERENCE("reference"),
	/** Minus the spike_threshold, as in sinabs' NIR import. */
	NEGATIVE_THRESHOLD("negative_threshold"),
	/** The smallest integer of the state's precision, after scaling; does not limit. */
	CHIP_MINIMUM("chip_minimum");

	private final String label;

	UnsetMinVMem(String label) {
		this.label = label;
	}

	/** The name in requests. */
	public String label() {
		return this.label;
	}

	/** Whether min_v_mem is multiplied by the scale. */
	public boolean scales() {
		return this != CHIP_MINIMUM;
	}

	/**
	 * What min_v_mem is then: before scaling, or an integer where it is not scaled.
	 */
	public float value(float threshold, Precision state) {
		return switch (this) {
			case REFERENCE -> LayerDiscretization.REFERENCE_MIN_V_MEM;
			case NEGATIVE_THRESHOLD -> -threshold;
			case CHIP_MINIMUM -> state.lo();
		};
	}

	/** The choice of that name, or null when there is none. */
	public static @Nullable UnsetMinVMem ofLabel(String label) {
		for (UnsetMinVMem choice : values()) {
			if (choice.label.equals(label)) {
				return choice;
			}
		}
		return null;
	}

}
