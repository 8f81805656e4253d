package dev.discretizer.discretize;

import java.util.List;

/**
 * What fixes a layer's scale: one of the terms that each allow a scale, of which the
 * smallest wins, the first of equals; or the smallest error.
 */
public enum Term {

	WEIGHT("weight"), BIAS("bias"), THRESHOLD("threshold"), STATE("state"),
	/** No term: the scale has the smallest error, as {@link ScaleRule#JOINT} chooses. */
	ERROR("error");

	/** The terms that propose a scale, in order. */
	public static final List<Term> PROPOSING = List.of(WEIGHT, BIAS, THRESHOLD, STATE);

	private final String label;

	Term(String label) {
		this.label = label;
	}

	/** The name in answers. */
	public String label() {
		return this.label;
	}

}
