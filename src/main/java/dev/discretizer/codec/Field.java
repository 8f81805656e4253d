package dev.discretizer.codec;

/**
 * One value that a request to an endpoint may carry.
 *
 * @param name the name in binary containers and query parameters, such as "weight"
 * @param path the place in a JSON body: member names from the root, separated by "/",
 * such as "conv/weight"; the last one is the name
 * @param kind what the value is
 */
public record Field(String name, String path, Kind kind) {

	/** What a field's value is, and which Java type stands for it. */
	public enum Kind {

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

	/** The field's JSON pointer, such as "/conv/weight". */
	public String pointer() {
		return "/" + this.path;
	}

}
