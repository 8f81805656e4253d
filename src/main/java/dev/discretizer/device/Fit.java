package dev.discretizer.device;

import java.util.List;

/**
 * Whether a chip can hold a network, and on which cores.
 *
 * @param device the chip's name
 * @param fits whether there are no violations
 * @param layers in topological order
 * @param violations every limit the network exceeds, by layer
 */
public record Fit(String device, boolean fits, List<LayerFit> layers, List<Violation> violations) {

	/** Copies the lists. */
	public Fit {
		layers = List.copyOf(layers);
		violations = List.copyOf(violations);
	}

	/**
	 * Finds a core for each layer, or the limits that prevent it.
	 * @param layers in topological order
	 */
	public static Fit of(Device device, List<ChipLayer> layers, BitWidths bits) {
		return new Fitting(device, layers, bits).fit();
	}

}
