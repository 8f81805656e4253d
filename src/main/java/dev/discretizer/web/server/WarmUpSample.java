package dev.discretizer.web.server;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * One request of the warm-up, a POST that is answered with 200. Immutable.
 */
public final class WarmUpSample {

	/**
	 * Supplies the requests of the warm-up; implemented by the package that defines the
	 * endpoints.
	 */
	@FunctionalInterface
	public interface Source {

		/**
		 * All requests of one round, the most frequent kind first.
		 * @throws IOException if a sample cannot be read
		 */
		List<WarmUpSample> all() throws IOException;

	}

	private final String target;

	private final String mediaType;

	private final byte[] body;

	private final boolean cheap;

	/**
	 * Makes a sample.
	 * @param target path and query, below the service's context path
	 * @param mediaType of the body
	 * @param body shared, not copied
	 * @param cheap whether the service does little for it but what it does for every
	 * request of this media type
	 */
	public WarmUpSample(String target, String mediaType, byte[] body, boolean cheap) {
		this.target = target;
		this.mediaType = mediaType;
		this.body = body;
		this.cheap = cheap;
	}

	/** Path and query, below the service's context path. */
	String target() {
		return this.target;
	}

	/** Media type of the body. */
	String mediaType() {
		return this.mediaType;
	}

	/** Length of the body in bytes. */
	int length() {
		return this.body.length;
	}

	/** Whether the service does little for it but what it does for every such request. */
	boolean isCheap() {
		return this.cheap;
	}

	/** Writes the body. */
	void writeTo(OutputStream out) throws IOException {
		out.write(this.body);
	}

}
