package dev.discretizer.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.discretizer.graph.MalformedNetworkException.Cause;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of a request that complete a state dict.
 *
 * @param spikeThreshold of all layers, or null where each has its own
 * @param rescale of all layers, or null where each has its own, or none
 * @param spike the module that holds a layer's spike tensors, by the layer's name, where
 * it is another than the weight's
 */
public record StateDictOptions(@Nullable Float spikeThreshold, @Nullable Double rescale, Map<String, String> spike) {

	/** Everything from the tensors. */
	public static final StateDictOptions NONE = new StateDictOptions(null, null, Map.of());

	/**
	 * The pairs of a parameter such as "0:2,5:6".
	 * @return module of the spike tensors by that of the weight
	 * @throws MalformedNetworkException if it is not a list of such pairs, or names a
	 * weight twice
	 */
	public static Map<String, String> pairs(String text) {
		Map<String, String> pairs = new LinkedHashMap<>();
		for (String pair : text.split(",", -1)) {
			String[] names = pair.split(":", -1);
			if (names.length != 2 || names[0].isEmpty() || names[1].isEmpty()) {
				throw failure(Cause.MALFORMED,
						"pairs of names as in 0:2,5:6 are expected, no such pair found: \"" + pair + "\"");
			}
			if (pairs.put(names[0], names[1]) != null) {
				throw failure(Cause.DUPLICATE_NAME, "%s is paired twice, once is expected".formatted(names[0]));
			}
		}
		return pairs;
	}

	private static MalformedNetworkException failure(Cause cause, String reason) {
		return new MalformedNetworkException(cause, List.of(NetworkFault.ofParameter("spike", reason)));
	}

}
