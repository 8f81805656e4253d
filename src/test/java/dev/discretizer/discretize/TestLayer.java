package dev.discretizer.discretize;

import java.util.Objects;

import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Puts a layer and its options together for a test. Starts as sinabs' defaults with
 * spike_threshold 1 and min_v_mem -1.
 */
final class TestLayer {

	private final FloatTensor weight;

	private @Nullable FloatTensor bias;

	private FloatTensor threshold = FloatTensor.scalar(1);

	private @Nullable FloatTensor minVMem = FloatTensor.scalar(-1);

	private @Nullable FloatTensor vMem;

	private LayerOptions options = LayerOptions.DEFAULTS;

	private TestLayer(FloatTensor weight) {
		this.weight = weight;
	}

	/** One output channel of these weights. */
	static TestLayer weights(float... values) {
		return weight(FloatTensor.of(Shape.of(1, values.length), values));
	}

	static TestLayer weight(FloatTensor weight) {
		return new TestLayer(weight);
	}

	TestLayer bias(float... values) {
		return bias(FloatTensor.of(Shape.of(values.length), values));
	}

	TestLayer bias(@Nullable FloatTensor tensor) {
		this.bias = tensor;
		return this;
	}

	TestLayer thresholds(float spikeThreshold, float min) {
		return threshold(FloatTensor.scalar(spikeThreshold)).minVMem(FloatTensor.scalar(min));
	}

	TestLayer threshold(FloatTensor tensor) {
		this.threshold = tensor;
		return this;
	}

	TestLayer threshold(float spikeThreshold) {
		return threshold(FloatTensor.scalar(spikeThreshold));
	}

	TestLayer minVMem(@Nullable FloatTensor tensor) {
		this.minVMem = tensor;
		return this;
	}

	TestLayer vMem(float... values) {
		return vMem(FloatTensor.of(Shape.of(values.length), values));
	}

	TestLayer vMem(@Nullable FloatTensor tensor) {
		this.vMem = tensor;
		return this;
	}

	TestLayer bits(long weightBits, long biasBits, long stateBits) {
		LayerOptions o = this.options;
		return options(new LayerOptions(o.toInt(), weightBits, biasBits, stateBits, o.rescale(), o.unsetMinVMem(),
				o.report(), o.scaleRule(), o.histogram()));
	}

	TestLayer rescale(double rescale) {
		return options(this.options.withRescale(rescale));
	}

	/** Leaves min_v_mem out. */
	TestLayer unset(UnsetMinVMem meaning) {
		return minVMem(null).options(this.options.withUnsetMinVMem(meaning));
	}

	TestLayer toInt(boolean toInt) {
		LayerOptions o = this.options;
		return options(new LayerOptions(toInt, o.weightBits(), o.biasBits(), o.stateBits(), o.rescale(),
				o.unsetMinVMem(), o.report(), o.scaleRule(), o.histogram()));
	}

	TestLayer withoutReport() {
		return options(this.options.withReport(false));
	}

	TestLayer options(LayerOptions options) {
		this.options = options;
		return this;
	}

	DiscretizedLayer discretize() {
		return LayerDiscretization
			.discretize(new Layer(this.weight, this.bias, this.threshold, this.minVMem, this.vMem), this.options);
	}

	LayerReport report() {
		return Objects.requireNonNull(discretize().report());
	}

}
