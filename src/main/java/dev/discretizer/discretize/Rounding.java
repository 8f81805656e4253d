package dev.discretizer.discretize;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The kernels: scale and round a slice of a float array into a caller's array.
 *
 * <pre>
 * q = clamp(rint((x * rescale) * scale), lo, hi)
 * </pre>
 *
 * Both products are rounded to binary32; {@code rint} rounds half to even, as torch and
 * Python do. A rescale of 1 changes nothing, so there is no kernel without it. Every
 * product must be finite. Sources and destinations are plain arrays with offsets, not
 * checked here; nothing is allocated. Stateless, so safe for any thread.
 *
 * <p>
 * Where the integers are narrower than int, products are clamped first, to whole numbers,
 * which changes no result, and then rounded in binary32 by {@link #ROUNDER}: the loop is
 * then vectorized from end to end, and takes less than half of the time that it does by
 * {@code rint}, which goes by way of binary64 (JDK 25).
 *
 * <p>
 * Loops count through the source: those that count from zero, and index by the sum of
 * that and an offset, are no longer vectorized once they are inlined into the loop over
 * slices, and take five times as long (JDK 25).
 *
 * <p>
 * Discretizing into a caller's array is the counterpart of sinabs' in-place functions.
 */
public final class Rounding {

	private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

	private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

	private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

	/**
	 * 1.5 times 2^23. A float beside it has no room for fractions: adding it rounds, half
	 * to even as the addition does, and subtracting it again is exact. Holds for
	 * magnitudes up to 2^22.
	 */
	private static final float ROUNDER = 0x1.8p23f;

	private Rounding() {
	}

	/** One integer, clamped. */
	static int round(float x, float rescale, float scale, int lo, int hi) {
		return Math.max(lo, Math.min(hi, (int) Math.rint(x * rescale * scale)));
	}

	/**
	 * Rounds to integers.
	 * @param x read from {@code from} on
	 * @param lo smallest integer of the precision
	 * @param hi largest integer of the precision
	 * @param dest overwritten from {@code offset} on
	 * @param count number of elements
	 */
	public static void toInts(float[] x, int from, float rescale, float scale, int lo, int hi, int[] dest, int offset,
			int count) {
		int shift = offset - from;
		for (int i = from; i < from + count; i++) {
			dest[shift + i] = Math.max(lo, Math.min(hi, (int) Math.rint(x[i] * rescale * scale)));
		}
	}

	/**
	 * Rounds to whole numbers that stay floats.
	 * @param least smallest value, or negative infinity for no bound
	 * @param most largest value, or positive infinity for no bound
	 * @param dest overwritten from {@code offset} on; may be {@code x} itself at the same
	 * offset, which is sinabs' in-place form
	 */
	public static void toFloats(float[] x, int from, float rescale, float scale, float least, float most, float[] dest,
			int offset, int count) {
		int shift = offset - from;
		for (int i = from; i < from + count; i++) {
			dest[shift + i] = Math.max(least, Math.min(most, (float) Math.rint(x[i] * rescale * scale)));
		}
	}

	/**
	 * Rounds to bytes, one an element.
	 * @param lo smallest integer of the precision, at least -2^7
	 * @param hi largest integer of the precision, below 2^7
	 * @param dest overwritten from {@code offset} on
	 */
	public static void toInt8(float[] x, int from, float rescale, float scale, int lo, int hi, byte[] dest, int offset,
			int count) {
		float least = lo;
		float most = hi;
		int shift = offset - from;
		for (int i = from; i < from + count; i++) {
			float clamped = Math.max(least, Math.min(most, x[i] * rescale * scale));
			dest[shift + i] = (byte) (clamped + ROUNDER - ROUNDER);
		}
	}

	/**
	 * Rounds to bytes, one an element, where every product is known to round into the
	 * range of int8: without clamping, which takes two thirds of the time otherwise.
	 * @param dest overwritten from {@code offset} on
	 */
	public static void toInt8(float[] x, int from, float rescale, float scale, byte[] dest, int offset, int count) {
		int shift = offset - from;
		for (int i = from; i < from + count; i++) {
			dest[shift + i] = (byte) (x[i] * rescale * scale + ROUNDER - ROUNDER);
		}
	}

	/**
	 * Rounds to little-endian int16, two bytes an element.
	 * @param lo smallest integer of the precision, at least -2^15
	 * @param hi largest integer of the precision, below 2^15
	 * @param offset first byte written
	 */
	public static void toInt16(float[] x, int from, float rescale, float scale, int lo, int hi, byte[] dest, int offset,
			int count) {
		float least = lo;
		float most = hi;
		int shift = offset - Short.BYTES * from;
		for (int i = from; i < from + count; i++) {
			float clamped = Math.max(least, Math.min(most, x[i] * rescale * scale));
			SHORT.set(dest, shift + Short.BYTES * i, (short) (clamped + ROUNDER - ROUNDER));
		}
	}

	/**
	 * Rounds to little-endian int16, two bytes an element, where every product is known
	 * to round into the range of int16.
	 * @param offset first byte written
	 */
	public static void toInt16(float[] x, int from, float rescale, float scale, byte[] dest, int offset, int count) {
		int shift = offset - Short.BYTES * from;
		for (int i = from; i < from + count; i++) {
			SHORT.set(dest, shift + Short.BYTES * i, (short) (x[i] * rescale * scale + ROUNDER - ROUNDER));
		}
	}

	/**
	 * Rounds to little-endian int32, four bytes an element.
	 * @param offset first byte written
	 */
	public static void toInt32(float[] x, int from, float rescale, float scale, int lo, int hi, byte[] dest, int offset,
			int count) {
		int shift = offset - Integer.BYTES * from;
		for (int i = from; i < from + count; i++) {
			INT.set(dest, shift + Integer.BYTES * i,
					Math.max(lo, Math.min(hi, (int) Math.rint(x[i] * rescale * scale))));
		}
	}

	/**
	 * Rounds to little-endian float32, four bytes an element.
	 * @param least smallest value, or negative infinity for no bound
	 * @param most largest value, or positive infinity for no bound
	 * @param offset first byte written
	 */
	public static void toFloat32(float[] x, int from, float rescale, float scale, float least, float most, byte[] dest,
			int offset, int count) {
		int shift = offset - Float.BYTES * from;
		for (int i = from; i < from + count; i++) {
			FLOAT.set(dest, shift + Float.BYTES * i,
					Math.max(least, Math.min(most, (float) Math.rint(x[i] * rescale * scale))));
		}
	}

}
