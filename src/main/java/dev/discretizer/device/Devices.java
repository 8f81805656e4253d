package dev.discretizer.device;

import java.util.List;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * The chips that sinabs supports, and those it did.
 *
 * <p>
 * Source: sinabs 3.1.3, {@code sinabs/backend/dynapcnn/chips/dynapcnn.py} and
 * {@code chip_factory.py}; sinabs 2.0.3 for the older ones ({@code speck2cmini.py}); the
 * limits of a layer from <a href=
 * "https://synsense-sys-int.gitlab.io/samna/models/speckSeries/speck2e.html">samna's page
 * of Speck 2e</a>, and the 8 bits of a bias from {@code discretize.py}.
 */
public final class Devices {

	private static final int KI = 1024;

	/** All chips have the same, as far as is published. */
	private static final LayerLimits LIMITS = new LayerLimits(128, 64, 1024, 16, List.of(1, 2, 4, 8), 7,
			List.of(1, 2, 4), 2, 8, 8, 16, List.of(1, 2, 4));

	private static final List<Core> NINE = cores(new int[] { 16, 16, 16, 32, 32, 64, 64, 16, 16 },
			new int[] { 64, 64, 64, 32, 32, 16, 16, 16, 16 }, new int[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 });

	private static final List<Core> FIVE = cores(new int[] { 16, 32, 32, 64, 16 }, new int[] { 64, 32, 32, 16, 16 },
			new int[] { 0, 0, 0, 1, 1 });

	private static final List<Device> ALL = List.of(new Device("speck2e", true, NINE, LIMITS),
			new Device("speck2edevkit", true, NINE, LIMITS), new Device("speck2fmodule", true, NINE, LIMITS),
			new Device("speck2fdevkit", true, NINE, LIMITS), new Device("dynapcnndevkit", false, NINE, LIMITS),
			new Device("speck2b", false, NINE, LIMITS), new Device("speck2btiny", false, NINE, LIMITS),
			new Device("speck2cmini", false, FIVE, LIMITS), new Device("speck2dmini", false, FIVE, LIMITS));

	private Devices() {
	}

	/** All, those that sinabs supports first. */
	public static List<Device> all() {
		return ALL;
	}

	/** The one of that name, or null. */
	public static @Nullable Device named(String name) {
		for (Device device : ALL) {
			if (device.name().equals(name)) {
				return device;
			}
		}
		return null;
	}

	/** Memories in units of 1024 entries. */
	private static List<Core> cores(int[] kernel, int[] neuron, int[] bias) {
		return IntStream.range(0, kernel.length)
			.mapToObj((i) -> new Core(i, kernel[i] * KI, neuron[i] * KI, bias[i] * KI))
			.toList();
	}

}
