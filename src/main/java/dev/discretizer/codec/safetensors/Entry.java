package dev.discretizer.codec.safetensors;

import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.Shape;

/**
 * What the header says of one tensor, each entry sound in itself: its bytes are as many
 * as its shape and type need.
 *
 * @param begin offset in bytes of its first byte, counted from the end of the header
 * @param end offset in bytes after its last byte
 */
record Entry(String name, DType dtype, Shape shape, long begin, long end) {
}
