package dev.discretizer.graph;

import java.util.List;

import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Follows the shape of the data through a network. Sizes come from the Input's shape, or
 * where it has none from the input size of a Conv2d or Flatten.
 *
 * <pre>
 * size of a convolution's output = floor((in + 2 padding - kernel) / stride) + 1
 * size of a pool's output        = floor(in / kernel)
 * </pre>
 */
final class Shapes {

	private static final Size2d ONE = new Size2d(1, 1);

	private static final Size2d ZERO = new Size2d(0, 0);

	private final FaultCollector faults;

	Shapes(FaultCollector faults) {
		this.faults = faults;
	}

	Signal input(Vertex vertex, Node.Input input) {
		return (input.shape() == null) ? Signal.UNKNOWN : given(vertex, "its shape", input.shape());
	}

	/** A shape that the file gives. */
	private Signal given(Vertex vertex, String what, Shape shape) {
		if (shape.rank() != 1 && shape.rank() != 3) {
			this.faults.of(vertex,
					"%s is %s, [channels, height, width] or one dimension is expected, without batch and time", what,
					shape);
			return Signal.BROKEN;
		}
		if (shape.elements() == 0) {
			this.faults.of(vertex, "%s is %s, at least 1 is expected of each dimension", what, shape);
			return Signal.BROKEN;
		}
		return (shape.rank() == 1) ? Signal.vector(shape.dim(0))
				: new Signal(shape.dim(0), new Size2d(shape.dim(1), shape.dim(2)), false);
	}

	/** A layer's draft and what leaves its weight. */
	Flow convolve(Vertex vertex, Node.Conv2d conv, Flow in) {
		boolean sound = NodeChecks.check(conv, (reason) -> this.faults.of(vertex, "%s", reason));
		Signal arriving = (sound && !in.signal().isBroken()) ? image(vertex, conv, in.signal()) : null;
		if (arriving == null) {
			return unsound(vertex, conv.weight(), in);
		}
		FloatTensor weight = conv.weight();
		Size2d kernel = new Size2d(weight.shape().dim(2), weight.shape().dim(3));
		Size2d padding = padding(conv, kernel);
		int outputs = weight.shape().dim(0);
		if (arriving.size() == null) {
			return Flow.weighted(new Draft(vertex, weight, conv.bias(), in.sources(), null),
					new Signal(outputs, null, false));
		}
		Size2d size = convolved(vertex, arriving.size(), padding, kernel, conv.stride());
		if (size == null || !fits(vertex, outputs, size)) {
			return unsound(vertex, weight, in);
		}
		Geometry geometry = new Geometry(shape(arriving.channels(), arriving.size()), shape(outputs, size),
				conv.stride(), padding);
		return Flow.weighted(new Draft(vertex, weight, conv.bias(), in.sources(), geometry),
				new Signal(outputs, size, false));
	}

	/** What a convolution is given, or null where that cannot be. */
	private @Nullable Signal image(Vertex vertex, Node.Conv2d conv, Signal in) {
		int channels = conv.weight().shape().dim(1);
		if (in.flat()) {
			this.faults.of(vertex, "is given one dimension, %s, an image of %d channels is expected", in, channels);
			return null;
		}
		if (in.channels() != 0 && in.channels() != channels) {
			this.faults.of(vertex, "has %d input channels, %d arrive (%s)", channels, in.channels(), in);
			return null;
		}
		Size2d given = conv.inputSize();
		if (given == null) {
			return new Signal(channels, in.size(), false);
		}
		if (in.size() != null && !given.equals(in.size())) {
			this.faults.of(vertex, "says it is given images of %s, %s arrives", given, in.size());
			return null;
		}
		if (given.height() < 1 || given.width() < 1) {
			this.faults.of(vertex, "says it is given images of %s, at least 1x1 is expected", given);
			return null;
		}
		return fits(vertex, channels, given) ? new Signal(channels, given, false) : null;
	}

