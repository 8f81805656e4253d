package dev.discretizer.device;

import java.util.List;

/**
 * Whether a chip can hold a network, and where.
 *
 * @param device the chip's name
 * @param fits whether there are no violations
 * @param layers in the order that data flows
 * @param violations every limit the network is over, by layer
 */
public record Fit(String device, boolean fits, List<LayerFit> layers, List<Violation> violations) {

	/** Copies the lists. */
	public Fit {
		layers = List.copyOf(layers);
		violations = List.copyOf(violations);
	}

	/**
	 * Finds a core for each layer, or what stands in the way.
	 * @param layers in the order that data flows
	 */
	public static Fit of(Device device, List<ChipLayer> layers, BitWidths bits) {
		return new Fitting(device, layers, bits).fit();
	}

}
