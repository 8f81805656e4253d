package dev.discretizer.codec.json;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

import dev.discretizer.codec.BodyKind;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;

/**
 * Passes on only well-formed UTF-8 (Unicode 17, table 3-7), and records whether the end
 * was reached. Not thread-safe; never closes the stream below.
 *
 * <p>
 * Jackson alone would take overlong forms and encoded surrogates for the characters they
 * spell, and would guess UTF-16 and UTF-32 from the first bytes. These are refused, not
 * read: RFC 8259 section 8.1 requires UTF-8 for interchanged JSON, a second decoder would
 * be a second, less tested way into the parser, and a Reader would be slow. A byte order
 * mark of UTF-8 passes, as the RFC allows; Jackson skips it.
 */
final class Utf8Stream extends InputStream {

	private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

	private static final long SIGNS = 0x8080_8080_8080_8080L;

	/** A parser is made of so many bytes at first; those of UTF-16 and UTF-32 differ. */
	static final int GUESS = 4;

	private final InputStream in;

	/** The first bytes, as many as have arrived of those that tell what a body is. */
	private final byte[] head = new byte[BodyKind.HEAD];

	private int headLength;

	private long position;

	/** How many bytes the sequence begun last still needs, 0 to 3. */
	private int needed;

	/** The range the next byte of the sequence must be in. */
	private int lowest;

	private int highest;

	private boolean ended;

	Utf8Stream(InputStream in) {
		this.in = in;
	}

	/**
	 * Whether the parser wanted bytes past the last one. It always does when there are
	 * fewer than it is made of, so that says nothing.
	 */
	boolean ended() {
		return this.ended && this.position >= GUESS;
	}

	@Override
	public int read() throws IOException {
		byte[] one = new byte[1];
		return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xff;
	}

	@Override
	public int read(byte[] dest, int offset, int length) throws IOException {
		int count = this.in.read(dest, offset, length);
		if (count < 0) {
			end();
			return count;
		}
		keepHead(dest, offset, count);
		refuseZeros(dest, offset, count);
		check(dest, offset, offset + count);
		this.position += count;
		return count;
	}

	/** A copy of the first bytes read so far. */
	byte[] head() {
		return Arrays.copyOf(this.head, this.headLength);
	}

	private void keepHead(byte[] bytes, int from, int count) {
		int kept = Math.min(count, this.head.length - this.headLength);
		System.arraycopy(bytes, from, this.head, this.headLength, kept);
		this.headLength += kept;
	}

	private void end() {
		this.ended = true;
		if (this.needed > 0) {
			throw new MalformedInputException(Cause.TRUNCATED, null,
					"the body ends within a character, after %d bytes".formatted(this.position));
		}
	}

	/** Any text in UTF-16 or UTF-32 that can begin JSON has a zero byte this early. */
	private void refuseZeros(byte[] bytes, int from, int count) {
		for (int i = 0; this.position + i < GUESS && i < count; i++) {
			if (bytes[from + i] == 0) {
				throw new MalformedInputException(Cause.MALFORMED, null,
						"byte %d is zero: JSON is expected in UTF-8, not in UTF-16 or UTF-32"
							.formatted(this.position + i));
			}
		}
	}

	private void check(byte[] bytes, int from, int to) {
		for (int i = from; i < to; i++) {
			if (this.needed == 0) {
				i = firstNegative(bytes, i, to);
				if (i == to) {
					return;
				}
				begin(bytes[i] & 0xff, this.position + i - from);
			}
			else {
				go(bytes[i] & 0xff, this.position + i - from);
			}
		}
	}

	/** Index of the first byte that is not ASCII, {@code to} if all are. */
	private static int firstNegative(byte[] bytes, int from, int to) {
		int i = from;
		while (i <= to - Long.BYTES && ((long) LONGS.get(bytes, i) & SIGNS) == 0) {
			i += Long.BYTES;
		}
		while (i < to && bytes[i] >= 0) {
			i++;
		}
		return i;
	}

	private void begin(int lead, long at) {
		if (lead < 0xc2 || lead > 0xf4) {
			throw invalid(lead, at);
		}
		this.needed = (lead < 0xe0) ? 1 : (lead < 0xf0) ? 2 : 3;
		this.lowest = (lead == 0xe0) ? 0xa0 : (lead == 0xf0) ? 0x90 : 0x80;
		this.highest = (lead == 0xed) ? 0x9f : (lead == 0xf4) ? 0x8f : 0xbf;
	}

	private void go(int next, long at) {
		if (next < this.lowest || next > this.highest) {
			throw invalid(next, at);
		}
		this.needed--;
		this.lowest = 0x80;
		this.highest = 0xbf;
	}

	private static MalformedInputException invalid(int found, long at) {
		return new MalformedInputException(Cause.MALFORMED, null,
				"byte %d is 0x%02x, which is not UTF-8 there".formatted(at, found));
	}

}