	private static Size2d padding(Node.Conv2d conv, Size2d kernel) {
		Size2d padding = conv.padding();
		return (padding != null) ? padding : new Size2d(kernel.height() / 2, kernel.width() / 2);
	}

	private @Nullable Size2d convolved(Vertex vertex, Size2d in, Size2d padding, Size2d kernel, Size2d stride) {
		long height = in.height() + 2L * padding.height() - kernel.height();
		long width = in.width() + 2L * padding.width() - kernel.width();
		if (height < 0 || width < 0) {
			this.faults.of(vertex, "has a kernel of %s, no larger one than the %s that arrives is expected "
					+ "(with a padding of %s)", kernel, in, padding);
			return null;
		}
		height = height / stride.height() + 1;
		width = width / stride.width() + 1;
		if (Math.max(height, width) > Integer.MAX_VALUE) {
			this.faults.of(vertex, "would have %dx%d neurons for each channel, far less is expected", height, width);
			return null;
		}
		return new Size2d((int) height, (int) width);
	}

	/** Whether a tensor may have so many elements. */
	private boolean fits(Vertex vertex, int channels, Size2d size) {
		boolean fits = (long) size.height() * size.width() <= Integer.MAX_VALUE / channels;
		if (!fits) {
			this.faults.of(vertex, "would have %d channels of %s, far less is expected", channels, size);
		}
		return fits;
	}

	/**
	 * The same for a fully connected layer, which for the chip is a convolution whose
	 * kernel is as large as the image before the Flatten.
	 */
	Flow connect(Vertex vertex, Node.Linear linear, Flow in) {
		boolean sound = NodeChecks.check(linear, (reason) -> this.faults.of(vertex, "%s", reason));
		Shape input = sound ? kernel(vertex, linear.weight().shape().dim(1), in.signal()) : null;
		if (input == null) {
			return unsound(vertex, linear.weight(), in);
		}
		int outputs = linear.weight().shape().dim(0);
		FloatTensor weight = linear.weight().reshaped(Shape.of(outputs, input.dim(0), input.dim(1), input.dim(2)));
		boolean known = in.signal().channels() > 0 || in.signal().equals(Signal.UNKNOWN);
		Geometry geometry = known ? new Geometry(input, shape(outputs, ONE), ONE, ZERO) : null;
		return Flow.weighted(new Draft(vertex, weight, linear.bias(), in.sources(), geometry), Signal.vector(outputs));
	}

	/** The image that the inputs are, or null where that cannot be. */
	private @Nullable Shape kernel(Vertex vertex, int inputs, Signal in) {
		if (in.channels() <= 0) {
			return Shape.of(inputs, 1, 1);
		}
		if (in.size() == null) {
			this.faults.of(vertex, "is given %s, sizes are expected: neither the Input nor a node after it has them",
					in);
			return null;
		}
		if (!in.flat() && !in.isPoint()) {
			this.faults.of(vertex, "is given an image, %s, a Flatten before it is expected", in);
			return null;
		}
		if (Signal.elements(in.channels(), in.size()) != inputs) {
			this.faults.of(vertex, "has %d inputs, %d arrive (%s)", inputs, Signal.elements(in.channels(), in.size()),
					shape(in.channels(), in.size()));
			return null;
		}
		if (in.size().height() != in.size().width()) {
			this.faults.of(vertex,
					"needs a kernel of %s, as large as the image before the Flatten, a square one is " + "expected",
					in.size());
			return null;
		}
		return shape(in.channels(), in.size());
	}

	/** Takes part in the pairing, but its shape is not known. */
	private static Flow unsound(Vertex vertex, FloatTensor weight, Flow in) {
		return Flow.weighted(new Draft(vertex, weight, null, in.sources(), null), Signal.BROKEN);
	}

