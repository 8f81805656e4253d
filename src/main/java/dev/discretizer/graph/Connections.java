package dev.discretizer.graph;

import java.util.List;

/**
 * What a layer is connected to, and the factors that this asks of its weight.
 *
 * @param sources at least one, each layer once: the input first, then layers in the order
 * of the plan
 * @param destinations at least one, each pair of a layer or Output and a pool once:
 * layers in the order of the plan, then Outputs in the natural order of their names
 */
public record Connections(List<Source> sources, List<Destination> destinations) {

	/** Copies the lists. */
	public Connections {
		sources = List.copyOf(sources);
		destinations = List.copyOf(destinations);
	}

	/** The distinct factors of the sources that are neurons, ascending. */
	public double[] factors() {
		return this.sources.stream()
			.filter((source) -> source.layer() != null)
			.mapToDouble(Source::factor)
			.sorted()
			.distinct()
			.toArray();
	}

	/**
	 * The factor of the layer's weight that makes up for average pools that are sum pools
	 * on the chip.
	 *
	 * <pre>
	 * f1 &lt; f2 &lt; ... fn  the distinct factors
	 * n = 0: 1     n = 1: f1     n &gt; 1: round(mean(f) * 0.5, 2 decimals)
	 * </pre>
	 *
	 * In binary64, rounded half to even after multiplying by 100, as numpy does; may be
	 * 0. With several factors no number is right for all sources.
	 *
	 * <p>
	 * Source: sinabs 3.1.3, {@code sinabs/backend/dynapcnn/weight_rescaling_methods.py}.
	 */
	double rescale() {
		double[] factors = factors();
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
