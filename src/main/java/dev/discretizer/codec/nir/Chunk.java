package dev.discretizer.codec.nir;

/**
 * Where a chunk of a dataset is in the file.
 *
 * @param index which chunk of the dataset, counted in C order
 * @param stored its bytes as they are in the file
 * @param mask bit i for the filter i that was left out
 */
record Chunk(int index, Cursor stored, int mask) {
}
