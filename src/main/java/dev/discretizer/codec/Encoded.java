package dev.discretizer.codec;

import java.io.IOException;
import java.io.OutputStream;

/**
 * An encoded answer whose exact length is known before the first byte is computed.
 */
public interface Encoded {

	/** Length in bytes of what {@link #writeTo} writes. */
	long length();

	/** Writes all bytes; repeated calls write the same bytes. */
	void writeTo(OutputStream out) throws IOException;

}
