package dev.discretizer.discretize;

import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * The signal to quantization noise ratio of weights as a neuron feels them: relative to
 * its threshold, which was rounded too.
 *
 * <pre>
 * error_i = q_i * threshold / integer threshold - w_i
 * sqnr    = 10 log10(sum w_i^2 / sum error_i^2)
 * </pre>
 *
 * Everything is summed in binary64, in an order that depends on the size alone.
 */
public final class EffectiveSqnr {

	/** Elements of a tile, which stay in the first-level cache. */
	private static final int TILE = 256;

	private EffectiveSqnr() {
	}

	/**
	 * The ratio in dB, or null where the integer threshold is zero, and where there is no
	 * error or no signal.
	 * @param weight before
	 * @param rescale factor of the weight
	 * @param integers after, of an integer type
	 * @param threshold before, above zero
	 * @param integerThreshold after
	 */
	public static @Nullable Double db(FloatTensor weight, float rescale, DiscreteTensor integers, float threshold,
			int integerThreshold) {
		if (integerThreshold == 0) {
			return null;
		}
		ErrorSums errors = new ErrorSums(TILE);
		float[] x = new float[TILE];
		int[] q = new int[TILE];
		for (int from = 0; from < weight.elements(); from += TILE) {
			int count = Math.min(TILE, weight.elements() - from);
			integers.ints(from, q, 0, count);
			System.arraycopy(weight.array(), from, x, 0, count);
			for (int i = 0; i < count; i++) {
				x[i] *= rescale;
			}
			errors.add(q, x, integerThreshold / (double) threshold, count);
		}
		return errors.sqnrDb();
	}

}
