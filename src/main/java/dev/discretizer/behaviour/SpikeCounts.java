package dev.discretizer.behaviour;

import java.util.EnumMap;
import java.util.Map;

import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Spikes of each neuron of some layers in one recording, by mode. Arrays are shared.
 */
public final class SpikeCounts {

	private final Map<Mode, int @Nullable [][]> counts = new EnumMap<>(Mode.class);

	/**
	 * The spikes of each neuron of a layer, {@code [C, H, W]} in C order, at most 2^31 -
	 * 1; null if they were not kept.
	 * @param layer index in the network
	 */
	public int @Nullable [] of(Mode mode, int layer) {
		int @Nullable [][] layers = this.counts.get(mode);
		return (layers == null) ? null : layers[layer];
	}

	void put(Mode mode, int @Nullable [][] layers) {
		this.counts.put(mode, layers);
	}

	/** Reorders values from {@code [y][x][c]} to {@code [c][y][x]}. */
	static int[] channelsFirst(int[] values, Shape shape) {
		int channels = shape.dim(0);
		int area = shape.elements() / channels;
		int[] dest = new int[values.length];
		int from = 0;
		for (int position = 0; position < area; position++) {
			for (int c = 0; c < channels; c++) {
				dest[c * area + position] = values[from++];
			}
		}
		return dest;
	}

}
