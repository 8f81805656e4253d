package dev.discretizer.budget;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HeapPlanTests {

	private static final long MEBIBYTE = 1 << 20;

	/** In a heap without an old generation of its own, on a large machine. */
	private static HeapPlan plan(long heap, double share, int maxConnections, int maxThreads) {
		return HeapPlan.of(new HeapPlan.Memory(heap, heap, heap, 1L << 40), share, maxConnections, maxThreads);
	}

	@Test
	void requestsAndConnectionsFitIntoTheOldGeneration() {
		HeapPlan.Memory memory = new HeapPlan.Memory(900 * MEBIBYTE, 600 * MEBIBYTE, 1000 * MEBIBYTE, 1L << 40);
		HeapPlan plan = HeapPlan.of(memory, 1, 1000, 100);
		assertThat(plan.requests() + 1000 * HeapPlan.CONNECTION + 100 * HeapPlan.READER + HeapPlan.BASE)
			.isEqualTo(600 * MEBIBYTE);
		assertThat(HeapPlan.of(memory, 0.5, 1000, 100)).isEqualTo(plan(900 * MEBIBYTE, 0.5, 1000, 100));
	}

	@Test
	void threadsFitIntoWhatTheHeapLeavesOfTheContainer() {
		for (int container : new int[] { 512, 700, 1024 }) {
			long heap = container * MEBIBYTE / 2;
			HeapPlan plan = HeapPlan.of(new HeapPlan.Memory(heap, heap, heap, container * MEBIBYTE), 0.75, 2000, 700);
			assertThat(plan.threads()).isBetween(50, 700);
			assertThat(heap + heap / 48 + HeapPlan.OUTSIDE + plan.threads() * HeapPlan.THREAD)
				.isLessThanOrEqualTo(container * MEBIBYTE * 9 / 10);
		}
		HeapPlan.Memory large = new HeapPlan.Memory(1 << 30, 1 << 30, 1 << 30, 1L << 31);
		assertThat(HeapPlan.of(large, 0.75, 2000, 700).threads()).isEqualTo(700);
	}

	/** So do all threads beside the largest heap, and one more does not. */
	@Test
	void largestHeapLeavesRoomForItsThreads() {
		for (int container : new int[] { 512, 700, 1024, 2048, 8192 }) {
			for (int threads : new int[] { 100, 700 }) {
				long heap = HeapPlan.heap(container * MEBIBYTE, threads);
				HeapPlan.Memory memory = new HeapPlan.Memory(heap, heap, heap, container * MEBIBYTE);
				assertThat(HeapPlan.of(memory, 0.75, 2000, 10_000).threads()).isEqualTo(threads);
			}
		}
		assertThat(HeapPlan.heap(2048 * MEBIBYTE, 700) / MEBIBYTE).isEqualTo(1555);
		assertThat(HeapPlan.heap(128 * MEBIBYTE, 700)).isZero();
	}

	@Test
	void fewThreadsAreThereInAnyContainer() {
		HeapPlan.Memory small = new HeapPlan.Memory(128 * MEBIBYTE, 85 * MEBIBYTE, 128 * MEBIBYTE, 128 * MEBIBYTE);
		assertThat(HeapPlan.of(small, 0.75, 2000, 700).threads()).isEqualTo(50);
		assertThat(HeapPlan.of(small, 0.75, 2000, 7).threads()).isEqualTo(7);
	}

	@Test
	void connectionsAndTheirThreadsAreTakenOffTheShare() {
		HeapPlan plan = plan(HeapPlan.BASE + 1000 * MEBIBYTE, 0.75, 2000, 700);
		assertThat(plan.connections()).isEqualTo(2000);
		assertThat(plan.requests()).isEqualTo(750 * MEBIBYTE - 2000 * HeapPlan.CONNECTION - 700 * HeapPlan.READER);
	}

	@Test
	void thereAreNoMoreReadersThanConnections() {
		HeapPlan plan = plan(HeapPlan.BASE + 1000 * MEBIBYTE, 1, 10, 700);
		assertThat(plan.requests()).isEqualTo(1000 * MEBIBYTE - 10 * (HeapPlan.CONNECTION + HeapPlan.READER));
	}

	@ParameterizedTest
	@ValueSource(longs = { 16, 80, 150, 200, 300, 464, 4000 })
	void connectionsLeaveHalfOfTheShareToRequests(long mebibytes) {
		for (int wished : new int[] { 2000, 100_000, -1 }) {
			HeapPlan plan = plan(HeapPlan.BASE + mebibytes * MEBIBYTE, 0.75, wished, 700);
			long share = mebibytes * MEBIBYTE * 3 / 4;
			assertThat(plan.requests()).isGreaterThanOrEqualTo(share / 2).isLessThan(share);
			assertThat(plan.connections()).isPositive();
		}
	}

	@Test
	void asManyConnectionsAsFitTakeTheirShareButForLessThanOne() {
		for (int threads : new int[] { 0, 1, 100, 700, 10_000 }) {
			HeapPlan plan = plan(HeapPlan.BASE + 200 * MEBIBYTE, 1, -1, threads);
			assertThat(plan.requests()).isBetween(110 * MEBIBYTE,
					110 * MEBIBYTE + HeapPlan.CONNECTION + HeapPlan.READER - 1);
		}
	}

	/** What the README promises: of 128 MiB and of 55 % of 256 MiB. */
	@Test
	void smallHeapHasRoomForRequests() {
		assertThat(plan(128 * MEBIBYTE, 0.75, 2000, 700).requests()).isGreaterThan(20 * MEBIBYTE);
		assertThat(plan(128 * MEBIBYTE, 0.75, 2000, 700).connections()).isGreaterThan(200);
		assertThat(plan(256 * MEBIBYTE, 0.75, 2000, 700).requests()).isGreaterThan(64 * MEBIBYTE);
		assertThat(plan(512 * MEBIBYTE, 0.75, 2000, 700).connections()).isEqualTo(2000);
	}

	@Test
	void heapBelowTheBaseHasNothing() {
		assertThat(plan(HeapPlan.BASE / 2, 0.75, 2000, 700)).isEqualTo(new HeapPlan(0, 0, 700));
	}

}
