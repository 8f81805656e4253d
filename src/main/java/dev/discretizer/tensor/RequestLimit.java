package dev.discretizer.tensor;

/**
 * The limits that decoders and simulations check. Their values are properties of the same
 * names under {@code discretizer.limits}.
 */
public enum RequestLimit {

	/** Bytes of a request body as sent. */
	BODY("body", "bytes"),
	/** Bytes after decompression, over all entries of an archive. */
	INFLATED("inflated", "bytes"),
	/** Elements, over all tensors of a request. */
	ELEMENTS("elements", "elements"),
	/** Dimensions of one tensor. */
	RANK("rank", "dimensions"),
	/** Tensors in one request. */
	TENSORS("tensors", "tensors"),
	/** Bytes of a format's own header, as of npy and safetensors. */
	HEADER("header", "bytes"),
	/** Levels of nesting in JSON. */
	JSON_DEPTH("json-depth", "levels"),
	/** Elements that a request discretizes by the joint rule, each width counted. */
	JOINT_ELEMENTS("joint-elements", "elements"),
	/** Recordings of a request. */
	RECORDINGS("recordings", "recordings"),
	/** Time steps of one recording. */
	STEPS("steps", "steps"),
	/** Additions of a weight to a state, and other work, over a request's simulations. */
	SYNOPS("synops", "synops");

	private final String label;

	private final String unit;

	RequestLimit(String label, String unit) {
		this.label = label;
		this.unit = unit;
	}

	/** The property's name under {@code discretizer.limits}. */
	public String label() {
		return this.label;
	}

	/** What is counted, in the plural. */
	public String unit() {
		return this.unit;
	}

}
