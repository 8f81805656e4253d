package dev.discretizer.codec.nir;

/**
 * The checksum of HDF5's newer structures: Bob Jenkins' lookup3, function
 * {@code hashlittle}, with an initial value of zero.
 *
 * @see <a href="https://burtleburtle.net/bob/c/lookup3.c">lookup3.c</a>
 */
final class Lookup3 {

	/** Bytes taken in one round, in three words. */
	private static final int ROUND = 12;

	private int a;

	private int b;

	private int c;

	private Lookup3(int length) {
		this.a = 0xdeadbeef + length;
		this.b = this.a;
		this.c = this.a;
	}

	/** The checksum of {@code bytes[from .. from + length - 1]}. */
	static int of(byte[] bytes, int from, int length) {
		Lookup3 hash = new Lookup3(length);
		int left = length;
		int at = from;
		for (; left > ROUND; left -= ROUND, at += ROUND) {
			hash.add(bytes, at, ROUND);
			hash.mix();
		}
		if (left > 0) {
			hash.add(bytes, at, left);
			hash.finish();
		}
		return hash.c;
	}

	private void add(byte[] bytes, int at, int count) {
		this.a += word(bytes, at, count);
		this.b += word(bytes, at + 4, count - 4);
		this.c += word(bytes, at + 8, count - 8);
	}

	/** Reads a little-endian word from {@code count} bytes; the others are zero. */
	private static int word(byte[] bytes, int at, int count) {
		int word = 0;
		for (int i = 0; i < Math.min(count, 4); i++) {
			word |= (bytes[at + i] & 0xff) << (8 * i);
		}
		return word;
	}

	private void mix() {
		this.a = (this.a - this.c) ^ Integer.rotateLeft(this.c, 4);
		this.c += this.b;
		this.b = (this.b - this.a) ^ Integer.rotateLeft(this.a, 6);
		this.a += this.c;
		this.c = (this.c - this.b) ^ Integer.rotateLeft(this.b, 8);
		this.b += this.a;
		this.a = (this.a - this.c) ^ Integer.rotateLeft(this.c, 16);
		this.c += this.b;
		this.b = (this.b - this.a) ^ Integer.rotateLeft(this.a, 19);
		this.a += this.c;
		this.c = (this.c - this.b) ^ Integer.rotateLeft(this.b, 4);
		this.b += this.a;
	}

	private void finish() {
		this.c = (this.c ^ this.b) - Integer.rotateLeft(this.b, 14);
		this.a = (this.a ^ this.c) - Integer.rotateLeft(this.c, 11);
		this.b = (this.b ^ this.a) - Integer.rotateLeft(this.a, 25);
		this.c = (this.c ^ this.b) - Integer.rotateLeft(this.b, 16);
		this.a = (this.a ^ this.c) - Integer.rotateLeft(this.c, 4);
		this.b = (this.b ^ this.a) - Integer.rotateLeft(this.a, 14);
		this.c = (this.c ^ this.b) - Integer.rotateLeft(this.b, 24);
	}

}
