package dev.discretizer.discretize;

import java.util.List;

import dev.discretizer.tensor.DiscreteTensor;
import org.jspecify.annotations.Nullable;

/**
 * A discretized layer: views that round as they are read, the scale and what limited it,
 * the report and the findings.
 *
 * @param scales the scale and where it comes from
 * @param weight shares the input's array
 * @param bias null without a bias
 * @param spikeThreshold of rank 0
 * @param minVMem of rank 0; there also when the input had none
 * @param vMem null without a state
 * @param report null where it was not wanted
 * @param inhibition how strongly the weights inhibit
 */
public record DiscretizedLayer(LayerScales scales, DiscreteTensor weight, @Nullable DiscreteTensor bias,
		DiscreteTensor spikeThreshold, DiscreteTensor minVMem, @Nullable DiscreteTensor vMem,
		@Nullable LayerReport report, List<Finding> findings, Inhibition inhibition) {

	/** The scale of all of the layer's tensors; finite and above zero. */
	public float scale() {
		return this.scales.scale();
	}

}
