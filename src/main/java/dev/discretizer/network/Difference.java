package dev.discretizer.network;

/**
 * An integer that is not the expected one.
 *
 * @param index of the element, in C order
 * @param expected what the rule gives
 * @param found what the file says
 * @param product what the expected one was rounded from: the rescaled element times the
 * scale, in binary32
 */
public record Difference(int index, float expected, float found, float product) {
}
