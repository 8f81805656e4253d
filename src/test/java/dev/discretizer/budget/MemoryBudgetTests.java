package dev.discretizer.budget;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

import dev.discretizer.budget.MemoryBudget.Reservation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

@Timeout(60)
class MemoryBudgetTests {

	private static final long MEBIBYTE = 1 << 20;

	private static final Duration NOT_AT_ALL = Duration.ZERO;

	private static final Duration LONG = Duration.ofSeconds(50);

	/** 18 MiB for all, 2 MiB for small requests alone. */
	private final MemoryBudget budget = new MemoryBudget(20 * MEBIBYTE);

	@Test
	void capacityIsAllThatThereIs() {
		assertThat(this.budget.capacity()).isEqualTo(20 * MEBIBYTE);
		assertThat(this.budget.used()).isZero();
	}

	@ParameterizedTest
	@ValueSource(longs = { Long.MIN_VALUE, -1, 0, 10 * MEBIBYTE - 1 })
	void budgetTooSmallForASmallRequestIsRefused(long bytes) {
		assertThatIllegalArgumentException().isThrownBy(() -> new MemoryBudget(bytes))
			.withMessageContainingAll(Long.toString(bytes), Long.toString(10 * MEBIBYTE), "more heap");
	}

	@Test
	void smallestBudgetServesTheLargestSmallRequest() {
		MemoryBudget smallest = new MemoryBudget(10 * MEBIBYTE);
		smallest.reserve(9 * MEBIBYTE, NOT_AT_ALL);
		smallest.reserve(MemoryBudget.SMALL - 1, NOT_AT_ALL);
		assertThat(smallest.used()).isEqualTo(10 * MEBIBYTE);
	}

	@Test
	void budgetBeyondTwoTebibytesIsCountedAsThat() {
		assertThat(new MemoryBudget(Long.MAX_VALUE).capacity()).isEqualTo(Integer.MAX_VALUE * 1024L);
	}

	@Test
	void reservationCountsInWholeKibibytesUntilItIsClosed() {
		try (Reservation reservation = this.budget.reserve(1025, NOT_AT_ALL)) {
			assertThat(reservation.size()).isEqualTo(2048);
			assertThat(this.budget.used()).isEqualTo(2048);
		}
		assertThat(this.budget.used()).isZero();
	}

	@Test
	void reservationIsGivenBackOnce() {
		this.budget.reserve(MEBIBYTE, NOT_AT_ALL);
		Reservation reservation = this.budget.reserve(2 * MEBIBYTE, NOT_AT_ALL);
		reservation.close();
		reservation.close();
		assertThat(this.budget.used()).isEqualTo(MEBIBYTE);
		assertThat(reservation.size()).isZero();
	}

	@Test
	void requestAboveAllThereIsIsToldBothNumbers() {
		long most = 18 * MEBIBYTE;
		assertThatNoException().isThrownBy(() -> this.budget.checkPossible(most));
		for (long bytes : new long[] { most + 1, Long.MAX_VALUE }) {
			assertThatExceptionOfType(BudgetExceededException.class).isThrownBy(() -> this.budget.checkPossible(bytes))
				.withMessageContainingAll(Long.toString(bytes), Long.toString(most), "discretizer.limits.memory-share");
			assertThatExceptionOfType(BudgetExceededException.class).isThrownBy(() -> this.budget.reserve(bytes, LONG));
		}
		assertThat(this.budget.refused()).isZero();
		assertThat(this.budget.used()).isZero();
	}

	@Test
	void requestWithoutRoomIsRefusedAndCounted() {
		this.budget.reserve(17 * MEBIBYTE, NOT_AT_ALL);
		assertThatExceptionOfType(NoMemoryException.class)
			.isThrownBy(() -> this.budget.reserve(2 * MEBIBYTE, Duration.ofMillis(10)))
			.withMessageContainingAll(Long.toString(2 * MEBIBYTE), "Retry-After");
		assertThat(this.budget.refused()).isEqualTo(1);
		assertThat(this.budget.waiting()).isZero();
		assertThat(this.budget.used()).isEqualTo(17 * MEBIBYTE);
	}

