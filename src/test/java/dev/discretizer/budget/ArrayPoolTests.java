package dev.discretizer.budget;

import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ArrayPoolTests {

	private final ArrayPool<float[]> pool = new ArrayPool<>(float[]::new);

	@Test
	void anArrayGivenBackIsTakenAgain() {
		float[] array = this.pool.take(ArrayPool.SMALLEST);
		this.pool.give(array);
		assertThat(this.pool.take(ArrayPool.SMALLEST)).isSameAs(array);
	}

	@Test
	void nobodyIsGivenAnArrayThatAnotherHas() {
		float[] array = this.pool.take(ArrayPool.SMALLEST);
		this.pool.give(array);
		this.pool.take(ArrayPool.SMALLEST);
		assertThat(this.pool.take(ArrayPool.SMALLEST)).isNotSameAs(array);
	}

	@Test
	void anArrayOfAnotherLengthIsNotTaken() {
		this.pool.give(new float[ArrayPool.SMALLEST + 1]);
		assertThat(this.pool.take(ArrayPool.SMALLEST)).hasSize(ArrayPool.SMALLEST);
	}

	@Test
	void smallArraysAreNotKept() {
		float[] array = new float[ArrayPool.SMALLEST - 1];
		this.pool.give(array);
		assertThat(this.pool.take(array.length)).isNotSameAs(array);
	}

	@Test
	void moreArraysThanThereIsRoomForPushOthersOut() {
		float[][] arrays = IntStream.range(0, 100)
			.mapToObj((i) -> new float[ArrayPool.SMALLEST])
			.toArray(float[][]::new);
		for (float[] array : arrays) {
			this.pool.give(array);
		}
		Set<float[]> taken = Collections.newSetFromMap(new IdentityHashMap<>());
		for (int i = 0; i < 100; i++) {
			taken.add(this.pool.take(ArrayPool.SMALLEST));
		}
		assertThat(taken).hasSize(100).contains(arrays[99]);
	}

	/** Else an idle service would never give back the memory of its busiest minute. */
	@Test
	void arraysThatNobodyHasAreCollected() {
		float[] array = this.pool.take(ArrayPool.SMALLEST);
		WeakReference<float[]> reference = new WeakReference<>(array);
		this.pool.give(array);
		array = null;
		System.gc();
		assertThat(reference.get()).isNull();
	}

	@Test
	void threadsNeverShareAnArray() throws Exception {
		try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
			Future<?>[] users = new Future<?>[4];
			for (int user = 0; user < users.length; user++) {
				float mark = user + 1;
				users[user] = threads.submit(() -> {
					for (int i = 0; i < 20_000; i++) {
						float[] array = this.pool.take(ArrayPool.SMALLEST);
						array[0] = mark;
						Thread.onSpinWait();
						assertThat(array[0]).isEqualTo(mark);
						this.pool.give(array);
					}
				});
			}
			for (Future<?> user : users) {
				user.get();
			}
		}
	}

}
