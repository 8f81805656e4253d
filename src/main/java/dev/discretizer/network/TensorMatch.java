package dev.discretizer.network;

import java.util.List;

/**
 * The comparison of one tensor's integers with the expected ones.
 *
 * @param name weight, bias, spike_threshold, min_v_mem or v_mem
 * @param elements number of elements
 * @param mismatches number of integers that differ from the expected ones
 * @param first the first mismatches, at most {@value #MOST}
 */
public record TensorMatch(String name, int elements, int mismatches, List<Difference> first) {

	/** Maximum number of differences that are listed. */
	public static final int MOST = 10;

	/** Copies the list. */
	public TensorMatch {
		first = List.copyOf(first);
	}

}