	@Test
	void largeRequestsLeaveATenthToSmallOnes() {
		this.budget.reserve(18 * MEBIBYTE, NOT_AT_ALL);
		assertThatExceptionOfType(NoMemoryException.class)
			.isThrownBy(() -> this.budget.reserve(MemoryBudget.SMALL, NOT_AT_ALL));
		this.budget.reserve(MemoryBudget.SMALL - 1, NOT_AT_ALL);
		Reservation last = this.budget.reserve(MemoryBudget.SMALL - 1, NOT_AT_ALL);
		assertThat(this.budget.used()).isEqualTo(20 * MEBIBYTE);
		assertThatExceptionOfType(NoMemoryException.class).isThrownBy(() -> this.budget.reserve(1, NOT_AT_ALL));
		last.close();
		this.budget.reserve(1, NOT_AT_ALL);
	}

	@Test
	void smallRequestsTakeTheirShareOnlyWhenTheRestIsFull() {
		for (int i = 0; i < 20; i++) {
			this.budget.reserve(MemoryBudget.SMALL - 1, NOT_AT_ALL);
		}
		assertThat(this.budget.used()).isEqualTo(20 * MEBIBYTE);
	}

	@Test
	void requestWaitsForRoom() throws Exception {
		Reservation first = this.budget.reserve(18 * MEBIBYTE, NOT_AT_ALL);
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			Future<Reservation> second = threads.submit(() -> this.budget.reserve(2 * MEBIBYTE, LONG));
			await(this.budget::waiting, 1);
			first.close();
			assertThat(second.get().size()).isEqualTo(2 * MEBIBYTE);
		}
		assertThat(this.budget.waiting()).isZero();
		assertThat(this.budget.refused()).isZero();
		assertThat(this.budget.used()).isEqualTo(2 * MEBIBYTE);
	}

	/** Neither a small request nor a large one takes what another waits for. */
	@Test
	void nobodyOvertakesALargeRequestThatWaits() throws Exception {
		Reservation first = this.budget.reserve(10 * MEBIBYTE, NOT_AT_ALL);
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			Future<Reservation> large = threads.submit(() -> this.budget.reserve(18 * MEBIBYTE, LONG));
			await(this.budget::waiting, 1);
			assertThatExceptionOfType(NoMemoryException.class)
				.isThrownBy(() -> this.budget.reserve(2 * MEBIBYTE, NOT_AT_ALL));
			Reservation small = this.budget.reserve(MEBIBYTE / 2, NOT_AT_ALL);
			first.close();
			assertThat(large.get().size()).isEqualTo(18 * MEBIBYTE);
			small.close();
		}
	}

	@Test
	void threadThatIsInterruptedIsRefusedAndStaysInterrupted() {
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(NoMemoryException.class).isThrownBy(() -> this.budget.reserve(2 * MEBIBYTE, LONG));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.budget.used()).isZero();
	}

	@Test
	void whatWasReservedIsUsedBeforeMoreIsReserved() {
		Reservation reservation = this.budget.reserve(4096, NOT_AT_ALL);
		reservation.use(1000);
		reservation.use(3096);
		assertThat(reservation.size()).isEqualTo(4096);
		reservation.use(1);
		assertThat(reservation.size()).isEqualTo(5120);
		// The rest of the KiB is there.
		reservation.use(1023);
		assertThat(reservation.size()).isEqualTo(5120);
		assertThat(this.budget.used()).isEqualTo(5120);
	}

	@Test
	void arraysAreHadAgainOnceTheyAreGivenBack() {
		int length = 10_000;
		Reservation first = this.budget.reserve(MEBIBYTE, NOT_AT_ALL);
		byte[] bytes = first.bytes(length);
		float[] floats = first.floats(length);
		Reservation second = this.budget.reserve(MEBIBYTE, NOT_AT_ALL);
		assertThat(second.bytes(length)).isNotSameAs(bytes);
		assertThat(second.floats(length)).isNotSameAs(floats);
		first.close();
		assertThat(second.bytes(length)).isSameAs(bytes);
		assertThat(second.floats(length)).isSameAs(floats);
	}

	@Test
	void arraysAreCountedInBytes() {
		Reservation reservation = this.budget.reserve(0, NOT_AT_ALL);
		reservation.bytes(10 * 1024);
		assertThat(reservation.size()).isEqualTo(10 * 1024);
		reservation.floats(10 * 1024);
		assertThat(reservation.size()).isEqualTo(50 * 1024);
	}

	@Test
	void growthDoesNotWaitAndLeavesWhatIsHeld() {
		Reservation other = this.budget.reserve(15 * MEBIBYTE, NOT_AT_ALL);
		Reservation growing = this.budget.reserve(2 * MEBIBYTE, NOT_AT_ALL);
		growing.use(3 * MEBIBYTE);
		assertThatExceptionOfType(NoMemoryException.class).isThrownBy(() -> growing.use(1))
			.withMessageContaining(Long.toString(3 * MEBIBYTE + 1));
		assertThat(this.budget.refused()).isEqualTo(1);
		assertThat(growing.size()).isEqualTo(3 * MEBIBYTE);
		other.close();
		growing.use(1);
		growing.close();
		assertThat(this.budget.used()).isZero();
	}

	@Test
	void growthBeyondAllThereIsIsToldBothNumbers() {
		Reservation reservation = this.budget.reserve(2 * MEBIBYTE, NOT_AT_ALL);
		assertThatExceptionOfType(BudgetExceededException.class).isThrownBy(() -> reservation.use(18 * MEBIBYTE + 1))
			.withMessageContainingAll(Long.toString(18 * MEBIBYTE + 1), Long.toString(18 * MEBIBYTE));
		assertThat(reservation.size()).isEqualTo(2 * MEBIBYTE);
	}

	@Test
	void requestGrowsInTheShareOfSmallOnesOnlyWhileItIsSmall() {
		this.budget.reserve(18 * MEBIBYTE, NOT_AT_ALL);
		Reservation reservation = this.budget.reserve(1024, NOT_AT_ALL);
		reservation.use(MemoryBudget.SMALL - 1024);
		assertThat(this.budget.used()).isEqualTo(19 * MEBIBYTE - 1024);
		assertThatExceptionOfType(NoMemoryException.class).isThrownBy(() -> reservation.use(1024));
		reservation.close();
		assertThat(this.budget.used()).isEqualTo(18 * MEBIBYTE);
	}

	/** Requests of all sizes that wait, grow, are refused and end in any order. */
	@Test
	void noMoreIsHeldThanThereIsAndAllOfItComesBack() throws Exception {
		AtomicLong held = new AtomicLong();
		AtomicInteger served = new AtomicInteger();
		List<Future<?>> clients = new ArrayList<>();
		try (ExecutorService threads = Executors.newFixedThreadPool(32)) {
			for (int i = 0; i < 64; i++) {
				RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(i);
				clients.add(threads.submit(() -> {
					for (int n = 0; n < 200; n++) {
						served.addAndGet(serve(random, held) ? 1 : 0);
					}
				}));
			}
			for (Future<?> client : clients) {
				client.get();
			}
		}
		assertThat(this.budget.used()).isZero();
		assertThat(this.budget.waiting()).isZero();
		assertThat(served.get() + this.budget.refused()).isEqualTo(64 * 200);
		assertThat(served.get()).isPositive();
		this.budget.reserve(18 * MEBIBYTE, NOT_AT_ALL);
	}

	private boolean serve(RandomGenerator random, AtomicLong held) {
		long bytes = random.nextLong(1, random.nextBoolean() ? MEBIBYTE : 9 * MEBIBYTE);
		try (Reservation reservation = this.budget.reserve(bytes, Duration.ofNanos(random.nextInt(2_000_000)))) {
			reservation.use(bytes + random.nextLong(MEBIBYTE));
			long mine = reservation.size();
			assertThat(held.addAndGet(mine)).isLessThanOrEqualTo(this.budget.capacity());
			Thread.yield();
			held.addAndGet(-mine);
			return true;
		}
		catch (NoMemoryException ex) {
			return false;
		}
	}

	private static void await(IntSupplier value, int expected) {
		while (value.getAsInt() != expected) {
			LockSupport.parkNanos(100_000);
		}
	}

}
