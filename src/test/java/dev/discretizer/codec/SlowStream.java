package dev.discretizer.codec;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;

/** Bytes that arrive one by one, counted, as slow clients send them; for tests. */
public final class SlowStream extends FilterInputStream {

	private long position;

	public SlowStream(byte... bytes) {
		super(new ByteArrayInputStream(bytes));
	}

	/** How many bytes were read. */
	public long position() {
		return this.position;
	}

	@Override
	public int read() throws IOException {
		int read = super.read();
		this.position += (read >= 0) ? 1 : 0;
		return read;
	}

	@Override
	public int read(byte[] dest, int offset, int length) throws IOException {
		int read = super.read(dest, offset, Math.min(length, 1));
		this.position += Math.max(read, 0);
		return read;
	}

}
