package dev.discretizer.web;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An answer of the service, whole.
 */
public final class Reply {

	private final int status;

	private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

	private final byte[] body;

	Reply(int status, Map<String, List<String>> headers, byte[] body) {
		this.status = status;
		this.headers.putAll(headers);
		this.body = body;
	}

	public int status() {
		return this.status;
	}

	/** The one value of a header; empty text where there is none. */
	public String header(String name) {
		List<String> values = this.headers.getOrDefault(name, List.of());
		assertThat(values).as(name).hasSizeLessThan(2);
		return values.isEmpty() ? "" : values.getFirst();
	}

	/** All values of a header, in order. */
	List<String> all(String name) {
		return this.headers.getOrDefault(name, List.of());
	}

	boolean hasHeader(String name) {
		return this.headers.containsKey(name);
	}

	String contentType() {
		return header("Content-Type");
	}

	byte[] body() {
		return this.body;
	}

	public String text() {
		return new String(this.body, StandardCharsets.UTF_8);
	}

	/** Checks that this is a result. */
	public Reply ok() {
		assertThat(this.status).as(this::text).isEqualTo(200);
		assertThat(header("Content-Length")).isEqualTo(Integer.toString(this.body.length));
		assertThat(header("X-Request-Id")).matches("[A-Za-z0-9._-]{1,128}");
		return this;
	}

	Json json() {
		assertThat(contentType()).isEqualTo(Client.JSON);
		return Json.parse(this.body);
	}

	Values npy() {
		assertThat(contentType()).isEqualTo(Client.NPY);
		return Containers.readNpy(this.body);
	}

	Map<String, Values> npz() {
		assertThat(contentType()).isEqualTo(Client.NPZ);
		return Containers.readNpz(this.body);
	}

	Containers.Safetensors safetensors() {
		assertThat(contentType()).isIn(Client.SAFETENSORS, "application/x-safetensors");
		return Containers.readSafetensors(this.body);
	}

	/** What the raw answer's headers say of its bytes. */
	Values raw() {
		assertThat(contentType()).isEqualTo(Client.RAW);
		String shape = header("Discretizer-Shape");
		int[] dims = shape.isEmpty() ? new int[0]
				: Arrays.stream(shape.split(",")).mapToInt(Integer::parseInt).toArray();
		return Values.fromBytes(header("Discretizer-Dtype"), dims,
				ByteBuffer.wrap(this.body).order(ByteOrder.LITTLE_ENDIAN));
	}

	/** Checks the status only. */
	Reply problemOf(int expected) {
		assertThat(this.status).as(this::text).isEqualTo(expected);
		return this;
	}

	/** Checks that this is a problem of that status and code. */
	public Json problem(int expected, String code) {
		assertThat(this.status).as(this::text).isEqualTo(expected);
		assertThat(header("Content-Length")).isEqualTo(Integer.toString(this.body.length));
		return ProblemChecks.check(contentType(), header("X-Request-Id"), this.body, expected, code);
	}

}
