package dev.discretizer.codec.npy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;

/** Bytes that arrive three by three, as from a network. */
final class SlowStream extends FilterInputStream {

	SlowStream(byte... bytes) {
		super(new ByteArrayInputStream(bytes));
	}

	@Override
	public int read(byte[] dest, int offset, int length) throws IOException {
		return super.read(dest, offset, Math.min(length, 3));
	}

}
