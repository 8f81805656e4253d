package dev.discretizer.behaviour;

import java.util.List;

/**
 * The activity of a network in one mode.
 *
 * @param layers in the order of the network
 * @param synops of all layers
 */
public record ModeResult(Mode mode, List<LayerFigures> layers, Summary summary, long synops) {

	/** Copies the list. */
	public ModeResult {
		layers = List.copyOf(layers);
	}

}
