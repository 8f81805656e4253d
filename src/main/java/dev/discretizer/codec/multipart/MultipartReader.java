package dev.discretizer.codec.multipart;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.core.MultipartInput;
import org.jspecify.annotations.Nullable;

/**
 * Reads a multipart/form-data body (RFC 7578, RFC 2046 section 5.1) as it arrives, one
 * part after the other. Holds {@value #BUFFER} bytes, whatever the size of the parts. Not
 * thread-safe.
 *
 * <p>
 * Stricter than the RFC, which ignores all text before the first part and after the last:
 * {@value #PREAMBLE} bytes may precede the parts, and only a line end may follow them.
 */
public final class MultipartReader {

	/** Longest boundary, in characters: RFC 2046, section 5.1.1. */
	public static final int LONGEST_BOUNDARY = 70;

	/** Bytes of the headers of one part. */
	static final int HEADERS = 8 * 1024;

	/** Bytes before the first part. */
	static final int PREAMBLE = 8 * 1024;

	private static final int BUFFER = 32 * 1024;

	private final Source source;

	private final MultipartInput parts;

	private int count;

	private MultipartReader(Source source, MultipartInput parts) {
		this.source = source;
		this.parts = parts;
	}

	/**
	 * Begins to read a body.
	 * @param in the whole body
	 * @param boundary as Content-Type names it, or null where it names none
	 * @throws MalformedInputException if the boundary is missing or impossible
	 */
	public static MultipartReader of(InputStream in, @Nullable String boundary) throws IOException {
		if (boundary == null || boundary.isEmpty() || boundary.length() > LONGEST_BOUNDARY
				|| !boundary.chars().allMatch((c) -> c >= ' ' && c < 0x7f)) {
			throw new MalformedInputException(Cause.MALFORMED, null,
					"Content-Type has %s, a boundary of 1 to %d characters is expected".formatted(
							(boundary == null) ? "no boundary" : "the boundary \"%s\"".formatted(Names.clip(boundary)),
							LONGEST_BOUNDARY));
		}
		Source source = new Source(in);
		MultipartInput parts = MultipartInput.builder()
			.setInputStream(source)
			.setBoundary(boundary.getBytes(StandardCharsets.US_ASCII))
			.setBufferSize(BUFFER)
			.setMaxPartHeaderSize(HEADERS)
			.get();
		parts.setHeaderCharset(StandardCharsets.UTF_8);
		return new MultipartReader(source, parts);
	}

	/**
	 * The next part. What was left of the part before it is skipped.
	 * @return null after the last one
	 * @throws MalformedInputException if the body is no multipart body, or ends too early
	 * @throws IOException if it cannot be read to the end
	 */
	public @Nullable Part next() throws IOException {
		if (!hasNext()) {
			checkEnd();
			return null;
		}
		this.count++;
		PartHeaders headers = headers();
		Map<String, String> disposition = headers.disposition();
		String name = disposition.get("name");
		if (name == null) {
			throw new MalformedInputException(Cause.MISSING_MEMBER, null,
					label() + ": Content-Disposition has no name, one is expected");
		}
		Names.check(name);
		return new Part(name, disposition.get("filename"), headers.contentType(), new Content(name));
	}

	private boolean hasNext() throws IOException {
		try {
			if (this.count > 0) {
				this.parts.discardBodyData();
				return this.parts.readBoundary();
			}
			this.source.allow(PREAMBLE);
			boolean found = this.parts.skipPreamble();
			this.source.allow(Long.MAX_VALUE);
			if (!found) {
				throw failure(new FileUploadException("no part"), "the body");
			}
			return true;
		}
		catch (FileUploadException ex) {
			throw failure(ex, "after " + label());
		}
	}

	private PartHeaders headers() throws IOException {
		try {
			return new PartHeaders(this.parts.readHeaders(), label());
		}
		catch (FileUploadException ex) {
			throw failure(ex, "the headers of " + label());
		}
	}

	/** Checks that nothing follows the last part but a line end. */
	private void checkEnd() throws IOException {
		StringBuilder rest = new StringBuilder();
		try {
			while (rest.length() <= 2) {
				rest.append((char) (this.parts.readByte() & 0xff));
			}
		}
		catch (IOException ex) {
			this.source.checkEnded();
		}
		if (!rest.isEmpty() && !rest.toString().equals("\r\n") && !rest.toString().equals("\n")) {
			throw new MalformedInputException(Cause.TRAILING_BYTES, null,
					"the body goes on after the last boundary, its end is expected");
		}
	}

	private String label() {
		return "part " + this.count;
	}

	/**
	 * What the parser's exception means, which does not tell one failure from another.
	 */
	private MalformedInputException failure(FileUploadException ex, String where) throws IOException {
		if (this.source.failure != null) {
			throw this.source.failure;
		}
		MalformedInputException malformed = this.source.ended
				? new MalformedInputException(Cause.TRUNCATED, null,
						where + ": the multipart body ends without its last boundary")
				: new MalformedInputException(Cause.MALFORMED, null,
						"%s: a line with the boundary, and headers of at most %d bytes, are expected".formatted(where,
								HEADERS));
		malformed.initCause(ex);
		return malformed;
	}

	/** The bytes of the body, and how reading them ended. */
	private static final class Source extends FilterInputStream {

		private long allowed = Long.MAX_VALUE;

		private boolean ended;

		private @Nullable IOException failure;

		Source(InputStream in) {
			super(in);
		}

		void allow(long bytes) {
			this.allowed = bytes;
		}

		/** The parser throws at the end of the stream as if reading had failed. */
		void checkEnded() throws IOException {
			if (this.failure != null) {
				throw this.failure;
			}
		}

		@Override
		public int read(byte[] dest, int offset, int length) throws IOException {
			if (this.allowed == 0) {
				throw new MalformedInputException(Cause.MALFORMED, null,
						"no boundary found in the first %d bytes, a multipart body begins with one"
							.formatted(PREAMBLE));
			}
			try {
				int read = super.read(dest, offset, (int) Math.min(length, this.allowed));
				this.ended = read < 0;
				this.allowed -= Math.max(0, read);
				return read;
			}
			catch (IOException ex) {
				this.failure = ex;
				throw ex;
			}
		}

	}

	/** The bytes of the present part. */
	private final class Content extends FilterInputStream {

		private final String part;

		private Content(String name) {
			super(MultipartReader.this.parts.newInputStream());
			this.part = "part " + Names.clip(name);
		}

		@Override
		public int read() throws IOException {
			byte[] one = new byte[1];
			return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xff;
		}

		@Override
		public int read(byte[] dest, int offset, int length) throws IOException {
			try {
				return super.read(dest, offset, length);
			}
			catch (FileUploadException ex) {
				throw failure(ex, this.part);
			}
		}

	}

}
