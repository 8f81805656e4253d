package dev.discretizer.behaviour;

import org.jspecify.annotations.Nullable;

/**
 * What one layer did in one mode, over all recordings, and how that differs from
 * {@link Mode#FLOAT_STEP}. With {@code n} and {@code f} the spikes of a neuron in a
 * recording in this mode and in float_step:
 *
 * <pre>
 * rate       = spikes / neurons / seconds
 * rate_ratio = sum n / sum f
 * divergence = sum |n - f| / sum f
 * cosine     = sum n f / sqrt(sum n^2 * sum f^2)
 * silenced: f &gt;= 3, n = 0     awakened: f = 0, n &gt;= 3     overactive: n &gt; 2 f, n &gt;= f + 10
 * </pre>
 *
 * What is undefined is null: the rate without a duration, a quotient by zero, and all
 * comparisons where float_step was not run.
 *
 * @param spikes of all neurons
 * @param rate spikes of a neuron in a second
 * @param silenced how often a neuron that should have fired did not
 * @param awakened how often a neuron fired that should not have
 * @param overactive how often a neuron fired far too often
 * @param beyond by steps how many states were beyond 16 bits, by events how many
 * saturated
 * @param synops additions of a weight to a state; by steps one for each event and weight
 */
public record LayerFigures(long spikes, @Nullable Double rate, @Nullable Double rateRatio, @Nullable Double divergence,
		@Nullable Double cosine, @Nullable Long silenced, @Nullable Long awakened, @Nullable Long overactive,
		long beyond, long synops) {
}
