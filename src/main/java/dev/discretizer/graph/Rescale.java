package dev.discretizer.graph;

import java.util.List;

/**
 * The rescale of a layer: the factor of its weight that makes up for average pools that
 * are sum pools on the chip.
 *
 * <pre>
 * f1 &lt; f2 &lt; ... fn  the distinct factors of the sources that are neurons
 * n = 0: 1     n = 1: f1     n &gt; 1: round(mean(f) * 0.5, 2 decimals)
 * </pre>
 *
 * In binary64, rounded half to even after multiplying by 100, as numpy does; the result
 * may be 0. With several factors no rescale is right for all sources.
 *
 * <p>
 * Source: sinabs 3.1.3, {@code sinabs/backend/dynapcnn/weight_rescaling_methods.py}.
 */
public final class Rescale {

	private Rescale() {
	}

	/** The distinct factors of the sources that are neurons, ascending. */
	public static double[] factors(List<Source> sources) {
		return sources.stream()
			.filter((source) -> source.layer() != null)
			.mapToDouble(Source::factor)
			.sorted()
			.distinct()
			.toArray();
	}

	static double of(List<Source> sources) {
		double[] factors = factors(sources);
		if (factors.length < 2) {
			return (factors.length == 0) ? 1 : factors[0];
		}
		double sum = 0;
		for (double factor : factors) {
			sum += factor;
		}
		return Math.rint(sum / factors.length * 0.5 * 100) / 100;
	}

}
