package dev.discretizer.codec;

/**
 * One value that a request may carry, as far as decoders need to know it.
 */
public interface Field {

	/** What a field's value is, and which Java type stands for it. */
	enum Kind {

		/** A {@link dev.discretizer.tensor.FloatTensor}; a plain number is rank 0. */
		TENSOR,
		/** A Float, parsed straight to binary32, never through binary64. */
		FLOAT32,
		/** A Double. */
		FLOAT64,
		/** A Long; a number beyond its range saturates. */
		INTEGER,
		/** A Boolean. */
		BOOLEAN,
		/** A String. */
		TEXT

	}

	/** The name in binary containers and query parameters, such as "weight". */
	String name();

	/**
	 * The place in a JSON body: member names from the root, separated by "/", such as
	 * "conv/weight"; the last one is the name.
	 */
	String path();

	/** What the value is. */
	Kind kind();

	/** The field's JSON pointer, such as "/conv/weight". */
	default String pointer() {
		return "/" + path();
	}

}
