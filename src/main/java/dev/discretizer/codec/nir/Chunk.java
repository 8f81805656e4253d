package dev.discretizer.codec.nir;

/**
 * A stored chunk of a dataset.
 *
 * @param index index of the chunk in C order
 * @param stored its bytes as they are in the file
 * @param mask bit i is set if filter i was left out
 */
record Chunk(int index, Cursor stored, int mask) {
}
