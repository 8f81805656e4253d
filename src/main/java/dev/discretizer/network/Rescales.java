package dev.discretizer.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import dev.discretizer.graph.MalformedNetworkException;
import dev.discretizer.graph.MalformedNetworkException.Cause;
import dev.discretizer.graph.NetworkFault;
import dev.discretizer.graph.PlannedLayer;
import dev.discretizer.graph.Source;
import dev.discretizer.graph.UnsupportedNetworkException;
import dev.discretizer.tensor.Words;

/**
 * Resolves the rescale of each layer: the value given for the layer, else the plan's.
 */
final class Rescales {

	static final String PARAMETER = "rescale";

	/** Maximum number of sources that a message names. */
	private static final int NAMED = 10;

	private final GivenByLayer<Double> given;

	/**
	 * Checks the options against the layers.
	 * @throws MalformedNetworkException if a name belongs to no layer, or a layer gets
	 * two values
	 * @throws UnsupportedNetworkException if sinabs' rule for several factors gives 0
	 */
	Rescales(List<PlannedLayer> layers, NetworkOptions options) {
		this.given = new GivenByLayer<>(PARAMETER, options.rescaleOf(), layers);
		MalformedNetworkException.throwIfAny(Cause.DUPLICATE_NAME,
				layers.stream().map(this.given::twice).filter(Objects::nonNull).toList());
		List<NetworkFault> zeros = new ArrayList<>();
		for (PlannedLayer layer : layers) {
			if (isConflict(layer) && layer.rescale() == 0) {
				zeros.add(NetworkFault
					.ofNode(layer.name(), ("is fed through average pools of different factors (%s), and "
							+ "sinabs' rescale for them, round(mean * 0.5, 2), is 0: all weights would become 0; pools that "
							+ "agree or the parameter %s=<factor> are expected")
						.formatted(factors(layer), this.given.name(layer))));
			}
		}
		if (!zeros.isEmpty()) {
			throw new UnsupportedNetworkException(zeros);
		}
	}

	/** The factor of the layer's weight. */
	double of(PlannedLayer layer) {
		Double own = this.given.of(layer);
		return (own != null) ? own : layer.rescale();
	}

	/**
	 * Whether the average pools before a layer need different factors and the request
	 * gives none.
	 */
	boolean isConflict(PlannedLayer layer) {
		return layer.connections() != null && this.given.of(layer) == null && layer.connections().factors().length > 1;
	}

	private static String factors(PlannedLayer layer) {
		return Words.some(Objects.requireNonNull(layer.connections())
			.sources()
			.stream()
			.filter((source) -> source.layer() != null)
			.map(Rescales::factor)
			.toList(), NAMED);
	}

	private static String factor(Source source) {
		return source.layer() + " " + source.factor();
	}

}
