package dev.discretizer.network;

import java.util.List;

/**
 * How the integers of one tensor compare with the expected ones.
 *
 * @param name weight, bias, spike_threshold, min_v_mem or v_mem
 * @param elements number of elements
 * @param mismatches how many integers are not the expected ones
 * @param first the first of them, at most {@value #MOST}
 */
public record TensorMatch(String name, int elements, int mismatches, List<Difference> first) {

	/** Differences that are listed at most. */
	public static final int MOST = 10;

	/** Copies the list. */
	public TensorMatch {
		first = List.copyOf(first);
	}

}
