package dev.discretizer.discretize;

import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * The float parameters of one convolutional (or linear) layer and the spiking layer it
 * feeds, under sinabs' names. Tensors are shared and never written to.
 *
 * @param weight any rank from 1; the first dimension is the output channels
 * @param bias one element for each output channel, or null for none
 * @param spikeThreshold above zero; an array counts as its one value when all are equal
 * @param minVMem lower bound of the membrane potential, below the threshold; an array as
 * above; null for unset
 * @param vMem membrane potentials of any shape, or null for none; one of shape [0], as
 * sinabs has it before a layer has run, counts as none
 */
public record Layer(FloatTensor weight, @Nullable FloatTensor bias, FloatTensor spikeThreshold,
		@Nullable FloatTensor minVMem, @Nullable FloatTensor vMem) {

	/** A v_mem of shape [0] is that of a layer which has not run, in sinabs: none. */
	public Layer {
		vMem = (vMem != null && vMem.shape().rank() == 1 && vMem.elements() == 0) ? null : vMem;
	}

}
