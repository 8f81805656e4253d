package dev.discretizer.budget;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(60)
class ComputePermitsTests {

	@Test
	void asManyComputeAtOnceAsThereArePermits() throws Exception {
		assertThat(mostAtOnce(new ComputePermits(3), 3)).isEqualTo(3);
	}

	@Test
	void thereAreTwiceAsManyPermitsAsCores() throws Exception {
		int expected = 2 * Runtime.getRuntime().availableProcessors();
		assertThat(mostAtOnce(ComputePermits.twiceTheCores(), expected)).isEqualTo(expected);
	}

	/** How many of many tasks run at once, when each waits until so many have begun. */
	private static int mostAtOnce(ComputePermits permits, int expected) throws Exception {
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		CountDownLatch begun = new CountDownLatch(expected);
		List<Future<Integer>> results = new ArrayList<>();
		try (ExecutorService threads = Executors.newFixedThreadPool(4 * expected)) {
			for (int i = 0; i < 20 * expected; i++) {
				int number = i;
				results.add(threads.submit(() -> permits.with(() -> {
					most.accumulateAndGet(running.incrementAndGet(), Math::max);
					begun.countDown();
					await(begun);
					Thread.yield();
					running.decrementAndGet();
					return number;
				})));
			}
			for (int i = 0; i < results.size(); i++) {
				assertThat(results.get(i).get()).isEqualTo(i);
			}
		}
		return most.get();
	}

	@Test
	void permitIsGivenBackAfterAFailure() {
		ComputePermits permits = new ComputePermits(1);
		assertThatIllegalStateException().isThrownBy(() -> permits.with(() -> {
			throw new IllegalStateException("impossible");
		}));
		assertThat(permits.with(() -> "free")).isEqualTo("free");
	}

	/** Waits for the others, who come at once or never. */
	private static boolean await(CountDownLatch latch) {
		try {
			return latch.await(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

}
