package dev.discretizer.web;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * The body of a form in the making, as a browser sends it.
 */
public final class Form {

	static final String BOUNDARY = "----------------------------0123456789abcdef";

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	/** Adds a file, whose format its first bytes tell. */
	public Form file(String part, String name, byte[] content) {
		return part(part, name, "application/octet-stream", content);
	}

	/** Adds a part. */
	Form part(String name, @Nullable String fileName, @Nullable String contentType, byte[] content) {
		text("--%s\r\nContent-Disposition: form-data; name=\"%s\"".formatted(BOUNDARY, name));
		text((fileName != null) ? "; filename=\"%s\"\r\n".formatted(fileName) : "\r\n");
		text((contentType != null) ? "Content-Type: %s\r\n\r\n".formatted(contentType) : "\r\n");
		this.out.writeBytes(content);
		return text("\r\n");
	}

	/** Adds text as it is. */
	Form text(String text) {
		this.out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
		return this;
	}

	public String contentType() {
		return "multipart/form-data; boundary=" + BOUNDARY;
	}

	/** The whole body, with its last boundary. */
	public byte[] body() {
		ByteArrayOutputStream whole = new ByteArrayOutputStream();
		whole.writeBytes(open());
		whole.writeBytes("--%s--\r\n".formatted(BOUNDARY).getBytes(StandardCharsets.UTF_8));
		return whole.toByteArray();
	}

	/** The body without its last boundary. */
	byte[] open() {
		return this.out.toByteArray();
	}

}
