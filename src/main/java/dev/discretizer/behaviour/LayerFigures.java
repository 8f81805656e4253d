package dev.discretizer.behaviour;

import org.jspecify.annotations.Nullable;

/**
 * The activity of one layer in one mode over all recordings, compared with
 * {@link Mode#FLOAT_STEP}. {@code n} and {@code f} are the spikes of a neuron in a
 * recording, in this mode and in float_step:
 *
 * <pre>
 * rate       = spikes / neurons / seconds
 * rate_ratio = sum n / sum f
 * divergence = sum |n - f| / sum f
 * cosine     = sum n f / sqrt(sum n^2 * sum f^2)
 * silenced: f &gt;= 3, n = 0     awakened: f = 0, n &gt;= 3     overactive: n &gt; 2 f, n &gt;= f + 10
 * </pre>
 *
 * Undefined figures are null: the rate without a duration, a quotient by zero, and all
 * comparisons if float_step was not run.
 *
 * @param spikes of all neurons
 * @param rate spikes per neuron and second
 * @param silenced number of neurons, summed over recordings, that should have fired and
 * did not
 * @param awakened number of neurons, summed over recordings, that fired and should not
 * have
 * @param overactive number of neurons, summed over recordings, that fired far too often
 * @param beyond by steps, number of states beyond 16 bits; by events, number of states
 * that saturated
 * @param synops additions of a weight to a state; by steps, one for each event and weight
 */
public record LayerFigures(long spikes, @Nullable Double rate, @Nullable Double rateRatio, @Nullable Double divergence,
		@Nullable Double cosine, @Nullable Long silenced, @Nullable Long awakened, @Nullable Long overactive,
		long beyond, long synops) {
}
