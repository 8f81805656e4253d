package dev.discretizer.codec;

import org.jspecify.annotations.Nullable;

/**
 * The bytes or the text of a request are not what their format says they must be.
 */
public final class MalformedInputException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** What can be wrong with a request's bytes. */
	public enum Cause {

		/** Not the format it claims to be, or broken inside. */
		MALFORMED("The request is malformed"),
		/** Ends before it is complete. */
		TRUNCATED("The body ends too early"),
		/** Goes on after its end. */
		TRAILING_BYTES("The body goes on after its end"),
		/** Shape and number of values or bytes disagree. */
		SHAPE_MISMATCH("Shape and data disagree"),
		/** Nested arrays of different lengths. */
		RAGGED_ARRAY("The nested arrays are ragged"),
		/** The same name twice. */
		DUPLICATE_NAME("A name occurs twice"),
		/** A member, tensor or parameter that this endpoint does not know. */
		UNKNOWN_MEMBER("Unknown member"),
		/** A member, tensor or parameter that this endpoint needs. */
		MISSING_MEMBER("A member is missing"),
		/** A value of the wrong kind, as a string for a number. */
		WRONG_TYPE("A value is of the wrong kind"),
		/** A type of element this service does not read, as a pickled object. */
		UNSUPPORTED_DTYPE("The element type is not supported"),
		/** A feature or version of the format that this service does not read. */
		UNSUPPORTED_FORMAT("The format's version or feature is not supported");

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

	private final @Nullable String pointer;

	/**
	 * Names what is wrong.
	 * @param cause the kind
	 * @param pointer JSON pointer of the member or tensor at fault, such as
	 * "/conv/weight", or null where none is
	 * @param detail what was found and what was expected, naming the tensor or member;
	 * for the client to read
	 */
	public MalformedInputException(Cause cause, @Nullable String pointer, String detail) {
		super(detail);
		this.cause = cause;
		this.pointer = pointer;
	}

	public Cause cause() {
		return this.cause;
	}

	public @Nullable String pointer() {
		return this.pointer;
	}

}
