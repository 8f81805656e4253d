package dev.discretizer.service;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The digests of a result's inputs and outputs: SHA-256 in hex of little-endian bytes in
 * C order.
 *
 * @param inputs by tensor, of its elements in binary32
 * @param outputs by tensor, of its elements in their own type
 * @param digest of the outputs alone: of the lines {@code name dtype shape sha256}, each
 * ended by a line feed, sorted; the shape as in 16x2x5x5, empty for rank 0
 */
public record Provenance(Map<String, String> inputs, Map<String, String> outputs, String digest) {

	/** Copies both, and sorts them by name. */
	public Provenance {
		inputs = sorted(inputs);
		outputs = sorted(outputs);
	}

	private static SortedMap<String, String> sorted(Map<String, String> map) {
		return Collections.unmodifiableSortedMap(new TreeMap<>(map));
	}

}
