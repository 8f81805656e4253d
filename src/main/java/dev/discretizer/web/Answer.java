package dev.discretizer.web;

import java.util.List;
import java.util.Map;

import dev.discretizer.discretize.Finding;
import dev.discretizer.graph.Network;
import dev.discretizer.tensor.DiscreteTensor;
import org.jspecify.annotations.Nullable;

/**
 * A result in all the ways it can be written.
 *
 * @param document the JSON answer, tensors included, in the order of its members
 * @param summary the same without what the tensors hold, for the metadata of binary
 * answers
 * @param tensors what stands in binary answers, by name
 * @param scale for the header of binary answers, or null where there is none
 * @param limitedBy likewise
 * @param findings likewise
 * @param graph what stands in HDF5, or null where there is none
 */
record Answer(Map<String, @Nullable Object> document, Map<String, @Nullable Object> summary,
		Map<String, DiscreteTensor> tensors, @Nullable Float scale, @Nullable String limitedBy, List<Finding> findings,
		@Nullable Network graph) {

	/** An answer that is only ever JSON. */
	static Answer ofDocument(Map<String, @Nullable Object> document) {
		return new Answer(document, Map.of(), Map.of(), null, null, List.of(), null);
	}

}
