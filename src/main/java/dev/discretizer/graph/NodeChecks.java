package dev.discretizer.graph;

import java.util.function.Consumer;

import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Checks the parameters of a single node, independent of its neighbours, against what a
 * Speck supports. Each check passes every reason it finds to a consumer; those of weights
 * and pools also return whether there were none.
 */
final class NodeChecks {

	/** What r mostly comes from. */
	private static final String RESISTANCE = ": the chip adds its input as it is; SpikingJelly writes r = 1/dt, "
			+ "10000 by default, so export with export_to_nir(..., dt=1), or send r=ignore to "
			+ "count it as 1, as sinabs' from_nir does";

	private static final Size2d NONE = new Size2d(0, 0);

	private static final Size2d ONE = new Size2d(1, 1);

	private boolean sound = true;

	private final Consumer<String> reasons;

	private NodeChecks(Consumer<String> reasons) {
		this.reasons = reasons;
	}

	static boolean check(Node.Conv2d conv, Consumer<String> reasons) {
		NodeChecks checks = new NodeChecks(reasons);
		checks.weight(conv.weight(), 4);
		checks.bias(conv.bias(), conv.weight());
		checks.require(conv.groups() == 1, "has %d groups, 1 is expected", conv.groups());
		checks.require(conv.dilation().equals(ONE), "has a dilation of %s, 1x1 is expected", conv.dilation());
		checks.require(atLeast(conv.stride(), 1), "has a stride of %s, at least 1x1 is expected", conv.stride());
		Size2d padding = conv.padding();
		checks.require(padding == null || atLeast(padding, 0), "has a padding of %s, at least 0x0 is expected",
				padding);
		if (conv.weight().shape().rank() == 4) {
			checks.kernel(conv, new Size2d(conv.weight().shape().dim(2), conv.weight().shape().dim(3)));
		}
		return checks.sound;
	}

	private void kernel(Node.Conv2d conv, Size2d kernel) {
		require(kernel.height() == kernel.width(), "has a kernel of %s, a square one is expected", kernel);
		if (conv.padding() == null) {
			require(kernel.height() % 2 == 1 && kernel.width() % 2 == 1,
					"has padding same with a kernel of %s, an odd one is expected: it pads one side more than the other",
					kernel);
			require(conv.stride().equals(ONE), "has padding same with a stride of %s, 1x1 is expected", conv.stride());
		}
	}

	static boolean check(Node.Linear linear, Consumer<String> reasons) {
		NodeChecks checks = new NodeChecks(reasons);
		checks.weight(linear.weight(), 2);
		checks.bias(linear.bias(), linear.weight());
		return checks.sound;
	}

	static boolean check(Node.Pool2d pool, Consumer<String> reasons) {
		NodeChecks checks = new NodeChecks(reasons);
		Size2d kernel = pool.kernel();
		checks.require(atLeast(kernel, 1), "has a kernel of %s, at least 1x1 is expected", kernel);
		checks.require(kernel.height() == kernel.width(), "has a kernel of %s, a square one is expected", kernel);
		checks.require(pool.stride().equals(kernel), "has a stride of %s, that of its kernel, %s, is expected",
				pool.stride(), kernel);
		checks.require(pool.padding().equals(NONE), "has a padding of %s, 0x0 is expected", pool.padding());
		return checks.sound;
	}

	/**
	 * Shapes are ignored: one value for all neurons and the same value for each mean the
	 * same to the chip.
	 * @param ignoreR whether any r counts as 1
	 */
	static void check(Node.IntegrateAndFire neurons, boolean ignoreR, Consumer<String> reasons) {
		NodeChecks checks = new NodeChecks(reasons);
		checks.threshold(neurons.threshold(), "v_threshold");
		if (!ignoreR) {
			checks.all(neurons.r(), 1, "r", RESISTANCE);
		}
		FloatTensor reset = neurons.reset();
		if (reset != null) {
			checks.all(reset, 0, "v_reset", "");
		}
	}

	/** Values that are not finite are refused later, by the arithmetic. */
	static void checkThreshold(FloatTensor threshold, String name, Consumer<String> reasons) {
		NodeChecks checks = new NodeChecks(reasons);
		checks.threshold(threshold, name);
	}

	/**
	 * The shapes of a weight and bias of a state dict, which holds no other parameters.
	 */
	static void checkShapes(FloatTensor weight, @Nullable FloatTensor bias, Consumer<String> reasons) {
		NodeChecks checks = new NodeChecks(reasons);
		checks.weight(weight, weight.shape().rank());
		checks.bias(bias, weight);
		if (weight.shape().rank() == 4) {
			Size2d kernel = new Size2d(weight.shape().dim(2), weight.shape().dim(3));
			checks.require(kernel.height() == kernel.width(), "has a kernel of %s, a square one is expected", kernel);
		}
	}

	private void threshold(FloatTensor threshold, String name) {
		require(threshold.elements() > 0, "%s of shape %s has no elements, at least 1 is expected", name,
				threshold.shape());
		require(threshold.nonFinite() > 0 || !(threshold.min() < threshold.max()),
				"%s has values from %s to %s, all equal is expected: a core of the chip has one", name, threshold.min(),
				threshold.max());
	}

	private void all(FloatTensor tensor, float expected, String name, String hint) {
		if (tensor.elements() == 0) {
			require(false, "%s of shape %s has no elements, at least 1 is expected", name, tensor.shape());
		}
		else if (tensor.min() != expected || tensor.max() != expected) {
			String found = (tensor.min() < tensor.max())
					? "has values from %s to %s".formatted(tensor.min(), tensor.max())
					: "is %s".formatted(tensor.min());
			require(false, "%s %s, %s is expected%s", name, found, expected, hint);
		}
	}

	private void weight(FloatTensor weight, int rank) {
		Shape shape = weight.shape();
		require(shape.rank() == rank, "its weight has shape %s, %d dimensions are expected", shape, rank);
		require(weight.elements() > 0, "its weight of shape %s has no elements, at least 1 is expected", shape);
	}

	private void bias(@Nullable FloatTensor bias, FloatTensor weight) {
		if (bias != null && weight.shape().rank() > 0) {
			int outputs = weight.shape().dim(0);
			require(bias.shape().rank() == 1 && bias.elements() == outputs,
					"its bias has shape %s, [%d] is expected: one for each output channel", bias.shape(), outputs);
		}
	}

	private static boolean atLeast(Size2d size, int least) {
		return size.height() >= least && size.width() >= least;
	}

	private void require(boolean condition, String format, @Nullable Object... args) {
		if (!condition) {
			this.sound = false;
			this.reasons.accept(format.formatted(args));
		}
	}

}
