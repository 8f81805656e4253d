package dev.discretizer.graph;

import org.jspecify.annotations.Nullable;

/**
 * The shape of the data between two nodes, as far as it is known.
 *
 * @param channels 0 if not known; -1 after a refused node
 * @param size height and width; null if not known
 * @param flat whether it has one dimension, after a Flatten or because it never was an
 * image; channels and size are then those of the image before the Flatten
 */
record Signal(int channels, @Nullable Size2d size, boolean flat) {

	/** Of unknown channels and size. */
	static final Signal UNKNOWN = new Signal(0, null, false);

	/** After a refused node: consequences are not reported again. */
	static final Signal BROKEN = new Signal(-1, null, false);

	private static final Size2d POINT = new Size2d(1, 1);

	/** One dimension that has never been an image. */
	static Signal vector(int elements) {
		return new Signal(elements, POINT, true);
	}

	boolean isBroken() {
		return equals(BROKEN);
	}

	/** This signal after a Flatten. */
	Signal flattened() {
		return isBroken() ? this : new Signal(this.channels, this.size, true);
	}

	/** Whether height and width are 1, so that flattening changes nothing. */
	boolean isPoint() {
		return POINT.equals(this.size);
	}

	/**
	 * Whether both can be of one shape [channels, height, width]. One dimension of
	 * several elements has to come from the same image: the chip addresses pixels.
	 */
	boolean agrees(Signal other) {
		boolean channelsAgree = this.channels == 0 || other.channels == 0 || this.channels == other.channels;
		boolean sizesAgree = this.size == null || other.size == null
				|| (this.size.equals(other.size) && (this.flat == other.flat || isPoint()));
		return channelsAgree && sizesAgree;
	}

	/** This signal, and of the other what is unknown here; both agree. */
	Signal completedBy(Signal other) {
		return new Signal((this.channels == 0) ? other.channels : this.channels,
				(this.size == null) ? other.size : this.size, this.flat || other.flat);
	}

	/** The number of elements of a known shape; below 2^31. */
	static long elements(int channels, Size2d size) {
		return (long) channels * size.height() * size.width();
	}

	/**
	 * As NIR writes a shape: "[16, 34, 34]", "[256]", with "?" for unknown dimensions.
	 */
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
