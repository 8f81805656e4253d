package dev.discretizer.web;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes of a fuzzed body in the making, little-endian; and what may happen to them after.
 */
final class FuzzBytes {

	private static final byte[] SPECIAL = { 0, 1, 2, 0x7f, (byte) 0x80, (byte) 0xfe, (byte) 0xff, '"', '{', '}', '[',
			']', ',', ':', '-', '9', '\'', '(', ')', 'P', 'K', '\\' };

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	/** The low bytes of a number. */
	FuzzBytes number(long value, int bytes) {
		for (int i = 0; i < bytes; i++) {
			this.out.write((int) (value >>> (8 * i)));
		}
		return this;
	}

	FuzzBytes text(String text) {
		return bytes(text.getBytes(StandardCharsets.UTF_8));
	}

	FuzzBytes bytes(byte[] bytes) {
		this.out.writeBytes(bytes);
		return this;
	}

	int size() {
		return this.out.size();
	}

	byte[] toArray() {
		return this.out.toByteArray();
	}

	/** Changes a few bytes, whatever they mean. */
	static byte[] mutated(byte[] body, FuzzRandom random) {
		byte[] bytes = body;
		for (int changes = 1 + random.below(4); changes > 0; changes--) {
			int from = random.below(bytes.length + 1);
			// Headers are short beside elements, and matter more.
			from = random.once(2) ? Math.min(from, random.below(200)) : from;
			int to = Math.min(bytes.length, from + random.below(random.once(4) ? 4096 : 9));
			bytes = switch (random.below(7)) {
				case 0 -> Arrays.copyOf(bytes, from);
				case 1 -> spliced(bytes, from, to, new byte[0]);
				case 2 -> spliced(bytes, to, to, Arrays.copyOfRange(bytes, from, to));
				case 3 -> spliced(bytes, from, from, Arrays.copyOfRange(bytes, to, Math.min(bytes.length, to + 40)));
				case 4 -> spliced(bytes, from, from, new byte[] { SPECIAL[random.below(SPECIAL.length)] });
				case 5 -> with(bytes, from, SPECIAL[random.below(SPECIAL.length)]);
				default -> with(bytes, from, (byte) random.below(256));
			};
		}
		return bytes;
	}

	private static byte[] with(byte[] bytes, int at, byte value) {
		byte[] changed = bytes.clone();
		if (at < changed.length) {
			changed[at] = value;
		}
		return changed;
	}

	private static byte[] spliced(byte[] bytes, int from, int to, byte[] piece) {
		byte[] result = new byte[from + piece.length + bytes.length - to];
		System.arraycopy(bytes, 0, result, 0, from);
		System.arraycopy(piece, 0, result, from, piece.length);
		System.arraycopy(bytes, to, result, from + piece.length, bytes.length - to);
		return result;
	}

}
