package dev.discretizer.device;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A chip limit that a network exceeds.
 *
 * @param layer the layer at fault; null for the network as a whole
 * @param found the value found or needed
 * @param allowed the largest allowed value alone, or if {@link ChipLimit#isChoice()} all
 * allowed values
 * @param message both, as a sentence
 */
public record Violation(@Nullable String layer, ChipLimit limit, long found, List<Integer> allowed, String message) {
}