	Signal pool(Vertex vertex, Node.Pool2d pool, Signal in) {
		if (in.flat()) {
			this.faults.of(vertex, "is given one dimension, %s, an image is expected", in);
			return Signal.BROKEN;
		}
		// Also behind what was refused.
		if (in.size() == null) {
			return in;
		}
		Size2d kernel = pool.kernel();
		Size2d size = new Size2d(in.size().height() / kernel.height(), in.size().width() / kernel.width());
		if (size.height() < 1 || size.width() < 1) {
			this.faults.of(vertex, "has a kernel of %s, no larger one than the %s that arrives is expected", kernel,
					in.size());
			return Signal.BROKEN;
		}
		return new Signal(in.channels(), size, false);
	}

	Signal flatten(Vertex vertex, Node.Flatten flatten, Signal in) {
		Signal arriving = agreed(vertex, "its input_type", flatten.inputShape(), in);
		if (arriving.isBroken()) {
			return arriving;
		}
		int rank = arriving.flat() ? 1 : 3;
		boolean all = fromEnd(flatten.startDim(), rank) == 0 && fromEnd(flatten.endDim(), rank) == rank - 1;
		if (!all) {
			this.faults.of(vertex, "flattens dimensions %d to %d of %s, all of them, 0 to -1, are expected",
					flatten.startDim(), flatten.endDim(), arriving);
			return Signal.BROKEN;
		}
		return arriving.flattened();
	}

	private static int fromEnd(int dim, int rank) {
		return (dim < 0) ? dim + rank : dim;
	}

	/** What enters a graph within the graph. */
	Signal enter(Vertex vertex, Node.Input input, Signal in) {
		return agreed(vertex, "its shape", input.shape(), in);
	}

	/**
	 * What leaves a graph. A point may be written as one dimension or as three.
	 */
	Signal leave(Vertex vertex, Node.Output output, Signal in) {
		Shape shape = output.shape();
		boolean point = shape != null && in.isPoint() && shape.elements() == in.channels();
		return point ? in : agreed(vertex, "its shape", shape, in);
	}

	/** The shape that arrives at a node, completed by the shape that the file gives. */
	private Signal agreed(Vertex vertex, String what, @Nullable Shape shape, Signal in) {
		if (shape == null || in.isBroken()) {
			return in;
		}
		Signal given = given(vertex, what, shape);
		if (given.isBroken()) {
			return given;
		}
		boolean same = (in.size() != null) ? given.toString().equals(in.toString())
				: in.channels() == 0 || (in.channels() == given.channels() && !given.flat());
		if (!same) {
			this.faults.of(vertex, "says it is given %s, %s arrives", given, in);
			return Signal.BROKEN;
		}
		return (in.size() != null) ? in : given;
	}

	/**
	 * The one shape of signals that add up.
	 * @param sources the neighbours that they come from, in the same order
	 */
	Signal merge(Vertex vertex, List<Vertex> sources, List<Signal> signals) {
		Signal merged = signals.getFirst();
		for (int i = 1; i < signals.size() && !merged.isBroken(); i++) {
			Signal next = signals.get(i);
			if (!merged.agrees(next) && !next.isBroken()) {
				int other = firstAgainst(next, signals.subList(0, i));
				this.faults.of(vertex, "is fed %s by %s and %s by %s, one shape is expected: what arrives adds up",
						next.agrees(signals.get(other)) ? merged : signals.get(other), sources.get(other).name(), next,
						sources.get(i).name());
			}
			merged = merged.agrees(next) ? merged.completedBy(next) : Signal.BROKEN;
		}
		return merged;
	}

	/**
	 * Index of the first signal that cannot be of one shape with another. Where only what
	 * they complete each other to cannot, it is the first, 0.
	 */
	private static int firstAgainst(Signal signal, List<Signal> signals) {
		for (int i = 0; i < signals.size(); i++) {
			if (!signals.get(i).agrees(signal)) {
				return i;
			}
		}
		return 0;
	}

	private static Shape shape(int channels, Size2d size) {
		return Shape.of(channels, size.height(), size.width());
	}

}
