package dev.discretizer.discretize;

import dev.discretizer.tensor.FloatTensor;

/**
 * The factor that brings a tensor's extremes to the ends of a precision's range: sinabs'
 * {@code determine_discretization_scale}.
 *
 * <pre>
 * if |min| &lt;= |max| * (float)(|lo| / hi):  m = max, n = hi   else  m = min, n = lo
 * scale = |(1f / m) * n|
 * </pre>
 *
 * A reciprocal and a product, each rounded to binary32, because torch computes a number
 * divided by a tensor in this way. {@code n / m} would differ by one unit in the last
 * place in one case of eight, and flip integers.
 *
 * <p>
 * Source: sinabs 3.1.3, {@code sinabs/backend/dynapcnn/discretize.py}.
 */
public final class DiscretizationScale {

	/**
	 * "No scale", for a tensor that is all zero or whose scale overflows binary32.
	 * Infinite as in sinabs, so that it never is the smallest of several scales.
	 */
	public static final float NONE = Float.POSITIVE_INFINITY;

	private DiscretizationScale() {
	}

	/**
	 * The scale of finite extremes.
	 * @param min the smallest element
	 * @param max the largest element
	 * @return above zero and finite, or {@link #NONE}
	 */
	public static float of(float min, float max, Precision precision) {
		boolean maxLimits = Math.abs(min) <= Math.abs(max) * precision.ratio();
		float m = maxLimits ? max : min;
		int n = maxLimits ? precision.hi() : precision.lo();
		return Math.abs((1f / m) * n);
	}

	/**
	 * The scale of a tensor.
	 * @param name the tensor's name, for messages
	 * @return above zero and finite, or {@link #NONE}
	 * @throws ImpossibleInputException if the tensor is empty or has an element that is
	 * not finite
	 */
	public static float of(FloatTensor tensor, String name, Precision precision) {
		Inputs.checkFinite(tensor, name);
		return of(tensor.min(), tensor.max(), precision);
	}

}
