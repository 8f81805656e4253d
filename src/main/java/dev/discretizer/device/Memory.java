package dev.discretizer.device;

/**
 * Memory of one kind, in entries.
 *
 * @param needs what a layer takes
 * @param has what its core has; the most that a core of the chip has where it goes on
 * none
 */
public record Memory(long needs, int has) {
}
