package dev.discretizer.web;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import dev.discretizer.discretize.Histogram;
import dev.discretizer.discretize.ScaleRule;
import dev.discretizer.discretize.TensorDiscretization;
import dev.discretizer.network.SweepRow;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import dev.discretizer.web.api.ComparisonObjects;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.JsonObject;
import dev.discretizer.web.api.ResultObjects;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is reserved for reports is what they take: as much as is allocated for them at
 * least, and not several times that.
 */
class ReportMemoryTests {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private static final int ROWS = 10_000;

	private static final int RUNS = 20;

	/** Counts above those that the JVM has boxed already. */
	private static final FloatTensor MANY = many();

	@Test
	void rowsOfASweep() {
		Supplier<Object> rows = () -> {
			List<SweepRow> all = new ArrayList<>();
			for (int i = 0; i < ROWS; i++) {
				all.add(new SweepRow("layer", 8, ScaleRule.REFERENCE, i, i + 1000, i + 0.5, i + 0.25, i, i + 1000,
						i + 1000, i, i + 1000, i + 1000, i + 1000));
			}
			return ComparisonObjects.SWEEP.document(all);
		};
		assertThat(ApiRequestResolver.ROW * ROWS).isBetween(allocated(rows), 2 * allocated(rows));
	}

	@Test
	void countsOfAHistogram() {
		int counts = 1 << Histogram.MAX_BITS;
		long each = (allocated(() -> document(true)) - allocated(() -> document(false))) / counts;
		assertThat(ApiRequestResolver.COUNT).isBetween(each, 3 * each);
	}

	private static Object document(boolean histogram) {
		@SuppressWarnings("unchecked")
		JsonObject<ResultObjects.NamedTensor> answer = (JsonObject<ResultObjects.NamedTensor>) Endpoint.TENSOR.answer();
		return answer.document(new ResultObjects.NamedTensor("tensor", TensorDiscretization.discretize(MANY, "tensor",
				null, (long) Histogram.MAX_BITS, true, true, histogram)));
	}

	private static FloatTensor many() {
		float[] elements = new float[1 << 20];
		IntStream.range(0, elements.length).forEach((i) -> elements[i] = i);
		return FloatTensor.of(Shape.of(elements.length), elements);
	}

	/** The least of several runs: the first ones also load classes and link calls. */
	private static long allocated(Supplier<Object> work) {
		long least = Long.MAX_VALUE;
		for (int run = 0; run < RUNS; run++) {
			long before = THREADS.getCurrentThreadAllocatedBytes();
			Object kept = work.get();
			least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
			assertThat(kept).isNotNull();
		}
		return least;
	}

}
