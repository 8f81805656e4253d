package dev.discretizer.network;

import java.util.HashMap;
import java.util.Map;

import dev.discretizer.device.Device;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.discretize.ScaleRule;
import dev.discretizer.discretize.UnsetMinVMem;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * Options of networks that differ from the defaults in one thing.
 */
final class GivenOptions {

	private static final NetworkOptions DEFAULTS = NetworkOptions.DEFAULTS;

	private GivenOptions() {
	}

	static NetworkOptions minVMem(@Nullable Float all, Map<String, Float> of) {
		Map<String, FloatTensor> tensors = new HashMap<>();
		of.forEach((name, value) -> tensors.put(name, FloatTensor.scalar(value)));
		return new NetworkOptions(DEFAULTS.layer(), true, (all != null) ? FloatTensor.scalar(all) : null, tensors,
				Map.of(), false, null);
	}

	static NetworkOptions minVMem(float all) {
		return minVMem(all, Map.of());
	}

	static NetworkOptions unset(UnsetMinVMem choice) {
		return new NetworkOptions(DEFAULTS.layer().withUnsetMinVMem(choice), false, null, Map.of(), Map.of(), false,
				null);
	}

	static NetworkOptions on(@Nullable Device device) {
		return new NetworkOptions(DEFAULTS.layer(), true, null, Map.of(), Map.of(), false, device);
	}

	/** With a missing min_v_mem as in the defaults. */
	static NetworkOptions layer(boolean toInt, long weightBits, long biasBits, long stateBits, boolean report) {
		return new NetworkOptions(new LayerOptions(toInt, weightBits, biasBits, stateBits, 1,
				NetworkOptions.UNSET_MIN_V_MEM, report, ScaleRule.REFERENCE, false), true, null, Map.of(), Map.of(),
				false, null);
	}

}
