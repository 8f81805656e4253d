package dev.discretizer.device;

/**
 * How many bits the integers of a network take.
 */
public record BitWidths(long weight, long bias, long state) {
}
