package dev.discretizer.discretize;

import org.jspecify.annotations.Nullable;

/**
 * The quantization errors of a layer, tensor by tensor.
 */
public final class LayerReport {

	private final TensorReport weight;

	private final @Nullable TensorReport bias;

	private final @Nullable TensorReport vMem;

	private final @Nullable Double thresholdError;

	private final @Nullable Double minVMemError;

	private final int[] deadOutputChannels;

	LayerReport(TensorReport weight, @Nullable TensorReport bias, @Nullable TensorReport vMem,
			@Nullable Double thresholdError, @Nullable Double minVMemError, int[] deadOutputChannels) {
		this.weight = weight;
		this.bias = bias;
		this.vMem = vMem;
		this.thresholdError = thresholdError;
		this.minVMemError = minVMemError;
		this.deadOutputChannels = deadOutputChannels;
	}

	/** Of the rescaled weight. */
	public TensorReport weight() {
		return this.weight;
	}

	/** Null without a bias. */
	public @Nullable TensorReport bias() {
		return this.bias;
	}

	/** Null without a state. */
	public @Nullable TensorReport vMem() {
		return this.vMem;
	}

	/** {@code |q / scale - x| / |x|} of spike_threshold. */
	public @Nullable Double thresholdError() {
		return this.thresholdError;
	}

	/** The same of min_v_mem; null where it is zero, or unset and not scaled. */
	public @Nullable Double minVMemError() {
		return this.minVMemError;
	}

	/** Output channels whose integers are all zero, ascending; a copy. */
	public int[] deadOutputChannels() {
		return this.deadOutputChannels.clone();
	}

}
