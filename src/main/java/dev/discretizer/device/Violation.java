package dev.discretizer.device;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A limit of a chip that a network is over.
 *
 * @param layer the layer that is; null where it is the network as a whole
 * @param found what it has or needs
 * @param allowed the most there may be, alone; or if {@link ChipLimit#isChoice()} all
 * values there may be
 * @param message both in words
 */
public record Violation(@Nullable String layer, ChipLimit limit, long found, List<Integer> allowed, String message) {
}
