package dev.discretizer.codec.raw;

import java.io.IOException;
import java.io.OutputStream;

import dev.discretizer.codec.ElementWriter;
import dev.discretizer.codec.Encoded;
import dev.discretizer.tensor.DiscreteTensor;

/**
 * Writes the elements of one tensor, little-endian, in C order, rounding them as they are
 * written. Its type and shape must be sent separately.
 */
public final class RawWriter {

	private RawWriter() {
	}

	/** The tensor's bytes, not yet computed. */
	public static Encoded encode(DiscreteTensor tensor) {
		return new Encoded() {
			@Override
			public long length() {
				return ElementWriter.length(tensor);
			}

			@Override
			public void writeTo(OutputStream out) throws IOException {
				ElementWriter.write(tensor, out);
			}
		};
	}

}
