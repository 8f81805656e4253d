package dev.discretizer.network;

import java.util.Map;

import dev.discretizer.device.Device;
import dev.discretizer.discretize.Precision;
import dev.discretizer.discretize.UnsetMinVMem;
import org.jspecify.annotations.Nullable;

/**
 * How a network is discretized.
 *
 * @param toInt integers if true, whole floats that are never clamped if false
 * @param weightBits bits of a weight, {@value Precision#MIN_BITS} to
 * {@value Precision#MAX_BITS}
 * @param biasBits bits of a bias
 * @param stateBits bits of spike_threshold, min_v_mem and v_mem
 * @param unsetMinVMem what a missing min_v_mem means; null for
 * {@link UnsetMinVMem#NEGATIVE_THRESHOLD} with a finding that says so
 * @param minVMem of all layers that have none of their own, before scaling, or null
 * @param minVMemOf of one layer, before scaling, by the name of its weight or of its
 * neurons; goes before that of all layers
 * @param report whether reports are wanted
 * @param device the chip to fit the network on, or null for none
 */
public record NetworkOptions(boolean toInt, long weightBits, long biasBits, long stateBits,
		@Nullable UnsetMinVMem unsetMinVMem, @Nullable Float minVMem, Map<String, Float> minVMemOf, boolean report,
		@Nullable Device device) {

	/** What sinabs does. */
	public static final NetworkOptions DEFAULTS = new NetworkOptions(true, Precision.WEIGHT_BITS, Precision.WEIGHT_BITS,
			Precision.STATE_BITS, null, null, Map.of(), true, null);

	/** Copies the map. */
	public NetworkOptions {
		minVMemOf = Map.copyOf(minVMemOf);
	}

}
