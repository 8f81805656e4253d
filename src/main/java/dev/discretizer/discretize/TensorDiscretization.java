package dev.discretizer.discretize;

import java.util.ArrayList;
import java.util.List;

import dev.discretizer.discretize.ImpossibleInputException.Cause;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * sinabs' {@code discretize_tensor}, with or without the scale given.
 *
 * <pre>
 * q = clamp(rint(x * scale))
 * </pre>
 *
 * Source: sinabs 3.1.3, {@code sinabs/backend/dynapcnn/discretize.py}.
 */
public final class TensorDiscretization {

	private TensorDiscretization() {
	}

	/**
	 * Discretizes one tensor, without a histogram.
	 * @throws ImpossibleInputException as below
	 */
	public static DiscretizedTensor discretize(FloatTensor tensor, String name, @Nullable Float scaling,
			@Nullable Long bits, boolean toInt, boolean report) {
		return discretize(tensor, name, scaling, bits, toInt, report, false);
	}

	/**
	 * Discretizes one tensor.
	 * @param tensor of any shape; shared and never written to
	 * @param name the tensor's name in messages and findings
	 * @param scaling the scale, finite and above zero, or null for the scale that
	 * {@code bits} give
	 * @param bits precision, or null for int32 when a scaling is given and else for
	 * {@value Precision#WEIGHT_BITS}
	 * @param toInt integers if true, whole floats that are never clamped if false
	 * @param report whether the report is wanted
	 * @param histogram whether the report has a histogram of the integers
	 * @throws ImpossibleInputException if the tensor is empty or not finite, has no scale
	 * of its own, or a parameter is out of range
	 */
	public static DiscretizedTensor discretize(FloatTensor tensor, String name, @Nullable Float scaling,
			@Nullable Long bits, boolean toInt, boolean report, boolean histogram) {
		Precision precision = precision(scaling, bits);
		Inputs.checkFinite(tensor, name);
		float scale = (scaling != null) ? Inputs.checkFactor(scaling, "scaling") : ownScale(tensor, name, precision);
		Inputs.checkProducts(tensor, name, scale, "scale");
		TensorStatistics statistics = (report || (toInt && TensorStatistics.saturates(tensor, 1, scale, precision)))
				? TensorStatistics.of(tensor, 1, scale, precision, toInt, 1,
						TensorStatistics.Wanted.of(report, histogram))
				: null;
		List<Finding> findings = new ArrayList<>();
		Findings.saturated(findings, name, (statistics != null) ? statistics.saturated() : 0, tensor, precision);
		Findings.alreadyDiscrete(findings, name, tensor, 1);
		Findings.narrowed(findings, name, tensor);
		RoundedTensor rounded = new RoundedTensor(tensor, 1, scale, precision, toInt, toInt);
		return new DiscretizedTensor(scale, rounded, (report && statistics != null) ? statistics.report() : null,
				List.copyOf(findings));
	}

	private static Precision precision(@Nullable Float scaling, @Nullable Long bits) {
		if (bits != null) {
			return Precision.of(bits, "bits");
		}
		return (scaling != null) ? Precision.INT32 : new Precision(Precision.WEIGHT_BITS);
	}

	private static float ownScale(FloatTensor tensor, String name, Precision precision) {
		float scale = DiscretizationScale.of(tensor.min(), tensor.max(), precision);
		if (scale == DiscretizationScale.NONE) {
			throw new ImpossibleInputException(Cause.NO_SCALE, name,
					"%s has no scale: its largest magnitude is %s, above %s is expected (or give scaling)"
						.formatted(Inputs.called(name), Inputs.magnitude(tensor), precision.smallestScalable()));
		}
		return scale;
	}

}
