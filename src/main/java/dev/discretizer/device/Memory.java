package dev.discretizer.device;

/**
 * Memory of one kind, in entries.
 *
 * @param needs what a layer takes
 * @param has what its core has; the largest of the chip where the layer has no core
 */
public record Memory(long needs, int has) {
}
