package dev.discretizer.codec;

import java.io.IOException;
import java.io.OutputStream;

/**
 * An answer ready to be written: its exact length is known before its first byte is.
 */
public interface Encoded {

	/** Length in bytes of what {@link #writeTo} writes. */
	long length();

	/** Writes the whole; may be called again and writes the same bytes. */
	void writeTo(OutputStream out) throws IOException;

}
