package dev.discretizer.codec.recording;

import java.util.Arrays;

import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.ImpossibleRecordingException;
import dev.discretizer.tensor.ImpossibleRecordingException.Cause;
import dev.discretizer.tensor.RasterRecording;
import dev.discretizer.tensor.Shape;

/**
 * Makes a recording from counts {@code [T, C, H, W]}, in C or Fortran order, each 0 to
 * 65535. If polarities are merged, the counts of all channels are added up.
 */
final class Raster {

	private final String recording;

	private final Shape shape;

	private final boolean fortran;

	private final WholeNumbers numbers;

	private final Shape input;

	private final boolean merged;

	/**
	 * Checks the shape.
	 * @param elements plain numbers
	 */
	Raster(String recording, Elements elements, Shape input, boolean mergePolarity) {
		this.recording = recording;
		this.shape = elements.header().shape();
		this.fortran = elements.header().isFortran();
		this.numbers = elements.numbers();
		this.input = input;
		this.merged = mergePolarity;
		boolean channels = this.shape.rank() == 4 && (mergePolarity || this.shape.dim(1) == input.dim(0));
		if (!channels || this.shape.dim(2) != input.dim(1) || this.shape.dim(3) != input.dim(2)) {
			throw new ImpossibleRecordingException(Cause.SHAPE_IMPOSSIBLE, recording, -1, this.shape.toString(),
					"recording %s: an array of shape %s found, [T, %s, %d, %d] is expected for the input %s".formatted(
							recording, this.shape, mergePolarity ? "C" : input.dim(0), input.dim(1), input.dim(2),
							input));
		}
	}

	/** Reads all counts. */
	RasterRecording read(Allowance allowance) {
		int steps = this.shape.dim(0);
		int length = Math.multiplyExact(steps, this.input.elements());
		allowance.reserve(length * (long) Character.BYTES);
		char[] counts = new char[length];
		int[] index = new int[this.shape.rank()];
		for (int i = 0; i < this.shape.elements(); i++) {
			int place = place(index);
			counts[place] = sum(counts[place], i, index);
			next(index);
		}
		return new RasterRecording(this.recording, this.input, steps, counts);
	}

	private int place(int[] index) {
		int channel = this.merged ? 0 : index[1];
		return ((index[0] * this.input.dim(0) + channel) * this.input.dim(1) + index[2]) * this.input.dim(2) + index[3];
	}

	private char sum(char before, int i, int[] index) {
		if (this.numbers.isWhole(i)) {
			long value = this.numbers.value(i);
			if (value >= 0 && value <= Character.MAX_VALUE - before) {
				return (char) (before + value);
			}
		}
		String value = this.numbers.text(i);
		String merging = (before > 0) ? ", as the channels before have %d".formatted((int) before) : "";
		throw new ImpossibleRecordingException(Cause.VALUE_IMPOSSIBLE, this.recording, linear(index), value,
				"recording %s: count %s is %s, a whole number from 0 to %d is expected%s".formatted(this.recording,
						Arrays.toString(index), value, Character.MAX_VALUE - before, merging));
	}

	private long linear(int[] index) {
		long linear = 0;
		for (int d = 0; d < index.length; d++) {
			linear = linear * this.shape.dim(d) + index[d];
		}
		return linear;
	}

	/** Advances the index in the order of the file. */
	private void next(int[] index) {
		for (int k = 0; k < index.length; k++) {
			int d = this.fortran ? k : index.length - 1 - k;
			if (++index[d] < this.shape.dim(d)) {
				return;
			}
			index[d] = 0;
		}
	}

}
