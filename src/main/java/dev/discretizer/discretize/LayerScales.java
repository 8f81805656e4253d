package dev.discretizer.discretize;

import org.jspecify.annotations.Nullable;

/**
 * The scale that each term of a layer allows, and the smallest of them.
 *
 * <pre>
 * scale = min(weight, bias, threshold, state)
 * </pre>
 *
 * Where the scale is chosen by its error instead, the terms still say what they propose.
 */
public final class LayerScales {

	private final float[] candidates;

	private final Term limitedBy;

	private final float scale;

	/**
	 * Takes the smallest.
	 * @param candidates a scale for each {@link Term}, in order;
	 * {@link DiscretizationScale#NONE} for none, which not all are; shared
	 */
	LayerScales(float... candidates) {
		assert candidates.length == Term.PROPOSING.size();
		this.candidates = candidates;
		Term smallest = Term.WEIGHT;
		for (Term term : Term.PROPOSING) {
			smallest = (raw(term) < raw(smallest)) ? term : smallest;
		}
		this.limitedBy = smallest;
		this.scale = raw(smallest);
	}

	private LayerScales(float[] candidates, Term limitedBy, float scale) {
		this.candidates = candidates;
		this.limitedBy = limitedBy;
		this.scale = scale;
	}

	/** The same proposals, but another scale, which has the smallest error. */
	LayerScales chosenByError(float scale) {
		return new LayerScales(this.candidates, Term.ERROR, scale);
	}

	private float raw(Term term) {
		return this.candidates[term.ordinal()];
	}

	/** The layer's scale: finite and above zero. */
	public float scale() {
		return this.scale;
	}

	/** The term that gave the scale, of several the first; or {@link Term#ERROR}. */
	public Term limitedBy() {
		return this.limitedBy;
	}

	/** The scale of one term alone, or null where it has none; not of the error. */
	public @Nullable Float candidate(Term term) {
		return (raw(term) == DiscretizationScale.NONE) ? null : (Float) raw(term);
	}

	/** The smallest scale of all terms, also where another was chosen by its error. */
	float reference() {
		return withWeight(raw(Term.WEIGHT));
	}

	/**
	 * The smallest scale of all terms if the weight proposed another.
	 * @param candidate of the weight, or {@link DiscretizationScale#NONE}
	 * @return {@link DiscretizationScale#NONE} if no term proposes one then
	 */
	float withWeight(float candidate) {
		return Math.min(Math.min(candidate, raw(Term.BIAS)), Math.min(raw(Term.THRESHOLD), raw(Term.STATE)));
	}

	/**
	 * The smallest scale of the terms that do not limit, or null where they have none.
	 */
	@Nullable Float runnerUp() {
		float smallest = DiscretizationScale.NONE;
		for (Term term : Term.PROPOSING) {
			smallest = (term == this.limitedBy) ? smallest : Math.min(smallest, raw(term));
		}
		return (smallest == DiscretizationScale.NONE) ? null : (Float) smallest;
	}

}
