package dev.discretizer.network;

import java.util.ArrayList;
import java.util.List;

import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.ImpossibleInputException;
import dev.discretizer.discretize.ImpossibleInputException.Cause;
import dev.discretizer.discretize.Layer;
import dev.discretizer.discretize.LayerDiscretization;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.discretize.Precision;
import dev.discretizer.discretize.ScaleRule;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether integers are the discretization of a layer's floats, and finds the rule
 * and the scales that give them.
 *
 * <p>
 * The layer is discretized by the reference rule and, if that gives other integers, by
 * the joint rule. If neither gives them, the differences are those from the rule with
 * fewer mismatches. The range of scales does not depend on a rule, so a range that is not
 * empty recognizes integers made at a scale of the user's own.
 *
 * <p>
 * A bias that one side lacks counts as zeros, and so does a v_mem that the layer lacks.
 * Integers stored as floats are compared like others; -0 equals 0.
 */
public final class LayerVerification {

	/** Elements compared at once: 32 KiB of expected ones. */
	private static final int SLICE = 8192;

	private final Layer layer;

	private final LayerOptions options;

	private final LayerIntegers found;

	private LayerVerification(Layer layer, LayerOptions options, LayerIntegers found) {
		this.layer = layer;
		this.options = options.withReport(false);
		this.found = found;
	}

	/**
	 * Compares integers with a layer.
	 * @param layer floats
	 * @param options how the layer was discretized; its scale rule is not used
	 * @param found integers
	 * @throws ImpossibleInputException if the layer cannot be discretized, or the
	 * integers are not finite or have other shapes
	 */
	public static LayerMatch verify(Layer layer, LayerOptions options, LayerIntegers found) {
		checkShapes(layer, found);
		FloatTensor bias = orZeros(layer.bias(), found.bias());
		Layer whole = new Layer(layer.weight(), bias, layer.spikeThreshold(), layer.minVMem(),
				orZeros(layer.vMem(), found.vMem()));
		return new LayerVerification(whole, options, new LayerIntegers(found.weight(), orZeros(found.bias(), bias),
				found.spikeThreshold(), found.minVMem(), found.vMem()))
			.verify();
	}

	/** The tensor, or zeros if only the other side has one. */
	private static @Nullable FloatTensor orZeros(@Nullable FloatTensor tensor, @Nullable FloatTensor other) {
		return (tensor != null || other == null) ? tensor : FloatTensor.of(other.shape(), new float[other.elements()]);
	}

	private static void checkShapes(Layer layer, LayerIntegers found) {
		Shape expected = layer.weight().shape();
		Shape shape = found.weight().shape();
		// A Linear is a convolution on the chip, of the same elements in the same order.
		boolean linear = (shape.rank() == 2) != (expected.rank() == 2) && shape.rank() > 0 && expected.rank() > 0
				&& shape.elements() == expected.elements() && shape.dim(0) == expected.dim(0);
		if (!shape.equals(expected) && !linear) {
			throw other("weight", shape, expected);
		}
		checkElements("bias", found.bias(), layer.bias());
		checkElements("v_mem", found.vMem(), layer.vMem());
		checkFinite("weight", found.weight());
		checkFinite("bias", found.bias());
		checkFinite("spike_threshold", found.spikeThreshold());
		checkFinite("min_v_mem", found.minVMem());
		checkFinite("v_mem", found.vMem());
	}

	private static void checkElements(String name, @Nullable FloatTensor found, @Nullable FloatTensor expected) {
		if (found != null && expected != null && found.elements() != expected.elements()) {
			throw other(name, found.shape(), expected.shape());
		}
	}

	private static void checkFinite(String name, @Nullable FloatTensor found) {
		if (found != null && found.nonFinite() > 0) {
			throw new ImpossibleInputException(Cause.NOT_FINITE, name,
					"tensor %s of the discretized network: element %d is %s, integers are expected (%d of %d elements are "
						.formatted(name, found.firstNonFinite(), found.array()[found.firstNonFinite()],
								found.nonFinite(), found.elements())
							+ "not finite)");
		}
	}

	private static ImpossibleInputException other(String name, Shape found, Shape expected) {
		return new ImpossibleInputException(Cause.SHAPE_IMPOSSIBLE, name,
				"tensor %s has shape %s in the discretized network, %s is expected as in the original".formatted(name,
						found, expected));
	}

	private LayerMatch verify() {
		Comparison comparison = compare(ScaleRule.REFERENCE);
		if (comparison.mismatches() > 0) {
			Comparison joint = compare(ScaleRule.JOINT);
			comparison = (joint.mismatches() < comparison.mismatches()) ? joint : comparison;
		}
		ScaleIntersection scales = new ScaleIntersection();
		for (Pair pair : comparison.pairs()) {
			if (pair.scaled()) {
				scales.narrow(pair.name(), pair.x(), pair.rescale(), pair.least(), pair.most(), pair.found());
			}
		}
		Finding contradiction = scales.contradiction();
		return new LayerMatch((comparison.mismatches() == 0) ? comparison.rule() : null, comparison.scale(),
				scales.range(), comparison.tensors(), (contradiction != null) ? List.of(contradiction) : List.of());
	}

