package dev.discretizer.network;

/**
 * The binary32 scales at which a layer's floats become given integers: all scales from
 * the smallest to the largest, as products grow with the scale.
 *
 * @param low the smallest scale, above zero
 * @param high the largest scale, finite
 */
public record ScaleRange(float low, float high) {

	/** Number of binary32 scales from low to high, both included. */
	public int count() {
		return Float.floatToRawIntBits(this.high) - Float.floatToRawIntBits(this.low) + 1;
	}

	/** Whether a scale is in the range. */
	public boolean contains(float scale) {
		return this.low <= scale && scale <= this.high;
	}

}
