package dev.discretizer.budget;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The part of the heap that requests may hold. A request reserves memory before it takes
 * any, so that no number of requests ends in an OutOfMemoryError: a request for which
 * there is no room waits its turn, and is refused when its time is up.
 *
 * <p>
 * A tenth serves only requests below {@link #SMALL}, so that large requests never starve
 * them. Amounts are counted in KiB, rounded up. Thread-safe.
 */
public final class MemoryBudget {

	/** Requests below this size are small, in bytes. */
	public static final long SMALL = 1 << 20;

	/** 1 / SMALL_PART of the budget serves small requests only. */
	private static final int SMALL_PART = 10;

	private static final int UNIT = 1024;

	private final int generalUnits;

	private final int smallUnits;

	/** Fair, so that small requests cannot overtake a waiting large one forever. */
	private final Semaphore general;

	private final Semaphore small;

	private final ArrayPool<float[]> floatArrays = new ArrayPool<>(float[]::new);

	private final ArrayPool<byte[]> byteArrays = new ArrayPool<>(byte[]::new);

	private final AtomicInteger waiting = new AtomicInteger();

	private final AtomicLong refused = new AtomicLong();

	/**
	 * Makes a budget.
	 * @param bytes memory that all requests together may hold, in bytes
	 * @throws IllegalArgumentException if that is too little to serve any request
	 */
	public MemoryBudget(long bytes) {
		int units = (int) Math.min(Integer.MAX_VALUE, bytes / UNIT);
		this.smallUnits = units / SMALL_PART;
		this.generalUnits = units - this.smallUnits;
		if (this.smallUnits * (long) UNIT < SMALL) {
			throw new IllegalArgumentException(
					"%d bytes of heap are left for requests, at least %d are needed: give more heap or fewer connections"
						.formatted(bytes, SMALL_PART * SMALL));
		}
		this.general = new Semaphore(this.generalUnits, true);
		this.small = new Semaphore(this.smallUnits, true);
	}

	/**
	 * Reserves memory for a request.
	 * @param bytes what it will hold, as far as is known
	 * @param wait how long to wait for room
	 * @throws BudgetExceededException if that is more than there will ever be
	 * @throws NoMemoryException if there is no room in time
	 */
	public Reservation reserve(long bytes, Duration wait) {
		checkPossible(bytes);
		int units = units(bytes);
		boolean isSmall = bytes < SMALL;
		if (isSmall && acquire(this.general, units, Duration.ZERO)) {
			return new Reservation(units, 0);
		}
		if (!await(isSmall ? this.small : this.general, units, wait)) {
			throw refuse(bytes);
		}
		return isSmall ? new Reservation(0, units) : new Reservation(units, 0);
	}

	private boolean await(Semaphore pool, int units, Duration wait) {
		this.waiting.incrementAndGet();
		try {
			return acquire(pool, units, wait);
		}
		finally {
			this.waiting.decrementAndGet();
		}
	}

	/**
	 * Uses the timed form even for a wait of zero: the untimed form would overtake
	 * waiting requests.
	 */
	private static boolean acquire(Semaphore pool, int units, Duration wait) {
		try {
			return pool.tryAcquire(units, wait.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Checks that a request can be served at all.
	 * @param bytes what it will hold, as far as is known
	 * @throws BudgetExceededException if that is more than there will ever be
	 */
	public void checkPossible(long bytes) {
		if (bytes > this.generalUnits * (long) UNIT) {
			throw new BudgetExceededException(bytes, this.generalUnits * (long) UNIT);
		}
	}

	private NoMemoryException refuse(long bytes) {
		this.refused.incrementAndGet();
		return new NoMemoryException(bytes);
	}

	private static int units(long bytes) {
		return Math.toIntExact((bytes + UNIT - 1) / UNIT);
	}

	/** Bytes that all requests together may hold. */
	public long capacity() {
		return (this.generalUnits + (long) this.smallUnits) * UNIT;
	}

	/** Bytes that requests hold now. */
	public long used() {
		return capacity() - (this.general.availablePermits() + (long) this.small.availablePermits()) * UNIT;
	}

	/** How many requests wait for room now. */
	public int waiting() {
		return this.waiting.get();
	}

	/** How many requests were refused for want of room since the start. */
	public long refused() {
		return this.refused.get();
	}

	/**
	 * The memory of one request. Not thread-safe; closed as a whole.
	 */
	public final class Reservation implements AutoCloseable {

		private int fromGeneral;

		private int fromSmall;

		/** Reserved memory that is not used yet, in bytes. */
		private long unused;

		/** Arrays that go to the pool when the reservation is closed. */
		private final List<float[]> floats = new ArrayList<>();

		private final List<byte[]> bytes = new ArrayList<>();

		private Reservation(int fromGeneral, int fromSmall) {
			this.fromGeneral = fromGeneral;
			this.fromSmall = fromSmall;
			this.unused = size();
		}

		/** Bytes held. */
		public long size() {
			return (this.fromGeneral + (long) this.fromSmall) * UNIT;
		}

		/**
		 * Uses reserved memory, and reserves more where it does not suffice. Does not
		 * wait for more: two requests that each hold some could wait for each other
		 * forever.
		 * @throws BudgetExceededException if the request needs more than there will ever
		 * be
		 * @throws NoMemoryException if there is no room now
		 */
		public void use(long bytes) {
			if (bytes > this.unused) {
				grow(bytes - this.unused);
			}
			this.unused -= bytes;
		}

		/**
		 * Uses reserved memory as an array, which belongs to the request until the
		 * reservation is closed. Its elements may have any values.
		 * @param length in elements
		 * @throws BudgetExceededException as {@link #use}
		 * @throws NoMemoryException as {@link #use}
		 */
		public float[] floats(int length) {
			use(length * (long) Float.BYTES);
			float[] array = MemoryBudget.this.floatArrays.take(length);
			this.floats.add(array);
			return array;
		}

		/**
		 * Uses reserved memory as an array of bytes, as {@link #floats} does.
		 * @param length in bytes
		 * @throws BudgetExceededException as {@link #use}
		 * @throws NoMemoryException as {@link #use}
		 */
		public byte[] bytes(int length) {
			use(length);
			byte[] array = MemoryBudget.this.byteArrays.take(length);
			this.bytes.add(array);
			return array;
		}

		private void grow(long more) {
			long total = size() + more;
			checkPossible(total);
			int units = units(more);
			// Overtakes waiting requests: letting one that has begun finish frees memory
			// sooner.
			if (MemoryBudget.this.general.tryAcquire(units)) {
				this.fromGeneral += units;
			}
			else if (total < SMALL && MemoryBudget.this.small.tryAcquire(units)) {
				this.fromSmall += units;
			}
			else {
				throw refuse(total);
			}
			this.unused += units * (long) UNIT;
		}

		/**
		 * Releases the memory and the arrays, which must not be used afterwards. Closing
		 * twice has no effect.
		 */
		@Override
		public void close() {
			this.floats.forEach(MemoryBudget.this.floatArrays::give);
			this.floats.clear();
			this.bytes.forEach(MemoryBudget.this.byteArrays::give);
			this.bytes.clear();
			MemoryBudget.this.general.release(this.fromGeneral);
			MemoryBudget.this.small.release(this.fromSmall);
			this.fromGeneral = 0;
			this.fromSmall = 0;
			this.unused = 0;
		}

	}

}