	/**
	 * A tensor of floats, of expected integers and of found integers.
	 *
	 * @param rescale factor of x before it is scaled
	 * @param scale factor of x
	 * @param scaled whether that is the layer's scale, so that the tensor narrows the
	 * range of scales
	 * @param least smallest value after clamping
	 * @param most largest value after clamping
	 */
	private record Pair(String name, FloatTensor x, float rescale, float scale, boolean scaled, float least, float most,
			DiscreteTensor expected, FloatTensor found) {
	}

	private record Comparison(ScaleRule rule, float scale, List<Pair> pairs, List<TensorMatch> tensors) {

		long mismatches() {
			return this.tensors.stream().mapToLong(TensorMatch::mismatches).sum();
		}

	}

	private Comparison compare(ScaleRule rule) {
		DiscretizedLayer expected = LayerDiscretization.discretize(this.layer, this.options.withScaleRule(rule));
		List<Pair> pairs = pairs(expected, this.options.toInt() || rule == ScaleRule.JOINT);
		return new Comparison(rule, expected.scale(), pairs, pairs.stream().map(LayerVerification::compare).toList());
	}

	private List<Pair> pairs(DiscretizedLayer expected, boolean clamped) {
		List<Pair> pairs = new ArrayList<>();
		float scale = expected.scale();
		Bounds state = new Bounds(this.options.stateBits(), clamped);
		float rescale = (float) this.options.rescale();
		add(pairs, "weight", this.layer.weight(), rescale, scale, true, new Bounds(this.options.weightBits(), clamped),
				expected.weight(), this.found.weight());
		add(pairs, "bias", this.layer.bias(), 1, scale, true, new Bounds(this.options.biasBits(), clamped),
				expected.bias(), this.found.bias());
		FloatTensor threshold = FloatTensor.scalar(this.layer.spikeThreshold().array()[0]);
		add(pairs, "spike_threshold", threshold, 1, scale, true, state, expected.spikeThreshold(),
				first(this.found.spikeThreshold()));
		boolean scaled = this.layer.minVMem() != null || this.options.unsetMinVMem().scales();
		add(pairs, "min_v_mem", minVMem(threshold.array()[0]), 1, scaled ? scale : 1, scaled, state, expected.minVMem(),
				first(this.found.minVMem()));
		add(pairs, "v_mem", this.layer.vMem(), 1, scale, false, state, expected.vMem(), this.found.vMem());
		return pairs;
	}

	private FloatTensor minVMem(float threshold) {
		FloatTensor given = this.layer.minVMem();
		return FloatTensor.scalar((given != null) ? given.array()[0]
				: this.options.unsetMinVMem().value(threshold, Precision.of(this.options.stateBits(), "state_bits")));
	}

	/** The first element of a threshold tensor, whose elements are all equal. */
	private static @Nullable FloatTensor first(@Nullable FloatTensor found) {
		return (found == null) ? null : FloatTensor.scalar(found.array()[0]);
	}

	/**
	 * The smallest and largest values of a precision; infinite if values are not clamped.
	 */
	private record Bounds(float least, float most) {

		Bounds(long bits, boolean clamped) {
			this(clamped ? new Precision((int) bits).lo() : Float.NEGATIVE_INFINITY,
					clamped ? new Precision((int) bits).hi() : Float.POSITIVE_INFINITY);
		}

	}

	private static void add(List<Pair> pairs, String name, @Nullable FloatTensor x, float rescale, float scale,
			boolean scaled, Bounds bounds, @Nullable DiscreteTensor expected, @Nullable FloatTensor found) {
		if (x != null && expected != null && found != null) {
			pairs.add(new Pair(name, x, rescale, scale, scaled, bounds.least(), bounds.most(), expected, found));
		}
	}

	private static TensorMatch compare(Pair pair) {
		int elements = pair.x().elements();
		float[] found = pair.found().array();
		float[] expected = new float[Math.min(SLICE, elements)];
		int[] ints = new int[expected.length];
		List<Difference> first = new ArrayList<>();
		int mismatches = 0;
		for (int from = 0; from < elements; from += expected.length) {
			int count = Math.min(expected.length, elements - from);
			read(pair.expected(), from, ints, expected, count);
			for (int i = 0; i < count; i++) {
				if (expected[i] != found[from + i]) {
					if (mismatches < TensorMatch.MOST) {
						float product = pair.x().array()[from + i] * pair.rescale() * pair.scale();
						first.add(new Difference(from + i, expected[i], found[from + i], product));
					}
					mismatches++;
				}
			}
		}
		return new TensorMatch(pair.name(), elements, mismatches, first);
	}

	/** Every integer of at most 24 bits is exact in binary32. */
	private static void read(DiscreteTensor tensor, int from, int[] ints, float[] dest, int count) {
		if (tensor.dtype() == DType.FLOAT32) {
			tensor.floats(from, dest, 0, count);
			return;
		}
		tensor.ints(from, ints, 0, count);
		for (int i = 0; i < count; i++) {
			dest[i] = ints[i];
		}
	}

}
