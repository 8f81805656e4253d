package dev.discretizer.discretize;

import java.util.Arrays;

import dev.discretizer.discretize.ImpossibleInputException.Cause;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;

/**
 * Checks the inputs of the arithmetic, which then relies on finite values.
 */
final class Inputs {

	private Inputs() {
	}

	/**
	 * The name of a tensor in messages; the only tensor of an endpoint has none of its
	 * own.
	 */
	static String called(String name) {
		return name.equals("tensor") ? name : "tensor " + name;
	}

	/**
	 * Where an element is in a shape of two or more dimensions, by its index in C order.
	 */
	private static String at(Shape shape, int index) {
		if (shape.rank() < 2) {
			return "";
		}
		int[] indices = new int[shape.rank()];
		int left = index;
		for (int i = indices.length - 1; i >= 0; i--) {
			indices[i] = left % shape.dim(i);
			left /= shape.dim(i);
		}
		return " at index " + Arrays.toString(indices);
	}

	/**
	 * Checks that the tensor has elements and that all of them are finite.
	 */
	static void checkFinite(FloatTensor tensor, String name) {
		if (tensor.elements() == 0) {
			throw new ImpossibleInputException(Cause.EMPTY_TENSOR, name,
					"%s of shape %s has no elements, at least 1 is expected".formatted(called(name), tensor.shape()));
		}
		if (tensor.nonFinite() > 0) {
			throw new ImpossibleInputException(Cause.NOT_FINITE, name,
					"%s: element %d is %s in binary32%s, finite values are expected (%d of %d elements are not)"
						.formatted(called(name), tensor.firstNonFinite(), tensor.array()[tensor.firstNonFinite()],
								at(tensor.shape(), tensor.firstNonFinite()), tensor.nonFinite(), tensor.elements()));
		}
	}

	/**
	 * Checks that the products of a finite tensor with a factor stay finite. Products
	 * grow monotonically with the elements, so checking the extremes suffices.
	 * @param what the factor's name, for the message
	 */
	static void checkProducts(FloatTensor tensor, String name, float factor, String what) {
		if (Float.isFinite(tensor.min() * factor) && Float.isFinite(tensor.max() * factor)) {
			return;
		}
		float[] x = tensor.array();
		int first = -1;
		int count = 0;
		for (int i = 0; i < tensor.elements(); i++) {
			if (!Float.isFinite(x[i] * factor)) {
				first = (count == 0) ? i : first;
				count++;
			}
		}
		throw new ImpossibleInputException(Cause.NOT_FINITE, name,
				"%s: element %d is %s%s, a finite product with %s %s is expected (%d of %d products are not)".formatted(
						called(name), first, x[first], at(tensor.shape(), first), what, factor, count,
						tensor.elements()));
	}

	/**
	 * Checks a factor that the client gave.
	 * @return the factor
	 */
	static float checkFactor(float factor, String name) {
		if (!(factor > 0) || !Float.isFinite(factor)) {
			throw new ImpossibleInputException(Float.isFinite(factor) ? Cause.FACTOR_NOT_POSITIVE : Cause.NOT_FINITE,
					name, "%s is %s in binary32, a finite value above zero is expected".formatted(name, factor));
		}
		return factor;
	}

	/** The largest magnitude in a finite tensor. */
	static float magnitude(FloatTensor tensor) {
		return Math.max(Math.abs(tensor.min()), Math.abs(tensor.max()));
	}

	/**
	 * The single value of a threshold that may be given per neuron.
	 */
	static float collapse(FloatTensor threshold, String name) {
		checkFinite(threshold, name);
		if (threshold.min() != threshold.max()) {
			throw new ImpossibleInputException(Cause.THRESHOLDS_DIFFER, name,
					"%s of shape %s has values from %s to %s, all equal is expected: the chip has one per core"
						.formatted(name, threshold.shape(), threshold.min(), threshold.max()));
		}
		return threshold.array()[0];
	}

}
