package dev.discretizer.device;

/**
 * The limits of a chip that a network can exceed.
 */
public enum ChipLimit {

	LAYERS("layers"), INPUT_HEIGHT("input_height"), INPUT_WIDTH("input_width"), INPUT_CHANNELS("input_channels"),
	OUTPUT_HEIGHT("output_height"), OUTPUT_WIDTH("output_width"), OUTPUT_CHANNELS("output_channels"),
	KERNEL_SIZE("kernel_size"), STRIDE_HEIGHT("stride_height"), STRIDE_WIDTH("stride_width"),
	PADDING_HEIGHT("padding_height"), PADDING_WIDTH("padding_width"), POOLING("pooling"),
	/** Other cores that one core sends its events to. */
	DESTINATIONS("destinations"), KERNEL_MEMORY("kernel_memory"), NEURON_MEMORY("neuron_memory"),
	BIAS_MEMORY("bias_memory"),
	/** Layers that each fit somewhere compete for too few cores. */
	CORES("cores"), WEIGHT_BITS("weight_bits"), BIAS_BITS("bias_bits"), STATE_BITS("state_bits");

	private final String label;

	ChipLimit(String label) {
		this.label = label;
	}

	/** The name in answers. */
	public String label() {
		return this.label;
	}

	/** Whether only some values are allowed, rather than all up to one. */
	public boolean isChoice() {
		return this == STRIDE_HEIGHT || this == STRIDE_WIDTH || this == POOLING;
	}

}
