package dev.discretizer.graph;

import org.jspecify.annotations.Nullable;

/**
 * The shape of the data between two nodes, as far as it is known.
 *
 * @param channels 0 if not known; -1 behind what was refused
 * @param size height and width; null if not known
 * @param flat whether it is one dimension, which came of a Flatten or has never been an
 * image; channels and size are then those of the image before
 */
record Signal(int channels, @Nullable Size2d size, boolean flat) {

	/** Of which the file tells nothing. */
	static final Signal UNKNOWN = new Signal(0, null, false);

	/** Behind what was refused: whatever follows from it is not reported again. */
	static final Signal BROKEN = new Signal(-1, null, false);

	private static final Size2d POINT = new Size2d(1, 1);

	/** One dimension that has never been an image. */
	static Signal vector(int elements) {
		return new Signal(elements, POINT, true);
	}

	boolean isBroken() {
		return equals(BROKEN);
	}

	/** The same in one dimension. */
	Signal flattened() {
		return isBroken() ? this : new Signal(this.channels, this.size, true);
	}

	/** Whether an image is of one pixel, so that its shape has but one reading. */
	boolean isPoint() {
		return POINT.equals(this.size);
	}

	/** The number of elements, where all is known; below 2^31. */
	static long elements(int channels, Size2d size) {
		return (long) channels * size.height() * size.width();
	}

	/** As NIR writes a shape: "[16, 34, 34]", "[256]", with "?" for what is not known. */
	@Override
	public String toString() {
		if (this.channels == 0 && this.size == null) {
			return "[?]";
		}
		String channels = (this.channels == 0) ? "?" : Integer.toString(this.channels);
		if (this.size == null) {
			return "[%s, ?, ?]".formatted(channels);
		}
		return this.flat ? "[%d]".formatted(elements(this.channels, this.size))
				: "[%s, %d, %d]".formatted(channels, this.size.height(), this.size.width());
	}

}
