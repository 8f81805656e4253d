package dev.discretizer.device;

/**
 * A core of a chip, which holds one layer.
 *
 * @param index from 0
 * @param kernelMemory entries for weights
 * @param neuronMemory entries for neurons
 * @param biasMemory entries for biases
 */
public record Core(int index, int kernelMemory, int neuronMemory, int biasMemory) {
}
