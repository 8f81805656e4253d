package dev.discretizer.budget;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HeapPlanTests {

	private static final long MEBIBYTE = 1 << 20;

	@Test
	void connectionsAndTheirThreadsAreTakenOffTheShare() {
		HeapPlan plan = HeapPlan.of(HeapPlan.BASE + 1000 * MEBIBYTE, 0.75, 2000, 700);
		assertThat(plan.connections()).isEqualTo(2000);
		assertThat(plan.requests()).isEqualTo(750 * MEBIBYTE - 2000 * HeapPlan.CONNECTION - 700 * HeapPlan.READER);
	}

	@Test
	void thereAreNoMoreReadersThanConnections() {
		HeapPlan plan = HeapPlan.of(HeapPlan.BASE + 1000 * MEBIBYTE, 1, 10, 700);
		assertThat(plan.requests()).isEqualTo(1000 * MEBIBYTE - 10 * (HeapPlan.CONNECTION + HeapPlan.READER));
	}

	@ParameterizedTest
	@ValueSource(longs = { 16, 80, 150, 200, 300, 464, 4000 })
	void connectionsLeaveHalfOfTheShareToRequests(long mebibytes) {
		for (int wished : new int[] { 2000, 100_000, -1 }) {
			HeapPlan plan = HeapPlan.of(HeapPlan.BASE + mebibytes * MEBIBYTE, 0.75, wished, 700);
			long share = mebibytes * MEBIBYTE * 3 / 4;
			assertThat(plan.requests()).isGreaterThanOrEqualTo(share / 2).isLessThan(share);
			assertThat(plan.connections()).isPositive();
		}
	}

	@Test
	void asManyConnectionsAsFitTakeHalfOfTheShareButForLessThanOne() {
		for (int threads : new int[] { 0, 1, 100, 700, 10_000 }) {
			HeapPlan plan = HeapPlan.of(HeapPlan.BASE + 200 * MEBIBYTE, 1, -1, threads);
			assertThat(plan.requests()).isBetween(100 * MEBIBYTE,
					100 * MEBIBYTE + HeapPlan.CONNECTION + HeapPlan.READER - 1);
		}
	}

	/** What the README promises: of 128 MiB and of 55 % of 256 MiB. */
	@Test
	void smallHeapHasRoomForRequests() {
		assertThat(HeapPlan.of(128 * MEBIBYTE, 0.75, 2000, 700).requests()).isGreaterThan(20 * MEBIBYTE);
		assertThat(HeapPlan.of(128 * MEBIBYTE, 0.75, 2000, 700).connections()).isGreaterThan(200);
		assertThat(HeapPlan.of(256 * MEBIBYTE, 0.75, 2000, 700).requests()).isGreaterThan(64 * MEBIBYTE);
		assertThat(HeapPlan.of(512 * MEBIBYTE, 0.75, 2000, 700).connections()).isEqualTo(2000);
	}

	@Test
	void heapBelowTheBaseHasNothing() {
		assertThat(HeapPlan.of(HeapPlan.BASE / 2, 0.75, 2000, 700)).isEqualTo(new HeapPlan(0, 0));
	}

}
