package dev.discretizer.behaviour.simulator;

import java.util.Arrays;

import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.ImpossibleRecordingException;

/**
 * Events in the order they happen, as parallel arrays: a tick, which grows with time and
 * is equal for equal times, and a place, {@code (y * W + x) * C + c}. Reused from one
 * recording to the next. Memory is reserved before the buffer grows and is not released.
 * Not thread-safe.
 */
public final class EventBuffer {

	private static final int SMALLEST = 1024;

	private final Allowance allowance;

	private int[] ticks = new int[0];

	private int[] places = new int[0];

	private int size;

	public EventBuffer(Allowance allowance) {
		this.allowance = allowance;
	}

	/** Removes the events and keeps the memory. */
	public void clear() {
		this.size = 0;
	}

	public int size() {
		return this.size;
	}

	public int tick(int i) {
		return this.ticks[i];
	}

	public int place(int i) {
		return this.places[i];
	}

	/** The places, shared; may be longer than {@link #size()}. */
	public int[] places() {
		return this.places;
	}

	public void add(int tick, int place) {
		if (this.size == this.places.length) {
			grow(this.size + 1L);
		}
		this.ticks[this.size] = tick;
		this.places[this.size++] = place;
	}

	/**
	 * Makes room for {@code events} events in total. The new arrays are reserved in
	 * addition to the old ones, as both exist during the copy.
	 * @throws ImpossibleRecordingException if no array is that long
	 */
	public void grow(long events) {
		if (events <= this.places.length) {
			return;
		}
		if (events > Allowance.LONGEST_ARRAY) {
			throw new ImpossibleRecordingException(ImpossibleRecordingException.Cause.VALUE_IMPOSSIBLE, null, -1, null,
					"%d events of one layer and recording found, at most %d are expected".formatted(events,
							Allowance.LONGEST_ARRAY));
		}
		int length = (int) Math.min(Allowance.LONGEST_ARRAY, Math.max(events, Math.max(SMALLEST, 2L * this.size)));
		this.allowance.reserve(length * 2L * Integer.BYTES);
		this.ticks = Arrays.copyOf(this.ticks, length);
		this.places = Arrays.copyOf(this.places, length);
	}

}
