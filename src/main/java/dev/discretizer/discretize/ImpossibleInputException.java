package dev.discretizer.discretize;

import org.jspecify.annotations.Nullable;

/**
 * Well-formed values that cannot be discretized.
 */
public final class ImpossibleInputException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** Reasons for which well-formed values cannot be discretized. */
	public enum Cause {

		/** NaN or infinity, given or arising in a product. */
		NOT_FINITE("A value is not finite"),
		/** A tensor without elements. */
		EMPTY_TENSOR("The tensor is empty"),
		/** A precision out of range. */
		BITS_OUT_OF_RANGE("The number of bits is out of range"),
		/** A scaling or rescale that is not above zero. */
		FACTOR_NOT_POSITIVE("The factor is not above zero"),
		/** A weight or bias whose shape does not fit the layer. */
		SHAPE_IMPOSSIBLE("The shape does not fit"),
		/** A threshold that is not above zero, or not above min_v_mem. */
		THRESHOLD_IMPOSSIBLE("The threshold is impossible"),
		/** Thresholds of one layer that differ from each other. */
		THRESHOLDS_DIFFER("The thresholds differ"),
		/** Nothing limits the scale: all is zero, or too small. */
		NO_SCALE("There is no scale"),
		/** A scalar outside the range of a long. */
		SCALAR_OUT_OF_RANGE("The result is out of range");

		private final String title;

		Cause(String title) {
			this.title = title;
		}

		/** One short sentence that holds for every failure of this cause. */
		public String title() {
			return this.title;
		}

	}

	private final Cause cause;

	private final @Nullable String field;

	/**
	 * Names what is impossible.
	 * @param cause the kind
	 * @param field the member or tensor at fault, such as "weight", or null where none is
	 * @param detail what was found and what was expected; for the client to read
	 */
	public ImpossibleInputException(Cause cause, @Nullable String field, String detail) {
		super(detail);
		this.cause = cause;
		this.field = field;
	}

	public Cause cause() {
		return this.cause;
	}

	public @Nullable String field() {
		return this.field;
	}

}
