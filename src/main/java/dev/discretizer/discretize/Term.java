package dev.discretizer.discretize;

/**
 * The terms of a layer that each allow a scale; the smallest wins, the first of equals.
 */
public enum Term {

	WEIGHT("weight"), BIAS("bias"), THRESHOLD("threshold"), STATE("state");

	private final String label;

	Term(String label) {
		this.label = label;
	}

	/** The name in answers. */
	public String label() {
		return this.label;
	}

}
