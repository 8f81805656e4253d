package dev.discretizer.budget;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The heap that requests may hold, given out in reservations, so that no number of them
 * ends in an OutOfMemoryError: a request that finds no room waits for some, in order, and
 * is refused when there is none in time.
 *
 * <p>
 * A tenth is kept for requests below {@link #SMALL}, so that large ones never starve
 * them. Counted in KiB, rounded up. Thread-safe.
 */
public final class MemoryBudget {

	/** Below this a request is small, in bytes. */
	public static final long SMALL = 1 << 20;

	/** One part in so many is kept for small requests. */
	private static final int SMALL_PART = 10;

	private static final int UNIT = 1024;

	private final int generalUnits;

	private final int smallUnits;

	/** Fair, so that small requests do not overtake a large one for ever. */
	private final Semaphore general;

	private final Semaphore small;

	private final ArrayPool arrays = new ArrayPool();

	private final AtomicInteger waiting = new AtomicInteger();

	private final AtomicLong refused = new AtomicLong();

	/**
	 * Makes a budget.
	 * @param bytes what all requests together may hold
	 * @throws IllegalArgumentException if that is too little to serve anything
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

	/** Timed even where the time is zero: the untimed form overtakes those who wait. */
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

	/** Bytes that requests may hold in all. */
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
	 * What one request holds. Not thread-safe; given back as a whole.
	 */
	public final class Reservation implements AutoCloseable {

		private int fromGeneral;

		private int fromSmall;

		/** What was reserved and is not used yet, in bytes. */
		private long unused;

		/** Arrays in use that another request may have afterwards. */
		private final List<float[]> floats = new ArrayList<>();

		private Reservation(int fromGeneral, int fromSmall) {
			this.fromGeneral = fromGeneral;
			this.fromSmall = fromSmall;
			this.unused = bytes();
		}

		/** Bytes held. */
		public long bytes() {
			return (this.fromGeneral + (long) this.fromSmall) * UNIT;
		}

		/**
		 * Takes memory into use, and reserves more where it does not suffice. Does not
		 * wait for that: whoever waits while holding some could wait for ever.
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
		 * Takes memory into use as an array, which is the request's own until it is
		 * closed. Its elements may have any values.
		 * @param length in elements
		 * @throws BudgetExceededException as {@link #use}
		 * @throws NoMemoryException as {@link #use}
		 */
		public float[] floats(int length) {
			use(length * (long) Float.BYTES);
			float[] array = MemoryBudget.this.arrays.take(length);
			this.floats.add(array);
			return array;
		}

		private void grow(long more) {
			long total = bytes() + more;
			checkPossible(total);
			int units = units(more);
			// Past those who wait: it is quicker to let one finish that has begun.
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
		 * Gives all of it back, with the arrays, which must not be read any more; the
		 * second time there is nothing to give.
		 */
		@Override
		public void close() {
			this.floats.forEach(MemoryBudget.this.arrays::give);
			this.floats.clear();
			MemoryBudget.this.general.release(this.fromGeneral);
			MemoryBudget.this.small.release(this.fromSmall);
			this.fromGeneral = 0;
			this.fromSmall = 0;
			this.unused = 0;
		}

	}

}
