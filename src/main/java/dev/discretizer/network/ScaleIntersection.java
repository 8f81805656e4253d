package dev.discretizer.network;

import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.Finding.Code;
import dev.discretizer.discretize.Finding.Severity;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * Finds the scales at which every element of a layer becomes the integer that was found.
 *
 * <pre>
 * { s : clamp(rint(fl32(w * s))) = q  for all elements (w, q) }
 * </pre>
 *
 * The product of a positive w grows with s, that of a negative one falls, and clamping
 * and rounding keep the order: so each element allows one interval, whose ends are found
 * by bisection over the bits of positive floats, which are in the order of the floats.
 * Most elements allow both ends of the remaining interval and need two products each. Not
 * thread-safe.
 */
final class ScaleIntersection {

	private static final int SMALLEST = Float.floatToRawIntBits(Float.MIN_VALUE);

	private static final int LARGEST = Float.floatToRawIntBits(Float.MAX_VALUE);

	private int low = SMALLEST;

	private int high = LARGEST;

	/** The element that excludes scales below low, or null if none does. */
	private @Nullable Element lowest;

	/** The element that excludes scales above high, or null if none does. */
	private @Nullable Element highest;

	private @Nullable Finding contradiction;

	/**
	 * Narrows the interval by the elements of a tensor.
	 * @param x floats, finite
	 * @param rescale factor of the floats
	 * @param least smallest integer of the precision, or negative infinity
	 * @param most largest integer of the precision, or infinity
	 * @param found the integers, as many as the floats
	 */
	void narrow(String tensor, FloatTensor x, float rescale, float least, float most, FloatTensor found) {
		float[] floats = x.array();
		float[] integers = found.array();
		for (int i = 0; i < x.elements() && this.contradiction == null; i++) {
			float w = floats[i] * rescale;
			if (value(w, this.low, least, most) != integers[i] || value(w, this.high, least, most) != integers[i]) {
				narrow(new Element(tensor, i, w, integers[i], least, most));
			}
		}
	}

	private static float value(float w, int bits, float least, float most) {
		return Math.max(least, Math.min(most, (float) Math.rint(w * Float.intBitsToFloat(bits))));
	}

	private void narrow(Element element) {
		int first = element.first();
		int last = element.last();
		if (first > last) {
			this.contradiction = element.impossible();
		}
		else if (first > this.high && this.highest != null) {
			this.contradiction = element.excludes(this.highest);
		}
		else if (last < this.low && this.lowest != null) {
			this.contradiction = element.excludes(this.lowest);
		}
		else {
			intersect(element, first, last);
		}
	}

	private void intersect(Element element, int first, int last) {
		if (first > this.low) {
			this.low = first;
			this.lowest = element;
		}
		if (last < this.high) {
			this.high = last;
			this.highest = element;
		}
	}

	/** The remaining scales, or null for none. */
	@Nullable ScaleRange range() {
		return (this.contradiction != null) ? null
				: new ScaleRange(Float.intBitsToFloat(this.low), Float.intBitsToFloat(this.high));
	}

	/** The finding that no scale is left, or null if one is. */
	@Nullable Finding contradiction() {
		return this.contradiction;
	}

	/**
	 * One element: a float and the integer found.
	 *
	 * @param w the float, rescaled
	 * @param q the integer found
	 * @param least smallest value after clamping
	 * @param most largest value after clamping
	 */
	private record Element(String tensor, int index, float w, float q, float least, float most) {

		/**
		 * Bits of the first scale at which the element reaches q; above all scales for
		 * none.
		 */
		int first() {
			int from = SMALLEST;
			int to = LARGEST + 1;
			while (from < to) {
				int middle = (from + to) >>> 1;
				boolean enough = (this.w < 0) ? at(middle) <= this.q : at(middle) >= this.q;
				from = enough ? from : middle + 1;
				to = enough ? middle : to;
			}
			return from;
		}

		/**
		 * Bits of the last scale at which the element is not beyond q; below all scales
		 * for none.
		 */
		int last() {
			int from = SMALLEST - 1;
			int to = LARGEST;
			while (from < to) {
				int middle = (from + to + 1) >>> 1;
				boolean enough = (this.w < 0) ? at(middle) >= this.q : at(middle) <= this.q;
				from = enough ? middle : from;
				to = enough ? to : middle - 1;
			}
			return from;
		}

		private float at(int bits) {
			return value(this.w, bits, this.least, this.most);
		}

		Finding impossible() {
			return finding("%s element %d is %s and became %s, which no scale gives.".formatted(this.tensor, this.index,
					this.w, this.q));
		}

		Finding excludes(Element other) {
			return finding("no scale gives both integers: " + describe() + ", but " + other.describe() + ".");
		}

		private String describe() {
			return "%s element %d is %s and becomes %s at scales from %s to %s".formatted(this.tensor, this.index,
					this.w, this.q, Float.intBitsToFloat(first()), Float.intBitsToFloat(last()));
		}

		private Finding finding(String message) {
			return new Finding(Code.CONTRADICTION, Severity.WARNING, this.tensor, message,
					"The integers are not those of these floats at any scale: one of them was changed, or they are of "
							+ "another checkpoint or layer, or of other bits than the options say.");
		}

	}

}
