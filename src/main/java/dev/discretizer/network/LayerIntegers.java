package dev.discretizer.network;

import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * The integers of a layer in a file: whole numbers of any type. Tensors are shared and
 * never written to. A tensor that is null is not compared, except for the bias, which
 * counts as zeros.
 *
 * @param weight as many elements as the layer's weight
 * @param bias one element for each output channel, or null for zeros
 * @param spikeThreshold any shape, all elements equal; or null
 * @param minVMem any shape, all elements equal; or null
 * @param vMem as many elements as the layer's v_mem; or null
 */
public record LayerIntegers(FloatTensor weight, @Nullable FloatTensor bias, @Nullable FloatTensor spikeThreshold,
		@Nullable FloatTensor minVMem, @Nullable FloatTensor vMem) {
}
