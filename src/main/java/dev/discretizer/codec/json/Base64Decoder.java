package dev.discretizer.codec.json;

import java.io.IOException;
import java.io.Writer;
import java.util.Arrays;

import dev.discretizer.codec.Field;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;

/**
 * Decodes base64 (RFC 4648 section 4) from the characters that the parser delivers, and
 * passes the bytes on in blocks.
 *
 * <p>
 * Strict, since ambiguous input is refused: the standard alphabet alone, padding where it
 * belongs, nothing in between, and no bits set that do not become bytes. Jackson's own
 * decoder skips whitespace; that of the JDK cannot be fed piece by piece. Serves one
 * string.
 */
final class Base64Decoder extends Writer {

	/** Takes bytes; the array is used again for the next ones. */
	@FunctionalInterface
	interface Sink {

		void take(byte[] bytes, int count) throws IOException;

	}

	/** Bytes passed on at once: a multiple of 3 and of every element size. */
	static final int BLOCK = 24 * 512;

	private static final int NONE = -1;

	private static final byte[] SEXTETS = sextets();

	private final Field field;

	private final Sink sink;

	private final byte[] block = new byte[BLOCK];

	private int filled;

	/** Characters so far, padding included. */
	private long characters;

	/** The sextets of the group of four begun last, the first one highest. */
	private int group;

	/** Padding characters so far. */
	private int padding;

	private long bytes;

	Base64Decoder(Field field, Sink sink) {
		this.field = field;
		this.sink = sink;
	}

	private static byte[] sextets() {
		String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
		byte[] sextets = new byte[128];
		Arrays.fill(sextets, (byte) NONE);
		for (int i = 0; i < alphabet.length(); i++) {
			sextets[alphabet.charAt(i)] = (byte) i;
		}
		return sextets;
	}

	private static int sextet(char c) {
		return (c < SEXTETS.length) ? SEXTETS[c] : NONE;
	}

	/** How many bytes were decoded. */
	long bytes() {
		return this.bytes;
	}

	@Override
	public void write(char[] text, int from, int count) throws IOException {
		int end = from + count;
		int i = from;
		while (i < end) {
			if (this.characters % 4 == 0 && this.padding == 0) {
				i = groups(text, i, end);
			}
			if (i < end) {
				character(text[i++]);
			}
		}
	}

	/**
	 * Decodes whole groups of four.
	 * @return index of the first character that is not of one, or is not in the alphabet
	 */
	private int groups(char[] text, int from, int end) throws IOException {
		int i = from;
		while (i <= end - 4) {
			int three = sextet(text[i]) << 18 | sextet(text[i + 1]) << 12 | sextet(text[i + 2]) << 6
					| sextet(text[i + 3]);
			if (three < 0) {
				break;
			}
			put(three, 3);
			i += 4;
		}
		this.characters += i - from;
		return i;
	}

	private void character(char c) throws IOException {
		int place = (int) (this.characters++ % 4);
		int sextet = (c == '=' && place > 1) ? 0 : sextet(c);
		if (sextet == NONE || (this.padding > 0 && c != '=')) {
			throw malformed("character U+%04X is not expected at index %d".formatted((int) c, this.characters - 1));
		}
		this.padding += (c == '=') ? 1 : 0;
		this.group = this.group << 6 | sextet;
		if (place == 3) {
			last();
		}
	}

	/** The group is full, and may have padding. */
	private void last() throws IOException {
		int count = 3 - this.padding;
		if ((this.group & ((1 << (8 * this.padding)) - 1)) != 0) {
			throw malformed("bits are set before the padding that belong to no byte");
		}
		put(this.group, count);
		this.group = 0;
	}

	private void put(int three, int count) throws IOException {
		this.block[this.filled] = (byte) (three >> 16);
		this.block[this.filled + 1] = (byte) (three >> 8);
		this.block[this.filled + 2] = (byte) three;
		this.filled += count;
		this.bytes += count;
		if (this.filled == BLOCK) {
			flush();
		}
	}

	/** Finishes at the end of the string. */
	void finish() throws IOException {
		if (this.characters % 4 != 0) {
			throw malformed(
					"%d characters found, a multiple of four is expected, padded with =".formatted(this.characters));
		}
		flush();
	}

	@Override
	public void flush() throws IOException {
		if (this.filled > 0) {
			this.sink.take(this.block, this.filled);
			this.filled = 0;
		}
	}

	@Override
	public void close() {
	}

	private MalformedInputException malformed(String what) {
		return new MalformedInputException(Cause.MALFORMED, this.field.pointer() + "/base64",
				Names.tensor(this.field.name()) + ": base64 is malformed, " + what);
	}

}
