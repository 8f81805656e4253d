package dev.discretizer.behaviour;

import org.jspecify.annotations.Nullable;

/**
 * How a network is simulated.
 */
public enum Mode {

	/** As trained: float weights, all events of a time step at once. */
	FLOAT_STEP("float_step"),
	/** As sinabs simulates the discretized network: integers, a time step at once. */
	INTEGER_STEP("integer_step"),
	/** As the chip runs it: integers, one event after the other. */
	INTEGER_EVENT("integer_event");

	private final String label;

	Mode(String label) {
		this.label = label;
	}

	/** The name in requests and answers. */
	public String label() {
		return this.label;
	}

	/** The mode of that name, or null if none has it. */
	public static @Nullable Mode ofLabel(String label) {
		for (Mode mode : values()) {
			if (mode.label.equals(label)) {
				return mode;
			}
		}
		return null;
	}

}
