package dev.discretizer.discretize;

import java.util.List;

import dev.discretizer.tensor.DiscreteTensor;
import org.jspecify.annotations.Nullable;

/**
 * A discretized tensor: a view that rounds as it is read, the report and the findings.
 *
 * @param scale the scale that was chosen or given; finite and above zero
 * @param tensor shares the input's array
 * @param report null where it was not wanted
 */
public record DiscretizedTensor(float scale, DiscreteTensor tensor, @Nullable TensorReport report,
		List<Finding> findings) {
}
