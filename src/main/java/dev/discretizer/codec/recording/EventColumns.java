package dev.discretizer.codec.recording;

import java.util.Map;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.EventRecording;
import dev.discretizer.tensor.ImpossibleRecordingException;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Makes a recording from the fields x, y, t and p:
 *
 * <pre>
 * x, y  column and row, inside the input
 * t     whole microseconds, never decreasing
 * p     bool, or 0 and 1, or -1 and 1 (-1 counts as 0), or the channel's number;
 *       may be missing where the input has one channel
 * </pre>
 *
 * If polarities are merged, all events go to channel 0 of an input of one channel,
 * regardless of p.
 */
final class EventColumns {

	private final String recording;

	private final Shape input;

	private final boolean mergePolarity;

	private final int size;

	private final WholeNumbers x;

	private final WholeNumbers y;

	private final WholeNumbers t;

	private final @Nullable WholeNumbers p;

	/** Index of the first event whose p is -1, or -1 for none. */
	private int signed = -1;

	/**
	 * Finds the fields.
	 * @param size number of events, equal for all fields
	 */
	EventColumns(String recording, Map<String, WholeNumbers> fields, int size, Shape input, boolean mergePolarity) {
		this.recording = recording;
		this.input = input;
		this.mergePolarity = mergePolarity;
		this.size = size;
		for (String field : fields.keySet()) {
			if (!(field.length() == 1 && "xytp".contains(field))) {
				throw new MalformedInputException(Cause.UNKNOWN_MEMBER, null,
						"field %s found; x, y, t and p are expected".formatted(Names.clip(field)));
			}
		}
		this.x = present(fields, "x");
		this.y = present(fields, "y");
		this.t = present(fields, "t");
		this.p = (input.dim(0) == 1) ? fields.get("p") : present(fields, "p");
	}

	private static WholeNumbers present(Map<String, WholeNumbers> fields, String name) {
		WholeNumbers field = fields.get(name);
		if (field == null) {
			throw new MalformedInputException(Cause.MISSING_MEMBER, null,
					"field %s is missing; x, y, t and p are expected".formatted(name));
		}
		return field;
	}

	/** Reads all events. */
	EventRecording read(Allowance allowance) {
		allowance.reserve(this.size * (long) (Long.BYTES + Integer.BYTES));
		long[] times = new long[this.size];
		int[] places = new int[this.size];
		findSigned();
		for (int i = 0; i < this.size; i++) {
			int column = (int) inside(this.x, "x", i, this.input.dim(2));
			int row = (int) inside(this.y, "y", i, this.input.dim(1));
			times[i] = whole(this.t, "t", i);
			if (i > 0 && times[i] < times[i - 1]) {
				throw fault(ImpossibleRecordingException.Cause.TIME_DECREASES, this.t, "t", i,
						"at least t[%d] = %d is expected".formatted(i - 1, times[i - 1]));
			}
			places[i] = (channel(i) * this.input.dim(1) + row) * this.input.dim(2) + column;
		}
		return new EventRecording(this.recording, this.input, this.size, times, places);
	}

	private void findSigned() {
		for (int i = 0; this.p != null && this.signed < 0 && i < this.size; i++) {
			this.signed = (this.p.isWhole(i) && this.p.value(i) == -1) ? i : -1;
		}
	}

	private long whole(WholeNumbers field, String name, int i) {
		if (!field.isWhole(i)) {
			throw fault(ImpossibleRecordingException.Cause.VALUE_IMPOSSIBLE, field, name, i,
					"a whole number is expected");
		}
		return field.value(i);
	}

	private long inside(WholeNumbers field, String name, int i, int end) {
		long value = whole(field, name, i);
		if (value < 0 || value >= end) {
			throw fault(ImpossibleRecordingException.Cause.OUTSIDE_INPUT, field, name, i,
					"0 to %d are expected for the input %s".formatted(end - 1, this.input));
		}
		return value;
	}

	private int channel(int i) {
		if (this.p == null) {
			return 0;
		}
		long value = whole(this.p, "p", i);
		if (this.signed >= 0) {
			if (value != 1 && value != -1) {
				throw fault(ImpossibleRecordingException.Cause.VALUE_IMPOSSIBLE, this.p, "p", i,
						"-1 or 1 is expected, as p[%d] is -1".formatted(this.signed));
			}
			value = (value == 1) ? 1 : 0;
		}
		if (this.mergePolarity && value >= 0) {
			return 0;
		}
		if (value < 0 || value >= this.input.dim(0)) {
			throw fault(ImpossibleRecordingException.Cause.OUTSIDE_INPUT, this.p, "p", i,
					"0 to %d are expected for the input %s%s".formatted(this.input.dim(0) - 1, this.input,
							(this.input.dim(0) == 1) ? "; merge_polarity=true takes all events to channel 0" : ""));
		}
		return (int) value;
	}

	private ImpossibleRecordingException fault(ImpossibleRecordingException.Cause cause, WholeNumbers field,
			String name, int i, String expected) {
		String value = field.text(i);
		return new ImpossibleRecordingException(cause, this.recording, i, value,
				"recording %s: %s[%d] is %s, %s".formatted(this.recording, name, i, value, expected));
	}

}
