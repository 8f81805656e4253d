package dev.discretizer.codec.json;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes the tokens of JSON as UTF-8 through a buffer.
 *
 * <p>
 * Jackson's generator makes a String of every float and tracks its position for every
 * number; this writer takes a quarter of its time for 8-bit integers. Not thread-safe.
 */
final class JsonText {

	/** As much as Tomcat takes at once. */
	private static final int BUFFER = 8 * 1024;

	/**
	 * Most bytes touched for one number: sign, ten digits, a comma, what a store of four
	 * bytes writes too much, rounded up.
	 */
	private static final int NUMBER = 16;

	/** From here on Float.toString gives whole numbers an exponent. */
	private static final float PLAIN = 1e7f;

	private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

	/**
	 * The four digits of 0 to 9999 from the lowest byte on, and in the highest four bits
	 * how many there are without leading zeros. With it, no branch depends on how long a
	 * small number is, which no processor could foretell.
	 */
	private static final int[] FOURS = fours();

	private static final int DIGITS = 0x0f0f_0f0f;

	private static final int ASCII_ZEROS = 0x3030_3030;

	private final byte[] buffer = new byte[BUFFER];

	private final OutputStream out;

	private int filled;

	private long written;

	JsonText(OutputStream out) {
		this.out = out;
	}

	private static int[] fours() {
		int[] fours = new int[10_000];
		for (int i = 0; i < fours.length; i++) {
			int length = (i < 10) ? 1 : (i < 100) ? 2 : (i < 1000) ? 3 : 4;
			fours[i] = i / 1000 | i / 100 % 10 << 8 | i / 10 % 10 << 16 | i % 10 << 24 | length << 28;
		}
		return fours;
	}

	/** How many bytes were written. */
	long written() {
		return this.written + this.filled;
	}

	/** Writes what is still in the buffer. */
	void flush() throws IOException {
		this.out.write(this.buffer, 0, this.filled);
		this.written += this.filled;
		this.filled = 0;
	}

	/** Writes a character that is ASCII. */
	void raw(char c) throws IOException {
		room(1);
		this.buffer[this.filled++] = (byte) c;
	}

	/** Writes what is JSON already. */
	void raw(String json) throws IOException {
		raw(json.getBytes(StandardCharsets.UTF_8), 0);
	}

	private void raw(byte[] bytes, int from) throws IOException {
		for (int i = from; i < bytes.length;) {
			room(1);
			int count = Math.min(bytes.length - i, BUFFER - this.filled);
			System.arraycopy(bytes, i, this.buffer, this.filled, count);
			this.filled += count;
			i += count;
		}
	}

	void bytes(byte[] bytes) throws IOException {
		raw(bytes, 0);
	}

	private void room(int bytes) throws IOException {
		if (bytes > BUFFER - this.filled) {
			flush();
		}
	}

	/** Writes a string with its quotes. */
	void string(String value) throws IOException {
		StringBuilder escaped = new StringBuilder(value.length() + 2).append('"');
		for (int i = 0; i < value.length(); i++) {
			escape(value.charAt(i), escaped);
		}
		raw(escaped.append('"').toString());
	}

	private static void escape(char c, StringBuilder dest) {
		switch (c) {
			case '"' -> dest.append("\\\"");
			case '\\' -> dest.append("\\\\");
			case '\b' -> dest.append("\\b");
			case '\f' -> dest.append("\\f");
			case '\n' -> dest.append("\\n");
			case '\r' -> dest.append("\\r");
			case '\t' -> dest.append("\\t");
			default -> {
				if (c < ' ') {
					dest.append("\\u00").append((char) ('0' + c / 16)).append(Character.forDigit(c % 16, 16));
				}
				else {
					dest.append(c);
				}
			}
		}
	}

	void number(int value) throws IOException {
		room(NUMBER);
		this.filled = digits(value, this.buffer, this.filled);
	}

	/** Writes {@code values[from .. to - 1]}, at least one, with commas in between. */
	void numbers(int[] values, int from, int to) throws IOException {
		for (int i = from; i < to;) {
			room(NUMBER);
			int fitting = Math.min(to, i + (BUFFER - this.filled) / NUMBER);
			int at = this.filled;
			while (i < fitting) {
				at = digits(values[i++], this.buffer, at);
				this.buffer[at++] = ',';
			}
			this.filled = at;
		}
		this.filled--;
	}

	/**
	 * Writes the shortest decimal that gives the float back.
	 * @throws IllegalStateException if it is NaN or infinite
	 */
	void number(float value) throws IOException {
		int whole = (int) value;
		if (whole == value && Math.abs(value) < PLAIN) {
			room(NUMBER);
			if (whole == 0 && Float.floatToRawIntBits(value) != 0) {
				this.buffer[this.filled++] = '-';
			}
			this.filled = digits(whole, this.buffer, this.filled);
			this.buffer[this.filled++] = '.';
			this.buffer[this.filled++] = '0';
		}
		else {
			requireFinite(Float.isFinite(value), value);
			raw(Float.toString(value));
		}
	}

	/** Writes {@code values[from .. to - 1]} with commas in between. */
	void numbers(float[] values, int from, int to) throws IOException {
		for (int i = from; i < to; i++) {
			if (i > from) {
				raw(',');
			}
			number(values[i]);
		}
	}

	/** Writes the shortest decimal that gives the double back. */
	void number(double value) throws IOException {
		requireFinite(Double.isFinite(value), value);
		raw(Double.toString(value));
	}

	private static void requireFinite(boolean finite, Number value) {
		if (!finite) {
			throw new IllegalStateException(value + " cannot be written as JSON");
		}
	}

	/**
	 * Writes an int in decimal.
	 * @param from there must be {@link #NUMBER} bytes from there on
	 * @return the index after the last digit
	 */
	private static int digits(int value, byte[] dest, int from) {
		dest[from] = '-';
		// The magnitude of the smallest int is an int only without its sign
		return digits(Integer.toUnsignedLong(Math.abs(value)), dest, from + (value >>> 31));
	}

	private static int digits(long value, byte[] dest, int from) {
		if (value < FOURS.length) {
			int four = FOURS[(int) value];
			int length = four >>> 28;
			INTS.set(dest, from, ((four & DIGITS) | ASCII_ZEROS) >>> (Byte.SIZE * (Integer.BYTES - length)));
			return from + length;
		}
		int at = digits(value / FOURS.length, dest, from);
		INTS.set(dest, at, (FOURS[(int) (value % FOURS.length)] & DIGITS) | ASCII_ZEROS);
		return at + Integer.BYTES;
	}

}
